"""One thing that happened is told once, however often it is posted."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from flows.cycle import cycle
from flows.progress import Silent
from pipeline.categories import SourceStatus, Tier
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from pipeline.model import Source, content_id
from tests.flows.command import SHIPPED_CONFIG
from tests.newsroom.receivers import SlackReceiver
from warehouse import Published

START = dt.datetime(2026, 3, 4, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CHANNEL = ChannelSettings("newsroom", "slack", {"webhook_url_secret": "HOOK"})
TOLD = (
    "Zhou Mingyuan, a staff engineer, resigned from Alibaba's Qwen team on March 3, 2026.",
    "The company has spent the past year enlarging the group that builds its models, and it did not say who will "
    "take over his duties there.",
    "People who work near the laboratory described a quiet week of meetings and farewell lunches.",
)
ENDINGS = [f"This is edition {number} of the text, with a new last line about the weather." for number in range(12)]
EDITIONS, AT_A_TIME = 34, 3


class Blog:
    """A feed with the latest editions of one item, each of another GUID, address and date; twelve differ in words."""

    def __init__(self) -> None:
        self.edition, self.at = 0, START
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[str, bytes]:
        if path == "/feed.xml":
            items = "".join(
                f"<item><title>Qwen engineer leaves Alibaba</title><guid>g{edition}</guid>"
                f"<link>{self.address}/post-{edition}</link><pubDate>{format_datetime(self.at)}</pubDate></item>"
                for edition in range(max(self.edition - AT_A_TIME + 1, 0), self.edition + 1)
            )
            feed = f'<rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>'
            return "application/rss+xml", feed.encode()
        if not path.startswith("/post-"):
            return "text/plain", b"User-agent: *\nAllow: /\n"
        number = int(path.removeprefix("/post-"))
        paragraphs = "".join(f"<p>{part}</p>" for part in (*TOLD, *ENDINGS[number : number + 1]))
        head = f'<meta property="article:published_time" content="{self.at.isoformat()}"><title>Qwen engineer</title>'
        page = f"<html lang='en'><head>{head}</head><body><article><h1>Gone</h1>{paragraphs}</article></body></html>"
        return "text/html; charset=utf-8", page.encode()

    def _handler(blog) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = blog.answer(self.path)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        return Handler


@pytest.fixture
def blog() -> Iterator[Blog]:
    running = Blog()
    yield running
    running.close()


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    receiver = SlackReceiver()
    yield receiver
    receiver.close()


def settings_for(*sources: Source) -> Settings:
    shipped = load_settings(SHIPPED_CONFIG)
    fetch = replace(shipped.fetch, allow_networks=(ip_network("127.0.0.0/8"),), spacing=dt.timedelta())
    return replace(shipped, fetch=fetch, sources=sources, channels=(CHANNEL,), routes=(Route("newsroom"),))


def test_34_copies_of_one_item_with_changing_dates_and_ids_and_12_rewrites_are_one_alert(
    tmp_path: Path, blog: Blog, slack: SlackReceiver
) -> None:
    url = f"{blog.address}/feed.xml"
    source = Source(content_id("source", url), "Ledger", "feed", url, "Ledger", "en", Tier.PRESS, HOUR, options={})
    settings = settings_for(source)
    for blog.edition in range(0, EDITIONS, AT_A_TIME):
        blog.at = START + blog.edition * HOUR
        report = cycle(
            settings, tmp_path, blog.at, lambda: blog.at, force=True, secret={"HOOK": slack.url}.get, progress=Silent()
        )
        assert not report.failed
    published = Published(tmp_path)
    ((status,),) = published.query("SELECT status FROM sources").rows
    ((documents, stories),) = published.query("SELECT count(*), count(DISTINCT story_id) FROM documents").rows
    assert (status, stories) == (SourceStatus.OK, 1)
    assert documents >= len(ENDINGS)
    assert [len(found) for found in slack.messages.values()] == [1]
    assert published.query("SELECT count(*) FROM alerts").rows == ((1,),)
