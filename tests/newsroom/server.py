"""The newsroom's web server: one loopback port that answers for every host of the story (a gateway)."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.newsroom.pages import Answer, answer
from tests.newsroom.story import Story, load_story

WORTH_PACKING = 400
NOT_FOUND = b"<!doctype html><title>Not found</title><h1>404</h1><p>This page is not here.</p>"


@dataclass(frozen=True, slots=True)
class Fault:
    """What an address does instead of answering well; `seconds` of silence come first."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 0.0


def unavailable(retry_after: str = "120") -> Fault:
    """A 503 that asks to come back in so many seconds, or at an HTTP date."""
    return Fault(503, {"Retry-After": retry_after}, b"Service Unavailable")


def missing(status: int = 404) -> Fault:
    """A 404, or a 410 for what is gone for good."""
    return Fault(status, {"Content-Type": "text/html"}, NOT_FOUND)


def empty() -> Fault:
    """A 200 with nothing in it."""
    return Fault(200, {"Content-Type": "application/rss+xml"}, b"")


def html_instead() -> Fault:
    """A 200 with a consent page where a feed should be."""
    page = b"<!doctype html><html><head><title>Before you go on</title></head><body>Cookies!</body></html>"
    return Fault(200, {"Content-Type": "text/html; charset=utf-8"}, page)


def slow(seconds: float) -> Fault:
    """The right answer, late."""
    return Fault(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came, and how it was answered; `at` is the newsroom's clock."""

    method: str
    url: str
    status: int
    size: int
    conditional: bool
    user_agent: str
    at: dt.datetime


class Newsroom:
    """A running newsroom. Set `clock` to move its time; set `faults[url]` to break an address."""

    def __init__(self, story: Story, at: dt.datetime, port: int) -> None:
        self.story = story
        self.clock = at
        self.faults: dict[str, Fault] = {}
        self.requests: list[Request] = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.newsroom = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def gateway(self) -> str:
        """The address to which every request goes, whatever its host."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Newsroom:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(at: dt.datetime, port: int = 0, story: Story | None = None) -> Newsroom:
    """A newsroom on 127.0.0.1 whose clock stands at `at`; use it as a context manager, or close it."""
    return Newsroom(story or load_story(), at, port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    newsroom: Newsroom


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def log_message(self, *_: object) -> None:
        """The newsroom keeps its own log."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        newsroom = self.server.newsroom
        self._url = self._asked()
        parts = urlsplit(self._url)
        fault = newsroom.faults.get(self._url)
        if fault is not None:
            time.sleep(fault.seconds)
            if fault.body is not None:
                self._send(fault.status, fault.body, dict(fault.headers))
                return
        found = answer(newsroom.story, f"{parts.hostname}{parts.path}", newsroom.clock)
        if found is None:
            self._send(404, NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"})
        else:
            self._send_answer(found)

    def _asked(self) -> str:
        """The address in full: hosts of the story are https sites, and no port is part of their names."""
        if self.path.startswith("http"):
            return self.path.replace("http://", "https://", 1)
        return f"https://{self.headers.get('Host', '').partition(':')[0]}{self.path}"

    def _send_answer(self, found: Answer) -> None:
        etag = '"' + hashlib.sha256(found.body).hexdigest()[:24] + '"'
        headers = {"Content-Type": found.content_type, "ETag": etag, "Vary": "Accept-Encoding"}
        if found.changed:
            headers["Last-Modified"] = format_datetime(found.changed.astimezone(dt.UTC), usegmt=True)
        if found.max_age is not None:
            headers["Cache-Control"] = f"public, max-age={found.max_age}"
        if self._has(etag, found):
            self._send(304, b"", headers)
            return
        body = found.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > WORTH_PACKING:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self._send(200, body, headers)

    def _has(self, etag: str, found: Answer) -> bool:
        """Whether the client's copy is the current one (RFC 9110, 13.2.2: the tag goes before the date)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        since = self.headers.get("If-Modified-Since")
        if not since or not found.changed:
            return False
        return parsedate_to_datetime(since) >= found.changed.replace(microsecond=0)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        newsroom = self.server.newsroom
        # Logged before it is sent, so that whoever has the answer finds it in the log.
        newsroom.requests.append(
            Request(
                method=self.command,
                url=self._url,
                status=status,
                size=len(body),
                conditional="If-None-Match" in self.headers or "If-Modified-Since" in self.headers,
                user_agent=self.headers.get("User-Agent", ""),
                at=newsroom.clock,
            )
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)
