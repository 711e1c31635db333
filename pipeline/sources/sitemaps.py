"""Sitemaps: the articles that a site announces to search engines, for press without a feed (sitemaps.org)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.fetch.inflate import GZIP_MAGIC, Unreadable, inflate
from pipeline.model import Fetch, Problem, Source
from pipeline.read.addresses import resolve
from pipeline.read.blocks import plain
from pipeline.read.days import parse_moment
from pipeline.sources import words
from pipeline.sources.listing import Item, Listing, unreadable

# The protocol allows 50 MB and 50,000 addresses a file; a news sitemap holds two days, 1,000 at most.
MOST_BYTES = 16 * 1024 * 1024
MOST_ENTRIES = 50_000
_NEWEST = 5
_DAY_ONE = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class SitemapKind:
    """A news sitemap, a plain sitemap, or an index of them, packed by gzip or not."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            **words.OPTIONS,
            "sitemaps": "regular expression that must be found in the address of a sitemap that an index names",
            "newest": "how many sitemaps of an index are read, those changed last first; 5 when left out",
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del now
        body = inflate([fetch.body], "gzip", MOST_BYTES) if fetch.body.startswith(GZIP_MAGIC) else fetch.body
        if isinstance(body, Unreadable):
            return unreadable(source, f"{fetch.url} {body.reason}")
        root = _root(body)
        match _name(root) if root is not None else "":
            case "urlset" if root is not None:
                return _articles(root, source, fetch)
            case "sitemapindex" if root is not None:
                return _index(root, source, fetch)
        start = " ".join(body[:80].decode("utf-8", "replace").split())
        message = f"{fetch.url} is no sitemap: it has neither <urlset> nor <sitemapindex>, and begins with {start!r}"
        return unreadable(source, f"{message}; robots.txt of a site names its sitemaps")


def _root(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(body, parser=parser)
    except etree.XMLSyntaxError:
        return None


def _articles(root: etree._Element, source: Source, fetch: Fetch) -> Listing:
    is_wanted = words.entry_filter(source)
    if isinstance(is_wanted, Problem):
        return Listing(problems=(is_wanted,))
    found = [item for item in _items(root, fetch.final_url) if is_wanted(item.title, item.url)]
    # Sitemaps are in any order; entries without a date keep theirs, behind the others.
    found.sort(key=lambda item: item.published_at or item.modified_at or _DAY_ONE, reverse=True)
    return Listing(tuple(found))


def _items(root: etree._Element, base: str) -> Iterator[Item]:
    for entry, _ in zip(_children(root, "url"), range(MOST_ENTRIES), strict=False):
        url = resolve(base, _text(entry, "loc"))
        if url is None:
            continue
        news = next(_children(entry, "news"), None)
        published = parse_moment(_text(news, "publication_date"))
        changed = parse_moment(_text(entry, "lastmod"))
        is_later = changed is not None and (published is None or changed.at > published.at)
        outlet = next(_children(news, "publication"), None) if news is not None else None
        yield Item(
            url=url,
            title=plain(_text(news, "title")),
            published_at=published.at if published else None,
            modified_at=changed.at if changed and is_later else None,
            categories=tuple(filter(None, map(plain, _text(news, "keywords").split(",")))),
            publisher=plain(_text(outlet, "name")) or None,
        )


def _index(root: etree._Element, source: Source, fetch: Fetch) -> Listing:
    wanted, newest = source.options.get("sitemaps", ""), source.options.get("newest", str(_NEWEST))
    if not newest.isdecimal() or int(newest) < 1:
        return unreadable(source, f"options.newest is {newest!r}; it has to be a whole number, at least 1")
    try:
        pattern = re.compile(wanted, re.IGNORECASE)
    except re.error as error:
        return unreadable(source, f"options.sitemaps {wanted!r} is no regular expression: {error}")
    named = []
    for entry in _children(root, "sitemap"):
        url = resolve(fetch.final_url, _text(entry, "loc"))
        if url and pattern.search(url):
            changed = parse_moment(_text(entry, "lastmod"))
            named.append((changed.at if changed else _DAY_ONE, url))
    if not named:
        which = f"that options.sitemaps {wanted!r} is found in" if wanted else "at all"
        return unreadable(source, f"{fetch.url} is an index that names no sitemap {which}", is_bare=not wanted)
    named.sort(key=lambda row: row[0], reverse=True)
    return Listing(further=tuple(dict.fromkeys(url for _, url in named))[: int(newest)])


def _children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children of a local name: sites spell the namespaces in many ways."""
    for child in element if element is not None else ():
        if _name(child) == name:
            yield child


def _text(element: etree._Element | None, name: str) -> str:
    child = next(_children(element, name), None)
    return "".join(child.itertext()).strip() if child is not None else ""


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
