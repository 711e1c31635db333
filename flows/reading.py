"""Reading files: WARC, HTML, Markdown and text become documents of the moment at which they were learned of."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.fetch.body_index import Place
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.isolation.workers import Broken
from pipeline.model import Document, Problem
from pipeline.sources.archive import documents_of_archive
from pipeline.sources.feeds import looks_like_feed, looks_like_html
from pipeline.sources.owners import ingest_source
from pipeline.sources.provenance import Kept, with_places
from pipeline.sources.reading import read_article
from pipeline.sources.reading_workers import shared_workers

CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}

Keep = Callable[[ArchivedResponse], Place | None]
"""Puts a body where it stays and says where, or None where it is not kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    documents: list[Document]
    problems: list[Problem]


def read_files(files: Sequence[Path], settings: Settings, now: dt.datetime, keep: Keep = lambda _: None) -> Reading:
    """Every document of the files, in the order in which it was learned of; what cannot be read is a problem.

    `keep` is given each body as it is read, and its places become those of the documents.
    """
    responses: list[ArchivedResponse | Problem] = []
    kept: list[Kept] = []
    found: list[Document | Problem] = []

    def take(response: ArchivedResponse | Problem) -> None:
        place = keep(response) if isinstance(response, ArchivedResponse) else None
        if place is not None and isinstance(response, ArchivedResponse):
            kept.append((response, place))
        responses.append(response)

    for path in files:
        try:
            if is_warc(path):
                for response in archived_responses(path):
                    take(response)
                continue
            response = as_response(path, now)
        except (InputError, OSError) as error:
            found.append(Problem("ingest", str(path), str(error)))
            continue
        if looks_like_feed(response.body):
            take(response)
        else:
            found.append(_page(response, settings, now, keep))
    found.extend(with_places(documents_of_archive(responses, settings.sources), kept, settings.sources))
    documents = [each for each in found if isinstance(each, Document)]
    documents.sort(key=lambda document: (document.fetched_at, document.document_id))
    return Reading(documents, [each for each in found if isinstance(each, Problem)])


def _page(response: ArchivedResponse, settings: Settings, now: dt.datetime, keep: Keep) -> Document | Problem:
    source = ingest_source(response.url, settings.sources)
    body, kind = response.body, response.content_type
    read = shared_workers().run(read_article, body, kind, response.url, None, source, now)
    if isinstance(read, Broken):
        return Problem("ingest", response.url, read.reason)
    place = keep(response) if isinstance(read, Document) else None
    if isinstance(read, Problem) or place is None:
        return read
    return replace(read, archive_file=place[0], archive_offset=place[1])


def is_warc(path: Path) -> bool:
    """Whether a file begins as WARC files do, compressed or not; a damaged compressed file counts as one."""
    with path.open("rb") as stream:
        head = stream.read(5)
    if head[:2] == b"\x1f\x8b":
        with gzip.open(path) as stream:
            try:
                head = stream.read(5)
            except (OSError, EOFError):  # damaged: the reader of archives says where
                return True
    return head == b"WARC/"


def as_response(path: Path, now: dt.datetime) -> ArchivedResponse:
    """A file as an answer of its `file:` address. Raises InputError for one that is no page and no text."""
    body = path.read_bytes()
    kind = CONTENT_TYPES.get(path.suffix.lower())
    if kind is None:
        kind = "text/html" if looks_like_html(body) else "text/plain"
        if b"\0" in body:
            raise InputError("neither a WARC file nor a page or text; give WARC, HTML, Markdown or text files")
    return ArchivedResponse(path.resolve().as_uri(), now, 200, kind, (), body, 0)
