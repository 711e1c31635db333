"""Discovery through Google News: the feed of a search, whose entries are the headlines of many outlets."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pipeline.model import Document, Fetch, Source
from pipeline.read.addresses import host_of, resolve
from pipeline.sources.entries import entry_document
from pipeline.sources.feeds import read_feed
from pipeline.sources.listing import Item, Listing

_HOST = "news.google.com"
# An address stands in the older links as it is, between a length and further fields (protocol buffers).
_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")
_NOTE = "Headline only: Google News names the outlet and gives no address of its article."


@dataclass(frozen=True, slots=True)
class GoogleNewsKind:
    """The entries of `https://news.google.com/rss/search?q=…`, each told by its outlet and not by Google.

    Where an entry's link holds the article's address, the article is read there. Since 2024 most hold a token
    that only a script of Google's turns into an address: those are documents of their headline.
    """

    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        listing = read_feed(fetch.body, fetch.content_type, fetch.final_url, source)
        items = [_of_outlet(item) for item in listing.items]
        linked = tuple(replace(item, url=url) for item in items if (url := article_address(item.url)))
        bare = (item for item in items if article_address(item.url) is None)
        return replace(listing, items=linked, documents=tuple(_headlines(bare, source, now)))


def article_address(link: str) -> str | None:
    """The article's own address that a link of Google News holds; None where it holds none in plain sight."""
    if host_of(link) != _HOST:
        return link
    token = urlsplit(link).path.rstrip("/").rpartition("/")[2]
    try:
        decoded = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    found = _ADDRESS.search(decoded)
    return resolve(link, found[0].decode("ascii")) if found else None


def _of_outlet(item: Item) -> Item:
    """The entry without the outlet's name, which Google adds to the title."""
    suffix = f" - {item.publisher}"
    title = item.title.removesuffix(suffix) if item.publisher else item.title
    # The summary repeats title and outlet, and lists other outlets' headlines.
    return replace(item, title=title.strip() or item.title, summary=None, content=None)


def _headlines(items: Iterable[Item], source: Source, now: dt.datetime) -> Iterable[Document]:
    for item in items:
        told = replace(item, url=_without_query(item.url), content=f"<p>{_NOTE}</p>")
        document = entry_document(told, source, now)
        if document is not None:
            yield document


def _without_query(link: str) -> str:
    """The link without language and place of the search, which are no part of what it means."""
    return link.partition("?")[0]
