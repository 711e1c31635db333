"""Harvesting a source as a conversation: it yields what it asks for, is sent the answers, and ends in what it found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pipeline.categories import Outcome
from pipeline.dedupe.urls import canonical_url
from pipeline.memory import Memory
from pipeline.model import Document, Fetch, Problem, Source, SourceState, Validators, content_id, same_version
from pipeline.read.addresses import secured
from pipeline.read.page import read_page
from pipeline.sources.agenda import HarvestLimits, agenda, may_have_more
from pipeline.sources.entries import entry_document
from pipeline.sources.listing import Item, Listing
from pipeline.sources.moves import address_of
from pipeline.sources.owners import Owners, speaker
from pipeline.sources.quarantine import quarantined
from pipeline.sources.registry import kind_named
from pipeline.sources.robots import is_exempt
from pipeline.sources.schedule import Brought, next_state

__all__ = ["Ask", "Conversation", "Harvest", "HarvestLimits", "Memory", "Postponed", "converse"]


@dataclass(frozen=True, slots=True)
class Harvest:
    """What sources gave: every exchange (without its body), new documents, problems, new states."""

    fetches: tuple[Fetch, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    states: tuple[SourceState, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a conversation wants made. `is_exempt` is one that robots.txt does not speak of.

    One that `may_share` takes the answer that another conversation of the run was given for its URL.
    """

    source: Source
    url: str
    validators: Validators | None
    is_exempt: bool = False
    may_share: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """The answer to a request that is not made now: its host rests `until` then, or the run's time is over."""

    until: dt.datetime
    reason: str
    run_is_over: bool = False


Reply = Fetch | Postponed
Conversation = Generator[Ask, Reply, Harvest]


def converse(
    source: Source,
    known: SourceState | None,
    memory: Memory,
    limits: HarvestLimits,
    now: dt.datetime,
    owners: Owners,
) -> Conversation:
    """Ask `source`, and what it lists, at `now`. What fails is a problem and a state, never an error.

    `owners` (see `owners_of`) lends pages that are reached through another's list the publisher and tier of
    the source that owns their site. When the run is over before the conversation is, what it has found counts
    and its state stays as it was, so that the next run takes up the rest.
    """
    check = _Check(source, known or SourceState(source.source_id), memory, limits, now, owners)
    try:
        state: SourceState | None = yield from check.run()
    except _NotNowError as stopped:
        state = check.interrupted(stopped.answer)
    return Harvest(
        tuple(check.fetches), tuple(check.documents), tuple(check.problems), () if state is None else (state,)
    )


class _NotNowError(Exception):
    """Ends a conversation whose request is not made in this run."""

    def __init__(self, answer: Postponed) -> None:
        super().__init__(answer.reason)
        self.answer = answer


