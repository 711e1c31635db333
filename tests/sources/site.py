"""Sites on loopback, reached as by a gateway, and a notebook that remembers as the warehouse does."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TypeVar

from pipeline.categories import Outcome, Tier
from pipeline.fetch.address_ranges import Network
from pipeline.fetch.archive import Archive
from pipeline.fetch.client import Client
from pipeline.memory import Memory
from pipeline.model import Fetch, HostState, RobotsFile, Source, SourceState, Validators, content_id
from pipeline.sources.harvest import Harvest, converse
from pipeline.sources.manners import Manners
from pipeline.sources.owners import Owners, owners_of
from pipeline.sources.pace import Pace
from pipeline.sources.rounds import Round, harvest_round
from pipeline.sources.tokens import Secret, no_secret

T = TypeVar("T")

NOW = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
STORY = "The head of the Qwen team told colleagues on Monday that he would leave the company this month."


@dataclass
class Answer:
    """What an address answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """The pages there are, by URL, every exchange as (url, status), and the headers that each was asked with."""

    gateway: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    log: list[tuple[str, int]] = field(default_factory=list)
    asked_with: list[Message] = field(default_factory=list)
    robots_log: list[tuple[str, int]] = field(default_factory=list)
    asked: Callable[[str], None] = lambda _: None

    def put(self, url: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[url] = Answer(raw, status, named)

    def taken(self) -> list[tuple[str, int]]:
        """The exchanges since the last time this was asked."""
        taken, self.log[:] = list(self.log), []
        return taken


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WebServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        web = self.server.web
        web.asked(f"https://{self.headers['Host']}{self.path}")
        url = f"https://{self.headers['Host']}{self.path}"
        answer = web.pages.get(url) or Answer(b"nothing here", 404)
        etag = '"' + hashlib.sha256(answer.body).hexdigest()[:16] + '"'
        unchanged = answer.status == 200 and self.headers.get("If-None-Match") == etag
        status = 304 if unchanged else answer.status
        if self.path == "/robots.txt":
            web.robots_log.append((url, status))
        else:
            web.log.append((url, status))
            web.asked_with.append(self.headers)
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "ETag": etag, **answer.headers}.items():
            self.send_header(name, value)
        if not unchanged:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(answer.body)


class WebServer(ThreadingHTTPServer):
    daemon_threads = True
    web: Web


@contextmanager
def serving() -> Iterator[Web]:
    server = WebServer(("127.0.0.1", 0), Handler)
    server.web = Web(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Limits:
    """What a harvest and its client are bounded by."""

    user_agent: str = "qwen-watch-test/1 (desk@example.org)"
    gateway: str | None = None
    max_bytes: int = 1024 * 1024
    deadline: dt.timedelta = dt.timedelta(seconds=10)
    allow_networks: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)
    recheck_articles: dt.timedelta = 14 * DAY
    max_articles_per_check: int = 40
    spacing: dt.timedelta = dt.timedelta(seconds=1)
    per_host: int = 1
    workers: int = 1
    cycle_budget: dt.timedelta = dt.timedelta(minutes=10)


def source(url: str, kind: str = "feed", **changes: object) -> Source:
    settings: dict[str, object] = {
        "source_id": content_id("source", url),
        "name": url.split("/")[2],
        "kind": kind,
        "url": url,
        "publisher": "",
        "language": None,
        "tier": Tier.PRESS,
        "every": HOUR,
    }
    return Source(**(settings | changes))  # type: ignore[arg-type]


