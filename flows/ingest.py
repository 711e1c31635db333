"""Ingest: files become documents of the moment at which they say they were learned of, without a network."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from flows.clock import Clock
from flows.delivery import deliver_pending
from flows.progress import Progress, Silent
from flows.reports import DeliveryReport, IngestReport, TurnReport, turn_counts
from flows.stages import WRITER_WAIT, extract_batch, run_id_of
from flows.write_turn import Batch, commit_batch
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.fetch.archive import ArchivedResponse, archived_responses
from pipeline.ledger import Run
from pipeline.model import Document, Problem
from pipeline.read.page import read_page
from pipeline.sources.archive import documents_of_archive
from pipeline.sources.feeds import looks_like_feed, looks_like_html
from pipeline.sources.owners import ingest_source
from warehouse import writing

PORTION = 200
"""Documents that are extracted and written together: what an ingest of any size holds in memory of them."""
CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class _Read:
    documents: list[Document]
    problems: list[Problem]


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

    A WARC record was learned of at its date, any other file now. With `send` alerts are put into the outbox
    and delivered. A file that cannot be read is a problem in the report; raises WarehouseBusyError.
    """
    shown = progress or Silent()
    started = clock()
    run = Run(run_id_of("ingest", started), "ingest", started, None, "completed")
    read = _read(files, settings, started)
    total, done = TurnReport(), 0
    for portion in _portions(read.documents):
        extraction = extract_batch(portion, settings)
        read.problems.extend(extraction.problems)
        with writing(data_dir, WRITER_WAIT, clock()) as writer:
            for _, day in groupby(portion, key=lambda document: document.fetched_at.date()):
                documents = list(day)
                batch = Batch(documents=documents, claims=extraction.claims)
                total += commit_batch(writer, settings, batch, documents[-1].fetched_at, send=send)
        done += len(portion)
        shown.step("ingest", done, len(read.documents))
    total = replace(total, problems=tuple(read.problems))
    with writing(data_dir, WRITER_WAIT, clock()) as writer:
        finished = replace(run, finished_at=clock(), counts={"files": len(files), **turn_counts(total)})
        commit_batch(writer, settings, Batch(problems=read.problems), clock(), run=lambda _: finished)
    delivery = deliver_pending(data_dir, settings, clock, progress=shown) if send else DeliveryReport()
    return IngestReport(len(files), total, delivery)


def _read(files: Sequence[Path], settings: Settings, now: dt.datetime) -> _Read:
    """Every document of the files, in the order in which it was learned of."""
    responses: list[ArchivedResponse | Problem] = []
    found: list[Document | Problem] = []
    for path in files:
        try:
            if _is_warc(path):
                responses.extend(archived_responses(path))
                continue
            response = _as_response(path, now)
        except (InputError, OSError) as error:
            found.append(Problem("ingest", str(path), str(error)))
            continue
        if looks_like_feed(response.body):
            responses.append(response)
        else:
            source = ingest_source(response.url, settings.sources)
            found.append(read_page(response.body, response.content_type, response.url, None, source, now))
    found.extend(documents_of_archive(responses, settings.sources))
    documents = [each for each in found if isinstance(each, Document)]
    documents.sort(key=lambda document: (document.fetched_at, document.document_id))
    return _Read(documents, [each for each in found if isinstance(each, Problem)])


def _portions(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(documents), PORTION):
        yield documents[start : start + PORTION]


def _is_warc(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(5)
    if head[:2] == b"\x1f\x8b":
        with gzip.open(path) as stream:
            try:
                head = stream.read(5)
            except (OSError, EOFError):  # damaged: the reader of archives says where
                return True
    return head == b"WARC/"


def _as_response(path: Path, now: dt.datetime) -> ArchivedResponse:
    body = path.read_bytes()
    kind = CONTENT_TYPES.get(path.suffix.lower())
    if kind is None:
        kind = "text/html" if looks_like_html(body) else "text/plain"
        if b"\0" in body:
            raise InputError("neither a WARC file nor a page or text; give WARC, HTML, Markdown or text files")
    return ArchivedResponse(path.resolve().as_uri(), now, 200, kind, (), body, 0)
