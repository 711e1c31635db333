"""Small pages and sources for the reading tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.categories import Tier
from pipeline.model import Document, Problem, Source, content_id
from pipeline.read.page import read_page

NOW = dt.datetime(2026, 5, 2, 8, 30, tzinfo=dt.UTC)
URL = "https://daily.example/2026/stories/qwen-lead"
STORY = "The head of the Qwen team told colleagues on Monday that he would leave the company this month."
BEIJING = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class Entry:
    """What a feed says of a page."""

    title: str = ""
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    author: str | None = None


def source(kind: str = "feed", publisher: str = "", tier: Tier = Tier.PRESS) -> Source:
    url = "https://daily.example/feed.xml"
    return Source(content_id("source", url), "Daily", kind, url, publisher, None, tier, dt.timedelta(hours=1))


def page(body: str, head: str = "", lang: str = "en") -> bytes:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode()


def read(
    body: bytes | str,
    content_type: str = "text/html; charset=utf-8",
    url: str = URL,
    hints: Entry | None = None,
    of: Source | None = None,
) -> Document | Problem:
    raw = page(body) if isinstance(body, str) else body
    return read_page(raw, content_type, url, hints, of or source(), NOW)


def document(
    body: bytes | str,
    content_type: str = "text/html; charset=utf-8",
    url: str = URL,
    hints: Entry | None = None,
    of: Source | None = None,
) -> Document:
    result = read(body, content_type, url, hints, of)
    assert isinstance(result, Document), result
    return result


def lines(body: bytes | str) -> list[str]:
    return document(body).text.split("\n")
