"""Feeds: RSS and Atom by feedparser, JSON Feed by itself; their entries as links or as documents."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from pipeline.categories import DocumentForm, FailureKind
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.addresses import resolve
from pipeline.read.blocks import plain, weight
from pipeline.read.days import parse_moment
from pipeline.read.markup import decode, parse_html, without_giant_tags
from pipeline.sources.entries import entry_document, plain_html
from pipeline.sources.feed_rhythm import stated_ttl
from pipeline.sources.libraries import library_document
from pipeline.sources.listing import Item, Listing, choice, unreadable

_JSON_FEED = "jsonfeed.org/version"
_GUARDED_LENGTH = 100_000
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]{0,300}\?>")
_AN_ARTICLE = 1200  # characters, of which a Chinese one counts twice


@dataclass(frozen=True, slots=True)
class FeedKind:
    """RSS, Atom or JSON Feed. `articles` is what becomes the documents where the source does not say."""

    articles: str = "fetch"
    form: DocumentForm = DocumentForm.ARTICLE
    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "articles": "fetch: read the pages that the entries link (for feed the default); "
            "entry: the entries are the documents, nothing else is fetched (for github_releases and model_library "
            "the default)",
            "counts": "yes: an entry that is a document keeps the lines that are only a count, such as Pulls: 405K, "
            "and each change of them makes a new version of it; no, the default, leaves them out",
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        articles = choice(source, "articles", self.articles, ("fetch", "entry"))
        counts = choice(source, "counts", "no", ("yes", "no"))
        for value in (articles, counts):
            if isinstance(value, Problem):
                return Listing(problems=(value,))
        listing = read_feed(fetch.body, fetch.content_type, fetch.final_url, source)
        is_release = self.form is DocumentForm.RELEASE_NOTE
        items = tuple(map(_of_repository, listing.items)) if is_release else listing.items
        if articles == "fetch":
            return replace(listing, items=items)
        # A feed's newest entry comes first, and speaks for its address where two entries share it.
        newest: dict[str, Item] = {}
        for item in items:
            newest.setdefault(item.url, item)
        documents = filter(None, (self._document(item, source, now) for item in newest.values()))
        return replace(listing, items=(), documents=tuple(documents))

    def _document(self, item: Item, source: Source, now: dt.datetime) -> Document | None:
        if self.form is DocumentForm.LIBRARY_ENTRY:
            return library_document(item, source, now)
        return entry_document(item, source, now, self.form)


def read_feed(body: bytes, content_type: str, url: str, source: Source) -> Listing:
    """The entries of a feed as items, in its order; a problem where the body is no feed."""
    if looks_like_html(body):
        page = parse_html(decode(body, content_type))
        title = page.findtext(".//title") if page is not None else None
        called = f" ({' '.join(title.split())!r})" if title and title.strip() else ""
        message = f"answered with an HTML page{called} where a feed was expected"
        said = f"{url} {message}; look up the feed's address, or use kind listing or page"
        return unreadable(source, said, failure=FailureKind.NOT_A_FEED)
    if body.lstrip()[:1] in (b"{", b"["):
        return _read_json_feed(body, url, source)
    return _read_xml_feed(body, content_type, url, source)


def looks_like_html(body: bytes) -> bool:
    """Whether a body begins as HTML pages do, whatever its content type says."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    while start.startswith((b"<!--", b"<?xml")):
        start = start.partition(b">")[2].lstrip()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def looks_like_feed(body: bytes) -> bool:
    """Whether a body begins as a feed of any of the three forms."""
    start = body[:4096].lower()
    if body.lstrip()[:1] == b"{":
        return _JSON_FEED.encode() in start
    return any(mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf")) and not looks_like_html(body)


def _read_xml_feed(body: bytes, content_type: str, url: str, source: Source) -> Listing:
    # Imported here: commands that read no feed should not wait for it.
    import feedparser

    # The character set is chosen as for pages: feedparser believes whatever is declared.
    text = _XML_DECLARATION.sub("", decode(body, content_type), count=1)
    text = _REFERENCE.sub(_character_that_is_one, text)
    if len(body) > _GUARDED_LENGTH:
        text = without_giant_tags(text)
    # A stream, since feedparser takes bytes for a file's name and opens it where there is one.
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    feed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers, sanitize_html=False)
    if not feed.entries and not feed.version:
        start = " ".join(decode(body[:200], content_type).split())[:60]
        reason = feed.get("bozo_exception") or "it has neither entries nor a feed's root element"
        said = f"{url} is no feed that can be read: {reason}; it begins with {start!r}"
        return unreadable(source, said, failure=FailureKind.NOT_A_FEED)
    items, problems = [], []
    for entry in feed.entries:
        item = _xml_item(entry, url)
        if item is None:
            named = entry.get("title") or entry.get("id") or "an entry"
            problems.append(Problem("read", source.name, f"{named!r} links no page and is passed over"))
        else:
            items.append(item)
    home = feed.feed.get("link")
    return Listing(tuple(items), (), tuple(problems), resolve(url, home) if home else None, ttl=stated_ttl(feed.feed))


