"""Harvesting a source as a conversation: it yields what it asks for, is sent the answers, and ends in what it found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.categories import FailureKind, Outcome
from pipeline.memory import Memory
from pipeline.model import Document, Fetch, Problem, Source, SourceState, Validators, content_id, same_version
from pipeline.sources.agenda import HarvestLimits, agenda
from pipeline.sources.asking import ListAsking, items_by_address
from pipeline.sources.conversation import Ask, Asking, Conversation, Harvest, NotNowError, Postponed, Reply
from pipeline.sources.further import articles_among
from pipeline.sources.listing import Item, Listing
from pipeline.sources.owners import Owners, speaker
from pipeline.sources.quarantine import Quarantine
from pipeline.sources.schedule import Brought, next_state
from pipeline.sources.tokens import Secret, no_secret

if TYPE_CHECKING:
    from pipeline.isolation.workers import Workers

__all__ = ["Ask", "Conversation", "Harvest", "HarvestLimits", "Memory", "Postponed", "Reply", "converse"]


def converse(
    source: Source,
    known: SourceState | None,
    memory: Memory,
    limits: HarvestLimits,
    now: dt.datetime,
    owners: Owners,
    *,
    secret: Secret = no_secret,
    workers: Workers | None = None,
) -> Conversation:
    """Ask `source`, and what it lists, at `now`. What fails is a problem and a state, never an error.

    `owners` (see `owners_of`) lends pages that are reached through another's list the publisher and tier of
    the source that owns their site. `secret` finds the tokens that sources name; bodies are read by `workers`, or
    by those of this process. When the run is over before the conversation is, what it has found counts and its
    state stays as it was, so that the next run takes up the rest.
    """
    state = known or SourceState(source.source_id)
    quarantine = Quarantine(workers, memory.broken, now)
    lists = ListAsking(source, state, memory, limits, now, secret, quarantine)
    check = _Check(source, state, memory, limits, now, owners, lists, quarantine)
    try:
        after: SourceState | None = yield from check.run()
    except NotNowError as stopped:
        after = check.interrupted(stopped.answer)
    return Harvest(
        tuple(check.fetches),
        tuple(check.documents),
        tuple(check.problems),
        () if after is None else (after,),
        tuple(quarantine.broken.values()),
        tuple(quarantine.mended),
    )


@dataclass(slots=True)
class _Check:
    """What is gathered of a source while it is asked."""

    source: Source
    state: SourceState
    memory: Memory
    limits: HarvestLimits
    now: dt.datetime
    owners: Owners
    lists: ListAsking
    quarantine: Quarantine
    fetches: list[Fetch] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    known: Memory = field(default_factory=Memory)  # with what is stored of that which the source lists

    def run(self) -> Generator[Ask, Reply, SourceState]:
        source = self.source
        fetch, listing = yield from self.lists.ask()
        self.fetches += [replace(fetch, body=b"") if fetch.body else fetch, *self.lists.parts]
        self.problems.extend(listing.problems)
        if fetch.outcome in (Outcome.ERROR, Outcome.BLOCKED) and not listing.problems:
            self.problems.append(Problem("fetch", source.name, f"{source.url}: {fetch.error}"))
        items = items_by_address(listing, source)
        self.known = self.memory.of([*items, *(one.url for one in listing.documents)])
        for document in listing.documents:
            self._keep(document, fetch)
        if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
            yield from self._ask_articles(fetch, listing, items)
        is_empty = not listing.problems and not listing.items and not listing.documents
        brought = Brought(bool(self.documents), is_empty and fetch.outcome is Outcome.NEW, listing.ttl, listing.failure)
        return next_state(source, self.state, fetch, self.now, brought)

    def interrupted(self, answer: Postponed) -> SourceState | None:
        """The state of a source that could not be asked to the end; None leaves it as it was."""
        if not self.fetches:
            return None if answer.run_is_over else replace(self.state, next_check_at=answer.until)
        # Without its hash the list is no copy to compare with, so that the next run sees again what it lists.
        own = {self.source.url, *(part.url for part in self.lists.parts)}
        self.fetches = [replace(one, sha256=None, etag=None) if one.url in own else one for one in self.fetches]
        return None

    def _ask_article(self, url: str, stored: Validators | None) -> Asking:
        answer = yield Ask(self.source, url, stored, may_share=True)
        if isinstance(answer, Fetch):
            return answer
        if answer.run_is_over:
            raise NotNowError(answer)
        # It counts as asked, so that it is asked again later, whether its list is sent again or not.
        fetch_id = content_id("fetch", self.source.source_id, url, self.now.isoformat())
        asked = (fetch_id, self.source.source_id, url, url, self.now, 0, None)
        return Fetch(*asked, Outcome.BLOCKED, error=answer.reason)

    def _ask_articles(self, listed: Fetch, listing: Listing, items: Mapping[str, Item]) -> Generator[Ask, Reply, None]:
        asked = articles_among(self.known.articles.get(self.source.source_id, {}), self.source, listing)
        wanted = agenda(items, asked, self.known.validators, self.state, self.limits, self.now)
        relisted: dict[str, Item] | None = None
        for url in dict.fromkeys((*wanted.new, *wanted.again)):
            stored = self.known.validators.get(url)
            try:
                fetch = yield from self._ask_article(url, stored)
            except NotNowError:
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
            fetch = yield from self.lists.ask_own(None)
        except NotNowError:  # the article that it was wanted for has come and must be read
            return {}
        if fetch.outcome != Outcome.NEW:
            return {}
        # Without its hash the exchange is no copy to compare with: the list may have changed in between.
        fetch_id = content_id(fetch.fetch_id, "again")
        again = replace(fetch, fetch_id=fetch_id, outcome=Outcome.UNCHANGED, sha256=None, etag=None, body=b"")
        self.fetches.append(again)
        return items_by_address(self.lists.read(fetch), self.source)

    def _read_article(self, fetch: Fetch, item: Item | None) -> Document | None:
        """The document of an article that was fetched; why there is none becomes a problem."""
        if fetch.outcome != Outcome.NEW:
            self.problems.append(Problem("fetch", fetch.url, f"{fetch.error} (linked by {self.source.name})"))
            return None
        if _is_front_page(fetch):
            message = f"leads to the front page {fetch.final_url} now, not to an article"
            self.problems.append(Problem("read", fetch.url, message))
            return None
        from pipeline.isolation.workers import Broken
        from pipeline.sources.reading import read_article  # most answers bring no body to read

        speaking = speaker(self.source, fetch.final_url, self.owners)
        body, kind, url = fetch.body, fetch.content_type, fetch.final_url
        read = self.quarantine.read(fetch, read_article, body, kind, url, item, speaking, self.now)
        if isinstance(read, Broken):
            self._unread(fetch, read.reason)
            read = Problem("read", fetch.url, f"{read.reason} (linked by {self.source.name})")
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        return read

    def _unread(self, fetch: Fetch, reason: str) -> None:
        """Notes an exchange as failed, so that its body does not become the copy that the next request names."""
        at = next(index for index, each in enumerate(self.fetches) if each.fetch_id == fetch.fetch_id)
        failed = replace(self.fetches[at], outcome=Outcome.ERROR, error=reason, failure=FailureKind.UNREADABLE)
        self.fetches[at] = failed

    def _keep_entry(self, item: Item, listed: Fetch) -> None:
        """What the list itself says of an article that cannot be had."""
        from pipeline.sources.reading import read_entry

        speaking = speaker(self.source, item.url, self.owners)
        read = self.quarantine.read(listed, read_entry, item, speaking, self.now)
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


def _is_front_page(fetch: Fetch) -> bool:
    return bool(urlsplit(fetch.url).path.strip("/")) and not urlsplit(fetch.final_url).path.strip("/")
