"""Ingest: files become documents of the moment at which they say they were learned of, without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from flows.batch import Batch
from flows.clock import Clock
from flows.delivery import deliver_pending
from flows.environment import environment_secret
from flows.keeping import BodyKeeper
from flows.model_reading import open_model
from flows.past_writing import commit_by_day
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress, Silent
from flows.reading import read_files
from flows.reporting import renew_report
from flows.reports import DeliveryReport, IngestReport, TurnReport, turn_counts
from flows.stages import WRITER_WAIT, extract_batch, run_id_of
from flows.write_turn import commit_batch
from pipeline.config import Settings
from pipeline.ledger import Run
from pipeline.model import Document
from warehouse import writing

PORTION = 200
"""Documents that are extracted and written together: what an ingest of any size holds in memory of them."""


def ingest(
    files: Sequence[Path],
    settings: Settings,
    data_dir: Path,
    clock: Clock,
    *,
    send: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Read the files, reconcile what they say in the order in which it was learned, and write it.

    A WARC record was learned of at its date, any other file now. What can be read is kept in the archive under
    `data_dir`. With `send` alerts are put into the outbox and delivered. A file that cannot be read is a problem in
    the report; raises WarehouseBusyError, and WarehouseError where the disk takes no more.
    """
    shown = progress or Silent()
    started = clock()
    run = Run(run_id_of("ingest", started), "ingest", started, None, "completed")
    keeper = BodyKeeper(data_dir, run.run_id)
    try:
        read = read_files(files, settings, started, keeper.keep)
    finally:
        # Before a row names a place in the archive, what stands there has to be on disk.
        keeper.close()
    total, done = TurnReport(), 0
    with open_model(settings, data_dir / ARCHIVE_FOLDER, run.run_id, started, environment_secret) as model:
        for portion in _portions(read.documents):
            extraction = extract_batch(portion, settings, model)
            read.problems.extend(extraction.problems)
            with writing(data_dir, WRITER_WAIT, clock()) as writer:
                batch = Batch(documents=portion, claims=extraction.claims, unread=extraction.unread)
                total += commit_by_day(writer, settings, batch, send=send)
            done += len(portion)
            shown.step("ingest", done, len(read.documents))
    total = replace(total, problems=tuple(read.problems))
    with writing(data_dir, WRITER_WAIT, clock()) as writer:
        finished = replace(run, finished_at=clock(), counts={"files": len(files), **turn_counts(total)})
        commit_batch(writer, settings, Batch(problems=read.problems), clock(), run=lambda _: finished)
    total = replace(total, problems=(*total.problems, *renew_report(data_dir, clock())))
    delivery = deliver_pending(data_dir, settings, clock, flush=True, progress=shown) if send else DeliveryReport()
    return IngestReport(len(files), total, delivery)


def _portions(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), PORTION):
        yield documents[start : start + PORTION]
