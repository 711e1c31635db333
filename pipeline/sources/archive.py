"""Ingesting an archive: every response is one version of one URL, read in the order of its time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from urllib.parse import urlsplit

from pipeline.categories import Outcome
from pipeline.dedupe.urls import canonical_url
from pipeline.dedupe.versions import Versions
from pipeline.fetch.responses import ArchivedResponse
from pipeline.isolation.workers import Broken, Workers
from pipeline.model import Document, Fetch, Problem, Source, content_id
from pipeline.read.addresses import secured
from pipeline.read.article import is_index
from pipeline.read.markup import decode, media_type, parse_html
from pipeline.read.metadata import read_metadata
from pipeline.sources.entries import entry_document
from pipeline.sources.feeds import looks_like_feed, looks_like_html, read_feed
from pipeline.sources.listing import Item, Listing
from pipeline.sources.news_lines import line_documents, news_page
from pipeline.sources.owners import ingest_source
from pipeline.sources.reading import read_article, read_listing
from pipeline.sources.reading_workers import shared_workers

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_READABLE = _PAGE_TYPES | {"text/plain", "text/markdown", "text/x-markdown", ""}
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_FEWEST_NEWS_LINES = 2


def documents_of_archive(
    responses: Iterable[ArchivedResponse | Problem],
    sources: Sequence[Source] = (),
    workers: Workers | None = None,
    elsewhere: Iterable[str] = (),
) -> tuple[Document | Problem, ...]:
    """The documents of archived responses in order of their time, which is when we learned of each.

    A response of a configured source's own address is read as its kind says. Feeds lend their items' titles
    and dates to the pages they link, and stand in for pages that are not in the archive. Feeds and lists are
    no documents, and a page that stayed as it was is none again. Problems are passed on.
    Bodies are read by `workers`, or by those of this process. `elsewhere` are canonical URLs of pages that are had
    without being among the responses, so that no feed needs to stand in for them.
    """
    problems: list[Document | Problem] = []
    answers: list[ArchivedResponse] = []
    for response in responses:
        if isinstance(response, Problem):
            problems.append(response)
        elif 200 <= response.status < 300 and response.body.strip() and not _is_for_robots(response.url):
            answers.append(response)
    answers.sort(key=lambda answer: answer.archived_at)
    archived = {*elsewhere, *(canonical_url(answer.url) for answer in answers)}
    reading = _Reading(sources, archived, workers or shared_workers())
    lists = [reading.list_of(answer) for answer in answers]
    found = (reading.documents(answer, listing) for answer, listing in zip(answers, lists, strict=True))
    return (*problems, *_without_repeats(chain.from_iterable(found)))


def linked_by(response: ArchivedResponse, source: Source, workers: Workers | None = None) -> tuple[str, ...]:
    """The addresses that an archived answer of `source` lists, in its order; none where it lists or says nothing."""
    read = (workers or shared_workers()).run(read_listing, source, _as_fetch(source, response), response.archived_at)
    items = _listed(response, read).items
    return tuple(dict.fromkeys(canonical_url(secured(item.url, source.url)) for item in items))


@dataclass(slots=True)
class _Hints:
    """What lists say of one page from time to time, oldest first."""

    times: list[dt.datetime] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def at(self, moment: dt.datetime) -> Item:
        """The word of the newest list at `moment`, or of the first one after it."""
        return self.items[max(0, bisect_right(self.times, moment) - 1)]


@dataclass(slots=True)
class _Reading:
    sources: Sequence[Source]
    archived: set[str]
    workers: Workers
    configured: Mapping[str, Source] = field(init=False)
    hints: dict[str, _Hints] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)
    homes: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.configured = {canonical_url(source.url): source for source in self.sources}

    def list_of(self, answer: ArchivedResponse) -> Listing | None:
        """What `answer` lists, if it is a list; its items are noted as hints for the pages they link."""
        source = self.configured.get(canonical_url(answer.url))
        if source:
            fetch = _as_fetch(source, answer)
            listing = _listed(answer, self.workers.run(read_listing, source, fetch, answer.archived_at))
        elif media_type(answer.content_type) in _FEED_TYPES or looks_like_feed(answer.body):
            source = ingest_source(answer.url, self.sources)
            listing = _listed(answer, self.workers.run(read_feed, answer.body, answer.content_type, answer.url, source))
        elif _is_text(answer):
            listing = _listed(answer, self.workers.run(_news_lines, answer, self._source_of(answer.url)))
            if len(listing.documents) >= _FEWEST_NEWS_LINES:
                self.news.add(canonical_url(answer.url))
        else:
            return None
        for item in listing.items:
            hints = self.hints.setdefault(canonical_url(secured(item.url, answer.url)), _Hints())
            hints.times.append(answer.archived_at)
            hints.items.append(item)
        if listing.home:
            self.homes.add(canonical_url(secured(listing.home, answer.url)))
        return listing

    def documents(self, answer: ArchivedResponse, listing: Listing | None) -> Iterator[Document | Problem]:
        if listing is None or self._is_plain_text(answer):
            yield from self._read(answer)
            return
        yield from listing.problems
        yield from listing.documents
        for item in listing.items:
            address = canonical_url(secured(item.url, answer.url))
            if item.content and address not in self.archived:
                source = self.configured.get(canonical_url(answer.url)) or self._source_of(address)
                document = self._entry(replace(item, url=address), source, answer)
                # Several feeds may tell of one entry in turn, each in its own words: that is no coming back.
                if document and document.document_id not in self.entries:
                    self.entries.add(document.document_id)
                    yield document

    def _read(self, answer: ArchivedResponse) -> Iterator[Document | Problem]:
        kind, source = media_type(answer.content_type), self._source_of(answer.url)
        if kind not in _READABLE:
            # A browser's archive is mostly images and scripts; only what was meant to be read is told of.
            if kind == "application/pdf":
                yield Problem("read", answer.url, "is a PDF, which cannot be read")
            return
        hints = self.hints.get(canonical_url(answer.url))
        hint = hints.at(answer.archived_at) if hints else None
        may_be_index = hints is None and not _is_text(answer)
        if may_be_index and canonical_url(answer.url) in self.homes:
            return
        read = self.workers.run(_read_page, answer, hint, source, may_be_index)
        if isinstance(read, Broken):
            yield Problem("read", answer.url, read.reason)
        elif read is not None:
            yield read

    def _entry(self, item: Item, source: Source, answer: ArchivedResponse) -> Document | None:
        document = self.workers.run(entry_document, item, source, answer.archived_at)
        return None if isinstance(document, Broken) else document

    def _is_plain_text(self, answer: ArchivedResponse) -> bool:
        """Whether this is a text of no configured source, none of whose versions is a list of news lines."""
        address = canonical_url(answer.url)
        return _is_text(answer) and address not in self.configured and address not in self.news

    def _source_of(self, url: str) -> Source:
        return ingest_source(url, self.sources)


def _listed(answer: ArchivedResponse, read: Listing | Broken) -> Listing:
    return Listing(problems=(Problem("read", answer.url, read.reason),)) if isinstance(read, Broken) else read


def _news_lines(answer: ArchivedResponse, source: Source) -> Listing:
    page = news_page(answer.body, answer.content_type, answer.url)
    if page is None:
        return Listing()
    return Listing(documents=line_documents(page, answer.url, source, answer.archived_at))


def _read_page(
    answer: ArchivedResponse, hint: Item | None, source: Source, may_be_index: bool
) -> Document | Problem | None:
    """The document of a page, None for one that only lists others."""
    if may_be_index and _is_index(answer):
        return None
    return read_article(answer.body, answer.content_type, answer.url, hint, source, answer.archived_at)


def _is_index(answer: ArchivedResponse) -> bool:
    page = parse_html(decode(answer.body, answer.content_type))
    return page is not None and not read_metadata(page).calls_itself_article and is_index(page)


def _is_for_robots(url: str) -> bool:
    return urlsplit(url).path == "/robots.txt"


def _is_text(answer: ArchivedResponse) -> bool:
    return media_type(answer.content_type) in _READABLE - _PAGE_TYPES and not looks_like_html(answer.body)


def _as_fetch(source: Source, answer: ArchivedResponse) -> Fetch:
    """An archived response as the answer of its source, for the kind of source to read."""
    return Fetch(
        fetch_id=content_id("fetch", source.source_id, answer.url, answer.archived_at.isoformat()),
        source_id=source.source_id,
        url=answer.url,
        final_url=answer.url,
        requested_at=answer.archived_at,
        duration_ms=0,
        status=answer.status,
        outcome=Outcome.NEW,
        size=len(answer.body),
        content_type=answer.content_type,
        body=answer.body,
    )


def _without_repeats(found: Iterable[Document | Problem]) -> Iterator[Document | Problem]:
    """The versions of each address, and each problem once."""
    versions, seen = Versions(), set[Problem]()
    for each in found:
        if isinstance(each, Document):
            taken = versions.take(each)
            if taken is not None:
                yield taken
        elif each not in seen:
            seen.add(each)
            yield each