def _character_that_is_one(reference: re.Match[str]) -> str:
    """A numeric reference as it is, unless it names half a surrogate pair, NUL or nothing at all."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if number == 0 or 0xD800 <= number <= 0xDFFF or number > sys.maxunicode else reference[0]


def _xml_item(entry: Any, url: str) -> Item | None:
    link = next(filter(None, (resolve(url, link) for link in _links(entry))), None)
    if link is None:
        return None
    published = _moment(entry, "published")
    updated = _moment(entry, "updated")
    contents = [part for part in entry.get("content", ()) if part.get("value", "").strip()]
    longest = max(contents, key=lambda part: len(part["value"]), default=None)
    content = _as_html(longest["value"], longest.get("type", "")) if longest else None
    return Item(
        url=link,
        title=plain_html(entry.get("title", "")),
        published_at=published or updated,
        modified_at=updated if published and updated and updated > published else None,
        author=entry.get("author") or None,
        summary=entry.get("summary") or None,
        content=content or _whole_text(entry.get("summary", "")),
        categories=tuple(tag["term"] for tag in entry.get("tags", ()) if tag.get("term")),
        publisher=plain(entry.get("source", {}).get("title", "")) or None,
    )


def _whole_text(summary: str) -> str | None:
    """A summary as long as an article: RSS has no other place for the text, and many Chinese feeds put it there."""
    if len(summary) < _AN_ARTICLE // 2:
        return None
    return summary if weight(plain_html(summary)) >= _AN_ARTICLE else None


def _links(entry: Any) -> Iterator[str]:
    if entry.get("link"):
        yield entry["link"]
    if str(entry.get("id", "")).startswith(("http://", "https://")):
        yield entry["id"]


def _moment(entry: Any, name: str) -> dt.datetime | None:
    """A date of the entry as it was written: feedparser's own is turned into UTC and has lost its offset."""
    # `in` keeps feedparser from answering with `published` where `updated` was asked for.
    if name not in entry:
        return None
    moment = parse_moment(str(entry[name]))
    if moment:
        return moment.at
    parsed = entry.get(f"{name}_parsed")
    return dt.datetime.fromtimestamp(timegm(parsed), dt.UTC) if parsed else None


def _read_json_feed(body: bytes, url: str, source: Source) -> Listing:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return unreadable(source, f"{url} is no JSON that can be read: {error}")
    if not isinstance(feed, dict) or _JSON_FEED not in str(feed.get("version")):
        return unreadable(source, f"{url} answered with JSON that is no JSON Feed; is the kind right?")
    entries = feed.get("items")
    items, problems = [], []
    for entry in entries if isinstance(entries, list) else ():
        item = _json_item(entry, url) if isinstance(entry, dict) else None
        if item is None:
            problems.append(Problem("read", source.name, "an item of the JSON Feed links no page"))
        else:
            items.append(item)
    home = feed.get("home_page_url")
    return Listing(tuple(items), (), tuple(problems), resolve(url, home) if isinstance(home, str) else None)


def _json_item(entry: Mapping[str, Any], url: str) -> Item | None:
    def text(name: str) -> str:
        value = entry.get(name)
        return value if isinstance(value, str) else ""

    link = next((found for name in ("url", "id") if (found := resolve(url, text(name))) and text(name)), None)
    if link is None:
        return None
    published, modified = parse_moment(text("date_published")), parse_moment(text("date_modified"))
    authors = entry.get("authors") if isinstance(entry.get("authors"), list) else [entry.get("author")]
    names = [author["name"] for author in authors or () if isinstance(author, dict) and author.get("name")]
    tags = entry.get("tags")
    first = published or modified
    return Item(
        url=link,
        title=plain(text("title")),
        published_at=first.at if first else None,
        modified_at=modified.at if published and modified and modified.at > published.at else None,
        author=", ".join(map(str, names)) or None,
        summary=text("summary") or None,
        content=text("content_html") or _as_html(text("content_text"), "text/plain") or None,
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _as_html(value: str, content_type: str) -> str:
    if content_type != "text/plain":
        return value
    return "".join(f"<p>{escape(line)}</p>" for line in value.splitlines() if line.strip())


def _of_repository(item: Item) -> Item:
    """A release with its repository's name before a title that is only a version."""
    parts = urlsplit(item.url).path.strip("/").split("/")
    name = parts[1] if len(parts) > 1 else ""
    if not name or name.lower() in item.title.lower():
        return item
    return replace(item, title=f"{name} {item.title}".strip())
