"""What archives gave is read and written, day by day, as of the days on which it was archived; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from flows.batch import Batch
from flows.clock import Clock
from flows.places import ARCHIVE_FOLDER
from flows.reports import TurnReport
from flows.stages import WRITER_WAIT, extract_batch
from flows.write_turn import commit_batch
from pipeline.config import Settings
from pipeline.fetch.stored import Lost, stored_body
from pipeline.model import Document, Problem
from pipeline.sources.archive import documents_of_archive
from pipeline.sources.provenance import Kept, with_places
from warehouse import Writer, writing

if TYPE_CHECKING:
    from pipeline.extract.llm import ModelReader
    from pipeline.fetch.responses import ArchivedResponse

PORTION = 20
"""Bodies that are read and written together: what a backfill of any size holds in memory of them."""


def commit_by_day(writer: Writer, settings: Settings, batch: Batch, *, send: bool = False) -> TurnReport:
    """Write the documents of a batch in order, each day's as of its end; what is beside them with the last.

    Documents must be in the order in which they were learned of, and there must be one.
    """
    total = TurnReport()
    days = [list(day) for _, day in groupby(batch.documents, key=lambda document: document.fetched_at.date())]
    for documents in days:
        one = Batch(documents=documents, claims=batch.claims, unread=batch.unread)
        if documents is days[-1]:
            one = replace(batch, documents=documents)
        total += commit_batch(writer, settings, one, documents[-1].fetched_at, send=send)
    return total


@dataclass(slots=True)
class PastWriting:
    """Reads and writes what was kept of the past in portions; `total` is what it has come to."""

    settings: Settings
    data_dir: Path
    clock: Clock
    model: ModelReader | None = None
    total: TurnReport = field(default_factory=TurnReport)

    def write(
        self,
        kept: Sequence[Kept],
        beside: Batch | None = None,
        lists: Sequence[Kept] = (),
        elsewhere: Iterable[str] = (),
    ) -> None:
        """Read the kept bodies and write their documents, in portions; what stands `beside` goes with the last.

        So a run that is lost asks again. `lists` are read with each portion, for what they say of the pages that
        they link; `elsewhere` are pages that no list needs to stand in for. Raises WarehouseBusyError.
        """
        *earlier, last = list(_portions(kept)) or [()]
        for part in earlier:
            self._write(part, Batch(), lists, elsewhere)
        self._write(last, beside or Batch(), lists, elsewhere)

    def _write(self, kept: Sequence[Kept], beside: Batch, lists: Sequence[Kept], elsewhere: Iterable[str]) -> None:
        """One portion, in one go."""
        given = (*lists, *kept)
        bodies = [response_with_body(each, self.data_dir) for each in given]
        read = documents_of_archive(bodies, self.settings.sources, elsewhere=elsewhere)
        placed = [
            (body, place) for body, (_, place) in zip(bodies, given, strict=True) if not isinstance(body, Problem)
        ]
        found = list(with_places(read, placed, self.settings.sources))
        documents = sorted(
            (each for each in found if isinstance(each, Document)), key=lambda each: (each.fetched_at, each.document_id)
        )
        problems = [each for each in found if isinstance(each, Problem)]
        extraction = extract_batch(documents, self.settings, self.model)
        batch = replace(
            beside,
            documents=documents,
            claims=extraction.claims,
            unread=extraction.unread,
            problems=[*beside.problems, *problems, *extraction.problems],
        )
        with writing(self.data_dir, WRITER_WAIT, self.clock()) as writer:
            if documents:
                written = commit_by_day(writer, self.settings, batch)
            else:
                written = commit_batch(writer, self.settings, batch, self.clock(), send=False)
        self.total += written


def response_with_body(kept: Kept, data_dir: Path) -> ArchivedResponse | Problem:
    """An archived response as it came, its body read back from its place."""
    response, place = kept
    body = stored_body(data_dir / ARCHIVE_FOLDER, *place)
    return Problem("archive", response.url, body.reason) if isinstance(body, Lost) else replace(response, body=body)


def _portions(kept: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    """What is read and written together."""
    for start in range(0, len(kept), PORTION):
        yield kept[start : start + PORTION]
