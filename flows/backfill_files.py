"""Backfill from WARC files: Common Crawl's news, a gigabyte each over the network, or files on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.archive_asking import ArchiveAsking
from flows.backfill_reports import Filled
from flows.backfill_targets import Target, wanting
from flows.batch import Batch
from flows.keeping import BodyKeeper
from flows.past_writing import PastWriting
from flows.progress import Progress
from pipeline.categories import Outcome
from pipeline.errors import InputError
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.fetch.streaming import stream
from pipeline.model import Fetch, Problem, Source, content_id
from pipeline.sources.common_crawl import MOST_FILE_BYTES, NewsFile, files_within, months, read_paths
from pipeline.sources.past import FileAsking, archive_source
from pipeline.sources.robots import OBEY
from pipeline.sources.sifting import Sieve, Sifted, responses_of_stream
from pipeline.sources.wayback import EVER, Span
from pipeline.sources.words import naming
from pipeline.watchlist import Watchlist

NEWS = "https://data.commoncrawl.org/"
NEWS_FILES = 10
"""Files that one run takes in unless it is told otherwise: some ten gigabytes."""


@dataclass(frozen=True, slots=True)
class Search:
    """What files are looked through for; `is_broad` keeps pages of any site that name somebody of the watchlist."""

    targets: Sequence[Target]
    span: Span
    watchlist: Watchlist
    is_broad: bool = False

    @property
    def sieve(self) -> Sieve:
        about = naming(self.watchlist) if self.is_broad else None
        return Sieve(self.span, wanting(self.targets), about)

    @property
    def mark(self) -> str:
        """What tells a file looked through for this from the same file looked through for something else."""
        names = (name for entry in self.watchlist.entries for name in (entry.name, *entry.aliases))
        about = sorted(names) if self.is_broad else ()
        ours = sorted(f"{each.url}{'*' if each.below else ''}" for each in self.targets)
        return content_id("search", *ours, *about)


@dataclass(slots=True)
class NewsFilling:
    """Looks through Common Crawl's news files; `filled` is what it has come to."""

    search: Search
    asking: ArchiveAsking
    writing: PastWriting
    run_id: str
    limit: int
    shown: Progress
    robots: str = OBEY
    archive: Source = field(init=False)
    filled: Filled = field(init=False)
    beside: Sequence[Fetch] = ()  # the exchanges for the lists of files, until something is written

    def __post_init__(self) -> None:
        self.archive = archive_source(NEWS, "Common Crawl", self.robots)
        self.filled = Filled("Common Crawl news", "file")

    def count(self) -> None:
        """Only asks which files there are, and which of them no run has looked through for the same."""
        files, _ = self._listed()
        self.filled.listed, self.filled.new = len(files), len(self._unknown(files))

    def fill(self) -> None:
        """Looks through what is new up to the limit; each file is written, and done, by itself."""
        files, lists = self._listed()
        unknown = self._unknown(files)
        self.filled.listed, self.filled.new = len(files), len(unknown)
        self.filled.has_more = len(unknown) > self.limit
        self.beside = lists
        for number, file in enumerate(unknown[: self.limit], 1):
            if self.filled.stopped:
                break
            self._look_through(file)
            self.shown.step("backfill", number, min(self.limit, len(unknown)))
        if self.beside:
            self._write(Sifted(), [])

    def _listed(self) -> tuple[Sequence[NewsFile], Sequence[Fetch]]:
        found: list[NewsFile] = []
        fetches: list[Fetch] = []
        for address in months(self.search.span):
            asked = FileAsking()
            self.filled.problems += self.asking.hold(self.archive, asked.converse(self.archive, address))
            self.filled.problems += asked.problems
            self.filled.stopped = self.filled.stopped or asked.stopped
            for fetch in asked.fetches:
                paths = read_paths(fetch.body) if fetch.outcome is Outcome.NEW else ()
                if isinstance(paths, str):
                    self.filled.problems.append(Problem("backfill", address, paths))
                else:
                    found += paths
                fetches.append(replace(fetch, body=b"", sha256=None))
        return files_within(found, self.search.span), fetches

    def _unknown(self, files: Sequence[NewsFile]) -> list[NewsFile]:
        known = self.asking.memory_of([self._marked(file) for file in files]).validators
        return [file for file in files if self._marked(file) not in known]

    def _marked(self, file: NewsFile) -> str:
        return f"{file.url}#{self.search.mark}"

    def _look_through(self, file: NewsFile) -> None:
        keeper = BodyKeeper(self.writing.data_dir, self.run_id)
        tries: list[Sifted] = []

        def collect() -> Fetch:
            sifted, limits = Sifted(), self.asking.limits
            tries.append(sifted)
            # A file is done when all of it was looked through, whatever the span that it was chosen by.
            sieve = replace(self.search.sieve, span=EVER)
            fetch = stream(
                limits,
                self.archive.source_id,
                file.url,
                self.asking.now,
                lambda pieces: sifted.take(
                    responses_of_stream(pieces, file.url, sieve, limits.max_bytes), sieve, keeper.keep, file.url
                ),
                MOST_FILE_BYTES,
            )
            return replace(fetch, url=self._marked(file))

        asked = FileAsking()
        try:
            self.filled.problems += self.asking.hold(self.archive, asked.converse(self.archive, file.url, collect))
        finally:
            keeper.close()
        self.filled.asked += len(asked.fetches)
        self.filled.failed += sum(fetch.outcome is not Outcome.NEW for fetch in asked.fetches)
        self.filled.problems += asked.problems
        self.filled.stopped = asked.stopped
        self._write(tries[-1] if tries else Sifted(), asked.fetches)

    def _write(self, sifted: Sifted, fetches: Sequence[Fetch]) -> None:
        hosts, robots = self.asking.learned()
        fetches = [*self.beside, *fetches]
        beside = Batch(fetches=fetches, hosts=hosts, robots=robots, problems=sifted.problems)
        self.writing.write(sifted.kept, beside)
        self.beside = ()
        self.filled.pages += len(sifted.kept)


@dataclass(slots=True)
class FileFilling:
    """Looks through WARC files on this machine; nothing is asked of anybody."""

    search: Search
    files: Sequence[Path]
    writing: PastWriting
    run_id: str
    shown: Progress
    filled: Filled = field(default_factory=lambda: Filled("WARC files", "file"))

    def count(self) -> None:
        """Only looks how many pages would be kept."""
        sieve = self.search.sieve
        for path in self.files:
            self.filled.listed += sum(
                not isinstance(each, Problem) and sieve.passes(each) for each in self._responses(path)
            )
        self.filled.thing, self.filled.new = "page", self.filled.listed

    def fill(self) -> None:
        for number, path in enumerate(self.files, 1):
            sifted = Sifted()
            keeper = BodyKeeper(self.writing.data_dir, self.run_id)
            try:
                sifted.take(self._responses(path), self.search.sieve, keeper.keep, path.resolve().as_uri())
            finally:
                keeper.close()
            self.filled.asked += 1
            self.filled.pages += len(sifted.kept)
            self.filled.problems += sifted.problems
            if sifted.kept:
                self.writing.write(sifted.kept)
            self.shown.step("backfill", number, len(self.files))

    def _responses(self, path: Path) -> Iterator[ArchivedResponse | Problem]:
        try:
            yield from archived_responses(path)
        except InputError as error:
            yield Problem("backfill", str(path), str(error))
