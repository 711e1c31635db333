"""Hacker News through the search API of Algolia: each story is a link, a post without one a document."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import Document, Fetch, Source
from pipeline.read.addresses import resolve
from pipeline.read.days import parse_moment
from pipeline.sources.entries import entry_document
from pipeline.sources.listing import Item, Listing, unreadable

_POST = "https://news.ycombinator.com/item?id={}"


@dataclass(frozen=True, slots=True)
class HackerNewsKind:
    """Search results of Hacker News; see hn.algolia.com/api for what the address can ask."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {"min_points": "fewest points a story must have to be read; 0 when left out"}
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        least = source.options.get("min_points", "0")
        if not least.isdecimal():
            return unreadable(source, f"options.min_points is {least!r}; it has to be a whole number")
        hits = _hits(fetch.body)
        if hits is None:
            return unreadable(source, f"{fetch.url} did not answer with JSON that has a list of `hits`")
        items: list[Item] = []
        documents: list[Document] = []
        for hit in hits:
            item = _item(hit) if _number(hit, "points") >= int(least) else None
            if item is None:
                continue
            post = entry_document(item, source, now) if item.content else None
            if post:
                documents.append(post)
            elif not item.url.startswith(_POST.format("")):
                items.append(item)
        return Listing(tuple(items), tuple(documents))


def _hits(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    hits = answer.get("hits") if isinstance(answer, dict) else None
    return [hit for hit in hits if isinstance(hit, dict)] if isinstance(hits, list) else None


def _item(hit: Mapping[str, Any]) -> Item | None:
    title, url, post = hit.get("title"), hit.get("url"), hit.get("story_text")
    if not isinstance(title, str) or not title.strip():
        return None
    linked = resolve(_POST.format(""), url) if isinstance(url, str) and url.strip() else None
    created = parse_moment(str(hit.get("created_at", "")))
    points, comments = _number(hit, "points"), _number(hit, "num_comments")
    return Item(
        url=linked or _POST.format(hit.get("objectID")),
        title=title.strip(),
        published_at=created.at if created else None,
        # Who handed a link in is not who wrote what it links.
        author=str(hit.get("author")) if linked is None and hit.get("author") else None,
        summary=f"{points} points, {comments} comments on Hacker News",
        content=post if linked is None and isinstance(post, str) and post.strip() else None,
    )


def _number(hit: Mapping[str, Any], name: str) -> int:
    value = hit.get(name)
    return value if isinstance(value, int) else 0
