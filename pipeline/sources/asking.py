"""Asking a source for its list: at the address it has now, with its token, and on to where the list goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.categories import FailureKind, Outcome
from pipeline.dedupe.urls import canonical_url
from pipeline.fetch.conditions import same_origin
from pipeline.memory import Memory
from pipeline.model import Fetch, Problem, Source, SourceState, Validators
from pipeline.read.addresses import secured
from pipeline.sources.agenda import HarvestLimits, may_have_more
from pipeline.sources.collecting import Collector, collected
from pipeline.sources.conversation import Ask, Asking, NotNowError, Postponed, Reply
from pipeline.sources.further import MOST_FURTHER, joined, kept_exchange
from pipeline.sources.listing import ComparingKind, Item, Listing
from pipeline.sources.moves import address_of
from pipeline.sources.quarantine import Quarantine
from pipeline.sources.registry import KINDS
from pipeline.sources.robots import is_exempt
from pipeline.sources.tokens import Secret, request_headers, unasked

Listed = Generator[Ask, Reply, tuple[Fetch, Listing]]


@dataclass(slots=True)
class ListAsking:
    """The questions about one source's list; `parts` are the exchanges at further addresses, without their bodies."""

    source: Source
    state: SourceState
    memory: Memory
    limits: HarvestLimits
    now: dt.datetime
    secret: Secret
    quarantine: Quarantine
    parts: list[Fetch] = field(default_factory=list)

    def ask(self) -> Listed:
        """The source's own answer, and what it lists; nothing where it is unchanged."""
        source = self.source
        stored = self.memory.validators.get(source.url)
        collector = KINDS.collector(source.kind)
        if collector is not None:
            return (yield from self._collect(collector, stored))
        headers = request_headers(KINDS.header_kind(source.kind), source, self.secret)
        if isinstance(headers, Problem):
            return unasked(source, headers, self.now), Listing(problems=(headers,))
        whole = may_have_more(self.memory.articles.get(source.source_id, {}), self.state, self.limits)
        fetch = yield from self.ask_own(None if whole else stored, headers)
        if fetch.outcome != Outcome.NEW:
            return fetch, Listing()
        listing = self.read(fetch)
        if listing.is_unreadable and (not listing.is_bare or self._gave_before()):
            # An answer that could not be read must not become the copy that the next request names.
            said = listing.problems[0].message
            return replace(fetch, outcome=Outcome.ERROR, error=said, failure=FailureKind.UNREADABLE), listing
        if stored and fetch.sha256 == stored.sha256:
            fetch = replace(fetch, outcome=Outcome.UNCHANGED)
        if listing.further:
            return (yield from self._ask_further(fetch, listing, headers, unconditional=whole))
        return fetch, listing

    def ask_own(self, condition: Validators | None, headers: Mapping[str, str] | None = None) -> Asking:
        """The source's own address, or the one it moved to; everything about it is kept under its own."""
        source = self.source
        if headers is None:
            found = request_headers(KINDS.header_kind(source.kind), source, self.secret)
            headers = {} if isinstance(found, Problem) else found
        address = address_of(source, self.state, self.now)
        # A token was given for the source's own origin, whoever says that it has moved.
        own = headers if same_origin(address, source.url) else {}
        answer = yield from self._asked(Ask(source, address, condition, is_exempt(source), headers=own))
        return answer if answer.url == source.url else replace(answer, url=source.url)

    def read(self, fetch: Fetch) -> Listing:
        """What the body of `fetch` lists."""
        from pipeline.isolation.workers import Broken
        from pipeline.sources.reading import read_listing  # most answers bring no body to read

        source = self.source
        read = self.quarantine.read(fetch, read_listing, source, fetch, self.now)
        if isinstance(read, Broken):
            return Listing(problems=(Problem("read", source.name, f"{source.url} {read.reason}"),))
        kind = KINDS.get(source.kind)
        return kind.compared(read, self.memory.text_of, source) if isinstance(kind, ComparingKind) else read

    def _asked(self, ask: Ask) -> Asking:
        answer = yield ask
        if isinstance(answer, Postponed):
            raise NotNowError(answer)
        return answer

    def _collect(self, kind: Collector, stored: Validators | None) -> Listed:
        found: list[Listing] = []

        def collect() -> Fetch:
            fetch, listing = collected(kind, self.source, stored, self.secret, self.now, self.quarantine.workers)
            found.append(listing)
            return fetch

        fetch = yield from self._asked(Ask(self.source, self.source.url, None, is_exempt=True, collect=collect))
        return fetch, found[0] if found else Listing()

    def _ask_further(
        self, first: Fetch, listing: Listing, headers: Mapping[str, str], *, unconditional: bool
    ) -> Listed:
        """The list that goes on at other addresses as one; what one of them does not give, the others still do."""
        source, parts = self.source, list[tuple[Fetch, Listing]]()
        waiting = list(dict.fromkeys(listing.further))
        met = {source.url, *waiting}
        while waiting and len(parts) < MOST_FURTHER:
            url = waiting.pop(0)
            stored = None if unconditional else self.memory.of([url]).validators.get(url)
            sent = headers if same_origin(url, source.url) else {}
            fetch = yield from self._asked(Ask(source, url, stored, is_exempt(source), headers=sent))
            part = self.read(fetch) if fetch.outcome == Outcome.NEW else Listing()
            fetch = kept_exchange(fetch, part, stored)
            self.parts.append(replace(fetch, body=b""))
            parts.append((fetch, part))
            waiting += [each for each in part.further if each not in met]
            met.update(part.further)
        return joined(source, first, listing, parts, waiting)

    def _gave_before(self) -> bool:
        """Whether the source has given documents, so that a list of nothing is a fault and no beginning."""
        id = self.source.source_id
        return id in self.memory.givers or bool(self.memory.articles.get(id))


def items_by_address(listing: Listing, source: Source) -> dict[str, Item]:
    """The items by the address to ask for; lists begin with the newest, so the first for an address counts."""
    items: dict[str, Item] = {}
    for item in listing.items:
        url = canonical_url(secured(item.url, source.url))
        if url != source.url:
            items.setdefault(url, item)
    return items
