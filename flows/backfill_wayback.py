"""Backfill from the Wayback Machine: the captures of an address, and of the articles that a source's list linked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from flows.archive_asking import ArchiveAsking
from flows.backfill_reports import Filled
from flows.backfill_targets import Target
from flows.batch import Batch
from flows.keeping import BodyKeeper
from flows.past_writing import PORTION, PastWriting, response_with_body
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress
from pipeline.categories import Outcome
from pipeline.fetch.body_index import BodyIndex
from pipeline.fetch.responses import ArchivedResponse, responses_at
from pipeline.model import Fetch, Problem, Source
from pipeline.sources.archive import linked_by
from pipeline.sources.past import CaptureAsking, IndexAsking, archive_source
from pipeline.sources.provenance import Kept
from pipeline.sources.robots import OBEY
from pipeline.sources.wayback import Capture, Span, nearest

ADDRESS = "https://web.archive.org/"
LIMIT = 200
"""Captures that one run asks for unless it is told otherwise: at their pace some ten minutes."""


@dataclass(slots=True)
class WaybackFilling:
    """Fills in the past of one target; `filled` is what it has come to."""

    target: Target
    span: Span
    asking: ArchiveAsking
    writing: PastWriting
    run_id: str
    limit: int
    shown: Progress
    robots: str = OBEY
    archive: Source = field(init=False)
    filled: Filled = field(init=False)
    beside: Sequence[Fetch] = ()  # the exchanges with the index, until something is written

    def __post_init__(self) -> None:
        self.archive = archive_source(ADDRESS, "Wayback Machine", self.robots)
        self.filled = Filled(self.target.name, "capture")

    def count(self) -> None:
        """Only asks which captures there are."""
        captures, _ = self._listed(most=None)
        self.filled.listed, self.filled.new = len(captures), len(self._unknown(captures))

    def fill(self) -> None:
        """Asks for what is new up to the limit, and writes what comes of it."""
        captures, exchanges = self._listed(most=self.limit)
        unknown = self._unknown(captures)
        self.filled.listed, self.filled.new = len(captures), len(unknown)
        self.beside = exchanges
        if self.target.source is None:
            self._fill_pages(unknown)
        else:
            self._fill_source(captures, self.target.source)
        if self.beside:
            self._write([], [])

    def _listed(self, most: int | None) -> tuple[Sequence[Capture], Sequence[Fetch]]:
        index = IndexAsking()
        url, below = self.target.url, self.target.below
        conversation = index.converse(
            self.archive, url, self.span, below=below, most=most, new_among=lambda page: len(self._unknown(page))
        )
        self.filled.problems += self.asking.hold(self.archive, conversation)
        self.filled.problems += index.problems
        self.filled.has_more, self.filled.stopped = index.has_more, index.stopped
        return index.captures, index.fetches

    def _unknown(self, captures: Sequence[Capture]) -> list[Capture]:
        """Those that no earlier run has had: first those that were never asked for."""
        memory = self.asking.memory_of([capture.address for capture in captures])
        asked = memory.articles.get(self.archive.source_id, {})
        unknown = [capture for capture in captures if capture.address not in memory.validators]
        return sorted(unknown, key=lambda capture: capture.address in asked)

    def _fill_pages(self, unknown: Sequence[Capture]) -> None:
        wanted = self._within_limit(unknown)
        for start in range(0, len(wanted), PORTION):
            asked = self._ask(wanted[start : start + PORTION])
            self._write(asked.kept, asked.fetches)
            if self.filled.stopped:
                return

    def _fill_source(self, captures: Sequence[Capture], source: Source) -> None:
        """The lists of a source in the order of their time, and after some of them the articles that they linked."""
        linked: set[str] = {source.url}
        had: set[str] = set()
        for start in range(0, len(captures), PORTION):
            some = captures[start : start + PORTION]
            unknown = self._unknown(some)
            asked = self._ask(self._within_limit(unknown))
            known = [capture for capture in some if capture not in unknown]
            lists = sorted([*self._recalled(known), *asked.kept], key=lambda kept: kept[0].archived_at)
            articles = self._articles(lists, source, linked)
            missing = self._unknown(articles)
            answers = self._ask(self._within_limit(missing))
            had |= answers.had | ({each.url for each in articles} - {each.url for each in missing})
            if asked.fetches or answers.fetches:
                self._write(answers.kept, [*asked.fetches, *answers.fetches], lists, had)
            if self.filled.stopped or self.filled.asked >= self.limit:
                self.filled.has_more = self.filled.has_more or start + PORTION < len(captures)
                return

    def _within_limit(self, captures: Sequence[Capture]) -> Sequence[Capture]:
        room = max(0, self.limit - self.filled.asked)
        self.filled.has_more = self.filled.has_more or len(captures) > room
        return captures[:room]

    def _ask(self, captures: Sequence[Capture]) -> CaptureAsking:
        asked = CaptureAsking()
        if not captures or self.filled.stopped:
            return asked
        keeper = BodyKeeper(self.writing.data_dir, self.run_id)
        try:
            conversation = asked.converse(self.archive, captures, self.span, keeper.keep)
            self.filled.problems += self.asking.hold(self.archive, conversation)
        finally:
            # Before a row names a place in the archive, what stands there has to be on disk.
            keeper.close()
        self.filled.asked += len(asked.fetches)
        self.filled.failed += sum(fetch.outcome is not Outcome.NEW for fetch in asked.fetches)
        self.filled.pages += len(asked.kept)
        self.filled.problems += asked.problems
        self.filled.stopped = asked.stopped
        self.shown.step("backfill", self.filled.asked, min(self.limit, max(self.filled.new, self.filled.asked)))
        return asked

    def _recalled(self, captures: Sequence[Capture]) -> Iterator[Kept]:
        """The captures that an earlier run had, out of our own archive."""
        directory = self.writing.data_dir / ARCHIVE_FOLDER
        index = BodyIndex(directory)
        stored = self.asking.memory_of([capture.address for capture in captures]).validators
        for capture in captures:
            place = index.find(stored[capture.address].sha256)
            found = responses_at(directory / place[0], place[1])[:1] if place else ()
            for each in found:
                if place and isinstance(each, ArchivedResponse):
                    yield replace(each, url=capture.url, archived_at=capture.taken_at, body=b""), place

    def _articles(self, lists: Sequence[Kept], source: Source, linked: set[str]) -> list[Capture]:
        """The captures, nearest to the list that first named it, of each article that is not `linked` yet."""
        articles: list[Capture] = []
        for each in lists:
            response = response_with_body(each, self.writing.data_dir)
            if isinstance(response, Problem):
                continue
            new = [url for url in linked_by(response, source) if url not in linked]
            linked.update(new)
            articles += [nearest(url, response.archived_at) for url in new]
        return articles

    def _write(
        self, kept: Sequence[Kept], fetches: Sequence[Fetch], lists: Sequence[Kept] = (), had: Collection[str] = ()
    ) -> None:
        hosts, robots = self.asking.learned()
        beside = Batch(fetches=[*self.beside, *fetches], hosts=hosts, robots=robots)
        self.writing.write(kept, beside, lists, had)
        self.beside = ()