@dataclass(slots=True)
class _Check:
    """What is gathered of a source while it is asked."""

    source: Source
    state: SourceState
    memory: Memory
    limits: HarvestLimits
    now: dt.datetime
    owners: Owners
    fetches: list[Fetch] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    known: Memory = field(default_factory=Memory)  # with what is stored of that which the source lists

    def run(self) -> Generator[Ask, Reply, SourceState]:
        source = self.source
        fetch, listing = yield from self._ask_list()
        self.fetches.append(replace(fetch, body=b""))
        self.problems.extend(listing.problems)
        if fetch.outcome in (Outcome.ERROR, Outcome.BLOCKED) and not listing.problems:
            self.problems.append(Problem("fetch", source.name, f"{source.url}: {fetch.error}"))
        items = _by_address(listing, source)
        self.known = self.memory.of([*items, *(one.url for one in listing.documents)])
        for document in listing.documents:
            self._keep(document, fetch)
        if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
            yield from self._ask_articles(fetch, items)
        is_empty = not listing.problems and not listing.items and not listing.documents
        brought = Brought(bool(self.documents), is_empty and fetch.outcome is Outcome.NEW, listing.ttl)
        return next_state(source, self.state, fetch, self.now, brought)

    def interrupted(self, answer: Postponed) -> SourceState | None:
        """The state of a source that could not be asked to the end; None leaves it as it was."""
        if not self.fetches:
            return None if answer.run_is_over else replace(self.state, next_check_at=answer.until)
        # Without its hash the list is no copy to compare with, so that the next run sees again what it lists.
        own = self.source.url
        self.fetches = [replace(one, sha256=None, etag=None) if one.url == own else one for one in self.fetches]
        return None

    def _ask_list(self) -> Generator[Ask, Reply, tuple[Fetch, Listing]]:
        """The source's own answer, and what it lists; nothing where it is unchanged."""
        source = self.source
        stored = self.memory.validators.get(source.url)
        asked = self.memory.articles.get(source.source_id, {})
        condition = None if may_have_more(asked, self.state, self.limits) else stored
        fetch = yield from self._ask_own(condition)
        if fetch.outcome != Outcome.NEW:
            return fetch, Listing()
        listing = self._read_listing(fetch)
        if listing.is_unreadable and (not listing.is_bare or self._gave_before()):
            # An answer that could not be read must not become the copy that the next request names.
            return replace(fetch, outcome=Outcome.ERROR, error=listing.problems[0].message), listing
        if stored and fetch.sha256 == stored.sha256:
            fetch = replace(fetch, outcome=Outcome.UNCHANGED)
        return fetch, listing

    def _ask_own(self, condition: Validators | None) -> Generator[Ask, Reply, Fetch]:
        """The source's own address, or the one it moved to; everything about it is kept under its own."""
        source = self.source
        address = address_of(source, self.state, self.now)
        answer = yield Ask(source, address, condition, is_exempt(source))
        if isinstance(answer, Postponed):
            raise _NotNowError(answer)
        return replace(answer, url=source.url)

    def _ask_article(self, url: str, stored: Validators | None) -> Generator[Ask, Reply, Fetch]:
        answer = yield Ask(self.source, url, stored, may_share=True)
        if isinstance(answer, Fetch):
            return answer
        if answer.run_is_over:
            raise _NotNowError(answer)
        # It counts as asked, so that it is asked again later, whether its list is sent again or not.
        fetch_id = content_id("fetch", self.source.source_id, url, self.now.isoformat())
        asked = (fetch_id, self.source.source_id, url, url, self.now, 0, None)
        return Fetch(*asked, Outcome.BLOCKED, error=answer.reason)

    def _gave_before(self) -> bool:
        """Whether the source has given documents, so that a list of nothing is a fault and no beginning."""
        id = self.source.source_id
        return id in self.memory.givers or bool(self.memory.articles.get(id))

    def _read_listing(self, fetch: Fetch) -> Listing:
        source = self.source
        read = quarantined(source.name, lambda: kind_named(source.kind).read(source, fetch, self.now))
        return Listing(problems=(read,)) if isinstance(read, Problem) else read

    def _ask_articles(self, listed: Fetch, items: Mapping[str, Item]) -> Generator[Ask, Reply, None]:
        asked = self.known.articles.get(self.source.source_id, {})
        wanted = agenda(items, asked, self.known.validators, self.state, self.limits, self.now)
        relisted: dict[str, Item] | None = None
        for url in dict.fromkeys((*wanted.new, *wanted.again)):
            stored = self.known.validators.get(url)
            try:
                fetch = yield from self._ask_article(url, stored)
            except _NotNowError:
                if url in wanted.new:
                    raise
                return  # edits are looked for at the next check
            self.fetches.append(replace(fetch, body=b""))
            if fetch.outcome == Outcome.NEW and url not in items and relisted is None:
                relisted = yield from self._list_again()
            if fetch.outcome != Outcome.UNCHANGED:
                item = items.get(url) or (relisted or {}).get(url)
                document = self._read_article(fetch, item)
                if document:
                    self._keep(document, fetch)
                elif item and item.content and stored is None:
                    self._keep_entry(item, listed)

    def _list_again(self) -> Generator[Ask, Reply, dict[str, Item]]:
        """What an unchanged list says of its articles: it was not sent, and a changed article needs its hints."""
        try:
            fetch = yield from self._ask_own(None)
        except _NotNowError:  # the article that it was wanted for has come and must be read
            return {}
        if fetch.outcome != Outcome.NEW:
            return {}
        # Without its hash the exchange is no copy to compare with: the list may have changed in between.
        fetch_id = content_id(fetch.fetch_id, "again")
        again = replace(fetch, fetch_id=fetch_id, outcome=Outcome.UNCHANGED, sha256=None, etag=None, body=b"")
        self.fetches.append(again)
        return _by_address(self._read_listing(fetch), self.source)

    def _read_article(self, fetch: Fetch, item: Item | None) -> Document | None:
        """The document of an article that was fetched; why there is none becomes a problem."""
        if fetch.outcome != Outcome.NEW:
            self.problems.append(Problem("fetch", fetch.url, f"{fetch.error} (linked by {self.source.name})"))
            return None
        if _is_front_page(fetch):
            message = f"leads to the front page {fetch.final_url} now, not to an article"
            self.problems.append(Problem("read", fetch.url, message))
            return None
        speaking = speaker(self.source, fetch.final_url, self.owners)
        read = quarantined(
            fetch.url, lambda: read_page(fetch.body, fetch.content_type, fetch.final_url, item, speaking, self.now)
        )
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        return read

    def _keep_entry(self, item: Item, listed: Fetch) -> None:
        """What the list itself says of an article that cannot be had."""
        speaking = speaker(self.source, item.url, self.owners)
        read = quarantined(item.url, lambda: entry_document(item, speaking, self.now))
        if isinstance(read, Document):
            self._keep(read, listed)

    def _keep(self, document: Document, fetch: Fetch) -> None:
        """Keep `document` unless it is the version that its address had last."""
        latest = self.versions.get(document.url) or self.known.versions.get(document.url)
        if same_version(latest, document.version):
            return
        self.versions[document.url] = document.version
        kept = replace(document, archive_file=fetch.archive_file, archive_offset=fetch.archive_offset)
        self.documents.append(kept)


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
