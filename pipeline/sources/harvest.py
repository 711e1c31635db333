"""Harvesting: asking a group of sources, one after another, and reading what is new of what they list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pipeline.categories import Outcome
from pipeline.dedupe.urls import canonical_url
from pipeline.fetch.client import Client
from pipeline.memory import Memory
from pipeline.model import Document, Fetch, Problem, Source, SourceState, content_id, same_version
from pipeline.read.addresses import secured
from pipeline.read.page import read_page
from pipeline.sources.agenda import HarvestLimits, agenda, may_have_more
from pipeline.sources.collecting import Collector, collected
from pipeline.sources.entries import entry_document
from pipeline.sources.further import MOST_FURTHER, articles_among, joined, kept_exchange, same_origin
from pipeline.sources.listing import ComparingKind, Item, Listing
from pipeline.sources.owners import Owners, owners_of, speaker
from pipeline.sources.quarantine import quarantined
from pipeline.sources.registry import KINDS, kind_named
from pipeline.sources.schedule import due, host_groups, next_state
from pipeline.sources.tokens import Secret, no_secret, request_headers, unasked

__all__ = ["Harvest", "HarvestLimits", "Memory", "due", "harvest", "host_groups", "next_state"]


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a group of sources gave: every exchange (without its body), new documents, problems, new states."""

    fetches: tuple[Fetch, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    states: tuple[SourceState, ...] = ()


def harvest(
    sources: Sequence[Source],
    memory: Memory,
    states: Mapping[str, SourceState],
    client: Client,
    limits: HarvestLimits,
    now: dt.datetime,
    owners: Owners | None = None,
    secret: Secret = no_secret,
) -> Harvest:
    """Ask `sources` at `now`, one after another. What fails in one is a problem and a state; the rest goes on.

    `owners` (see `owners_of`) lends pages that are reached through another's list the publisher and tier of
    the source that owns their site; left out, only `sources` are looked at. `secret` finds the tokens that
    sources name.
    """
    basket = _Basket(memory, client, limits, now, owners_of(sources) if owners is None else owners, secret)
    after = [basket.check(source, states.get(source.source_id)) for source in sources]
    return Harvest(tuple(basket.fetches), tuple(basket.documents), tuple(basket.problems), tuple(after))


@dataclass(slots=True)
class _Basket:
    """What is gathered of a group while its sources are asked."""

    memory: Memory
    client: Client
    limits: HarvestLimits
    now: dt.datetime
    owners: Owners
    secret: Secret = no_secret
    fetches: list[Fetch] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    known: Memory = field(default_factory=Memory)  # with what is stored of that which the present source lists

    def check(self, source: Source, known: SourceState | None) -> SourceState:
        state = known or SourceState(source.source_id)
        fetch, listing = self._ask(source, state)
        self.fetches.append(replace(fetch, body=b""))
        self.problems.extend(listing.problems)
        if fetch.outcome in (Outcome.ERROR, Outcome.BLOCKED) and not listing.problems:
            self.problems.append(Problem("fetch", source.name, f"{source.url}: {fetch.error}"))
        self.known = self.memory.of([*_by_address(listing, source), *(one.url for one in listing.documents)])
        for document in listing.documents:
            self._keep(document, fetch)
        if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
            self._read_articles(source, state, fetch, listing)
        return next_state(source, state, fetch, self.now)

    def _ask(self, source: Source, state: SourceState) -> tuple[Fetch, Listing]:
        """The source's own answer, and what it lists; nothing where it is unchanged."""
        stored = self.memory.validators.get(source.url)
        asked = self.memory.articles.get(source.source_id, {})
        condition = None if may_have_more(asked, state, self.limits) else stored
        kind = KINDS.get(source.kind)
        if isinstance(kind, Collector):
            return collected(kind, source, stored, self.secret, self.now)
        headers = request_headers(kind, source, self.secret)
        if isinstance(headers, Problem):
            return unasked(source, headers, self.now), Listing(problems=(headers,))
        fetch = self.client.fetch(source.source_id, source.url, condition, self.now, headers)
        if fetch.outcome != Outcome.NEW:
            return fetch, Listing()
        listing = self._read_listing(source, fetch)
        if listing.is_unreadable and (not listing.is_bare or self._gave_before(source)):
            # An answer that could not be read must not become the copy that the next request names.
            return replace(fetch, outcome=Outcome.ERROR, error=listing.problems[0].message), listing
        if stored and fetch.sha256 == stored.sha256:
            fetch = replace(fetch, outcome=Outcome.UNCHANGED)
        if listing.further:
            whole = may_have_more(asked, state, self.limits)
            return self._ask_further(source, fetch, listing, headers, unconditional=whole)
        return fetch, listing

    def _ask_further(
        self, source: Source, first: Fetch, listing: Listing, headers: Mapping[str, str], *, unconditional: bool
    ) -> tuple[Fetch, Listing]:
        """The list that goes on at other addresses as one; what one of them does not give, the others still do."""
        parts: list[tuple[Fetch, Listing]] = []
        validators = self.memory.of(listing.further).validators
        for url in listing.further[:MOST_FURTHER]:
            stored = None if unconditional else validators.get(url)
            sent = headers if same_origin(url, source.url) else {}
            fetch = self.client.fetch(source.source_id, url, stored, self.now, sent)
            part = self._read_listing(source, fetch) if fetch.outcome == Outcome.NEW else Listing()
            fetch = kept_exchange(fetch, part, stored)
            self.fetches.append(replace(fetch, body=b""))
            parts.append((fetch, part))
        return joined(source, first, listing, parts)

    def _gave_before(self, source: Source) -> bool:
        """Whether the source has given documents, so that a list of nothing is a fault and no beginning."""
        return source.source_id in self.memory.givers or bool(self.memory.articles.get(source.source_id))

    def _read_listing(self, source: Source, fetch: Fetch) -> Listing:
        read = quarantined(source.name, lambda: kind_named(source.kind).read(source, fetch, self.now))
        kind = KINDS.get(source.kind)
        if isinstance(read, Listing) and isinstance(kind, ComparingKind):
            return kind.compared(read, self.memory.text_of, source)
        return Listing(problems=(read,)) if isinstance(read, Problem) else read

    def _read_articles(self, source: Source, state: SourceState, listed: Fetch, listing: Listing) -> None:
        items = _by_address(listing, source)
        asked = articles_among(self.known.articles.get(source.source_id, {}), listing)
        wanted = agenda(items, asked, self.known.validators, state, self.limits, self.now)
        relisted: dict[str, Item] | None = None
        for url in (*wanted.new, *wanted.again):
            if url in self.met:
                continue
            self.met.add(url)
            stored = self.known.validators.get(url)
            fetch = self.client.fetch(source.source_id, url, stored, self.now)
            self.fetches.append(replace(fetch, body=b""))
            if fetch.outcome == Outcome.NEW and url not in items and relisted is None:
                relisted = self._list_again(source)
            if fetch.outcome != Outcome.UNCHANGED:
                item = items.get(url) or (relisted or {}).get(url)
                document = self._read_article(source, fetch, item)
                if document:
                    self._keep(document, fetch)
                elif item and item.content and stored is None:
                    self._keep_entry(item, source, listed)

    def _list_again(self, source: Source) -> dict[str, Item]:
        """What an unchanged list says of its articles: it was not sent, and a changed article needs its hints."""
        headers = request_headers(KINDS.get(source.kind), source, self.secret)
        if isinstance(headers, Problem):
            return {}
        fetch = self.client.fetch(source.source_id, source.url, None, self.now, headers)
        if fetch.outcome != Outcome.NEW:
            return {}
        # Without its hash the exchange is no copy to compare with: the list may have changed in between.
        fetch_id = content_id(fetch.fetch_id, "again")
        again = replace(fetch, fetch_id=fetch_id, outcome=Outcome.UNCHANGED, sha256=None, etag=None, body=b"")
        self.fetches.append(again)
        return _by_address(self._read_listing(source, fetch), source)

    def _read_article(self, source: Source, fetch: Fetch, item: Item | None) -> Document | None:
        """The document of an article that was fetched; why there is none becomes a problem."""
        if fetch.outcome != Outcome.NEW:
            self.problems.append(Problem("fetch", fetch.url, f"{fetch.error} (linked by {source.name})"))
            return None
        if _is_front_page(fetch):
            message = f"leads to the front page {fetch.final_url} now, not to an article"
            self.problems.append(Problem("read", fetch.url, message))
            return None
        speaking = speaker(source, fetch.final_url, self.owners)
        read = quarantined(
            fetch.url, lambda: read_page(fetch.body, fetch.content_type, fetch.final_url, item, speaking, self.now)
        )
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        return read

    def _keep_entry(self, item: Item, source: Source, listed: Fetch) -> None:
        """What the list itself says of an article that cannot be had."""
        speaking = speaker(source, item.url, self.owners)
        read = quarantined(item.url, lambda: entry_document(item, speaking, self.now))
        if isinstance(read, Document):
            self._keep(read, listed)

    def _keep(self, document: Document, fetch: Fetch) -> None:
        """Keep `document` unless it is the version that its address had last."""
        latest = self.versions.get(document.url) or self.known.versions.get(document.url)
        if same_version(latest, document.version):
            return
        self.versions[document.url] = document.version
        if document.archive_file is None:
            document = replace(document, archive_file=fetch.archive_file, archive_offset=fetch.archive_offset)
        self.documents.append(document)


def _by_address(listing: Listing, source: Source) -> dict[str, Item]:
    """The items by the address to ask for; lists begin with the newest, so the first for an address counts."""
    items: dict[str, Item] = {}
    for item in listing.items:
        url = canonical_url(secured(item.url, source.url))
        if url != source.url:
            items.setdefault(url, item)
    return items


def _is_front_page(fetch: Fetch) -> bool:
    return bool(urlsplit(fetch.url).path.strip("/")) and not urlsplit(fetch.final_url).path.strip("/")