def fetched(source: Source, body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Fetch:
    """An answer of `source` as the client gives it."""
    raw = body.encode() if isinstance(body, str) else body
    where = (content_id("fetch", source.url), source.source_id, source.url, source.url)
    return Fetch(*where, NOW, 1, 200, Outcome.NEW, len(raw), content_type=content_type, body=raw)


class Running:
    """A pace whose waits take no time: its clock is moved on, once nothing is on its way."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start
        self._lock = Lock()

    def now(self) -> dt.datetime:
        return self._now

    def receive(self, done: SimpleQueue[T], until: dt.datetime, running: int) -> T | None:
        if running:
            return done.get(timeout=60)
        self.sleep_until(until)
        return None

    def sleep_until(self, moment: dt.datetime) -> None:
        with self._lock:
            self._now = max(self._now, moment)


@dataclass
class Notebook:
    """What the warehouse would remember between the cycles of `sources`."""

    sources: Sequence[Source]
    limits: Limits
    owners: Owners | None = None
    secret: Secret = no_secret
    states: dict[str, SourceState] = field(default_factory=dict)
    validators: dict[str, Validators] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    givers: set[str] = field(default_factory=set)
    articles: dict[str, dict[str, dt.datetime]] = field(default_factory=dict)
    hosts: dict[str, HostState] = field(default_factory=dict)
    robots: dict[str, RobotsFile] = field(default_factory=dict)
    force: bool = True

    def cycle(self, now: dt.datetime, pace: Pace | None = None) -> Harvest:
        """Asks every source at `now`, whether due or not, and remembers what came of it."""
        givers = frozenset(self.givers)
        memory = Memory(self.validators, self.versions, self.articles, givers, texts=self.texts.get)
        manners = Manners(self.limits, self.hosts, self.robots, force=self.force)
        found = asked(self.sources, memory, self.limits, now, self.states, self.owners, self.secret, manners, pace)
        self.hosts.update(found.hosts)
        self.robots.update(found.robots)
        gathered = joined(found)
        for fetch in gathered.fetches:
            self._note(fetch)
        for document in gathered.documents:
            self.versions[document.url] = document.version
            self.texts[document.url] = document.text
            self.givers.add(document.source_id)
        self.states.update({state.source_id: state for state in gathered.states})
        return gathered

    def _note(self, fetch: Fetch) -> None:
        if fetch.url not in {source.url for source in self.sources}:
            self.articles.setdefault(fetch.source_id, {}).setdefault(fetch.url, fetch.requested_at)
        if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED) and fetch.sha256:
            known = self.validators.get(fetch.url)
            first = known.first_seen_at if known else fetch.requested_at
            self.validators[fetch.url] = Validators(fetch.url, fetch.etag, fetch.last_modified, fetch.sha256, first)


def asked(
    sources: Sequence[Source],
    memory: Memory,
    limits: Limits,
    now: dt.datetime,
    states: Mapping[str, SourceState] | None = None,
    owners: Owners | None = None,
    secret: Secret = no_secret,
    manners: Manners | None = None,
    pace: Pace | None = None,
    archive: Archive | None = None,
) -> Round:
    """One round over `sources`, whose waits take no time."""
    shared = (memory, limits, now, owners_of(sources) if owners is None else owners)
    known = states or {}
    conversations = [
        (source, converse(source, known.get(source.source_id), *shared, secret=secret)) for source in sources
    ]
    polite = manners or Manners(limits, {}, {}, force=True)
    found = harvest_round(conversations, polite, limits, partial(Client, limits, archive), pace or Running(now), now)
    assert found.broken == ()
    return found


def joined(found: Round) -> Harvest:
    """What all of a round's conversations gave."""
    parts = found.harvests
    return Harvest(
        tuple(fetch for each in parts for fetch in each.fetches),
        tuple(document for each in parts for document in each.documents),
        tuple(problem for each in parts for problem in each.problems) + found.problems,
        tuple(state for each in parts for state in each.states),
        tuple(body for each in parts for body in each.broken),
        tuple(sha256 for each in parts for sha256 in each.mended),
    )


def article(text: str = STORY, title: str = "A departure", head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1><p>{text}</p></article><footer>All rights</footer></body></html>"
    )


def rss(*items: tuple[str, str, str], extra: str = "") -> str:
    """A feed of (link, title, pubDate)."""
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate>{extra}</item>"
        for link, title, date in items
    )
    head = "<title>The Daily</title><link>https://daily.example/</link><description>News</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{entries}</channel></rss>'
