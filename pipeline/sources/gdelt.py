"""Discovery through the GDELT DOC 2.0 API: articles of the world's press that match a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import Fetch, Source
from pipeline.read.addresses import resolve
from pipeline.read.blocks import plain
from pipeline.sources.json_answers import beginning, json_object, objects, text
from pipeline.sources.listing import Item, Listing, unreadable


@dataclass(frozen=True, slots=True)
class GdeltKind:
    """The list of articles that `/api/v2/doc/doc?mode=artlist&format=json&…` gives; each is read at its outlet."""

    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del now
        answer = json_object(fetch.body)
        if answer is None or ("articles" not in answer and answer):
            # The service answers 200 also where it refuses, in a sentence.
            message = f"{fetch.url} did not answer with a list of articles but says {beginning(fetch.body)!r}"
            return unreadable(source, f"{message}; correct query, timespan, mode=artlist or format=json in its address")
        items = (_item(article) for article in objects(answer.get("articles")))
        return Listing(tuple(item for item in items if item is not None))


def _item(article: Mapping[str, Any]) -> Item | None:
    url = resolve("https://api.gdeltproject.org/", text(article.get("url")))
    return Item(url, plain(text(article.get("title"))), _seen(text(article.get("seendate")))) if url else None


def _seen(written: str) -> dt.datetime | None:
    """When GDELT first saw an article, written `20260504T081500Z`: no earlier than its publication."""
    try:
        return dt.datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
