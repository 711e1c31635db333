"""What is done to a body from outside, as functions that a worker process can be told to call."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.categories import Outcome, Tier
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.hints import Hints
from pipeline.read.markup import Charset, charset_of
from pipeline.read.page import read_page
from pipeline.sources.entries import entry_document
from pipeline.sources.listing import Item, Listing
from pipeline.sources.registry import kind_named


def read_listing(source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
    """What the kind of `source` finds in the body of `fetch`. Raises UnknownCategoryError for a kind there is not."""
    listing = kind_named(source.kind).read(source, fetch, now)
    if not listing.documents:
        return listing
    charset = charset_of(fetch.body, fetch.content_type)
    return replace(listing, documents=tuple(_noted(document, charset) for document in listing.documents))


def read_article(
    body: bytes, content_type: str, url: str, hints: Hints | None, source: Source, now: dt.datetime
) -> Document | Problem:
    """As `read_page`, with the character set of the body noted in the document."""
    read = read_page(body, content_type, url, hints, source, now)
    return _noted(read, charset_of(body, content_type)) if isinstance(read, Document) else read


def read_entry(item: Item, source: Source, now: dt.datetime) -> Document | None:
    """The document of an entry of a list, which holds HTML of its own."""
    return entry_document(item, source, now)


def warm_up() -> None:
    """Reads an undated page and a feed, so that everything they need is imported."""
    moment = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    source = Source("", "warm-up", "feed", "https://warm-up.invalid/", "", None, Tier.PRESS, dt.timedelta(days=1))
    page = f"<html><title>Nothing</title><article><p>{'Nothing is said of anybody here. ' * 20}</p></article></html>"
    read_article(page.encode(), "text/html", source.url, None, source, moment)
    feed = b"<rss version='2.0'><channel><item><title>Nothing</title></item></channel></rss>"
    read_listing(
        source, Fetch("", "", source.url, source.url, moment, 0, 200, Outcome.NEW, content_type="", body=feed), moment
    )


def _noted(document: Document, charset: Charset) -> Document:
    return replace(document, charset=charset.name, charset_reason=charset.reason)
