"""Verifying: every claim of the published copy against its document, its text's digest and the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.places import ARCHIVE_FOLDER
from pipeline.evidence import Fault, quote_fault, text_fault
from pipeline.fetch.stored import Lost, stored_body
from warehouse import Published
from warehouse.exhibits import Citation, Exhibit, citations_without_document, exhibits

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Failure:
    """One claim that its evidence does not bear out; `citation` is None for a document that carries none."""

    document_id: str
    url: str
    fault: Fault
    citation: Citation | None = None


@dataclass(slots=True)
class Tally:
    """What has been read so far. `unarchived` are documents that name no body in the archive."""

    documents: int = 0
    claims: int = 0
    bodies: int = 0
    unarchived: int = 0
    failing_claims: int = 0
    failing_documents: int = 0

    @property
    def fails(self) -> bool:
        return bool(self.failing_claims or self.failing_documents)


def verify(data_dir: Path, tally: Tally) -> Iterator[Failure]:
    """Every failure, document by document; counts go into `tally`. Raises WarehouseError when nothing is published.

    A document whose text or body is not what it was fails with all its claims. Each body is read once.
    """
    published = Published(data_dir)
    bodies = _Bodies(data_dir / ARCHIVE_FOLDER, tally)
    for exhibit in exhibits(published):
        tally.documents += 1
        tally.claims += len(exhibit.citations)
        yield from _counted(_failures(exhibit, bodies.fault(exhibit)), tally)
    for document_id, citation in citations_without_document(published):
        tally.claims += 1
        missing = Fault("the document that it quotes is not stored", document_id)
        yield from _counted([Failure(document_id, "", missing, citation)], tally)


def _failures(exhibit: Exhibit, body: Fault | None) -> list[Failure]:
    whole = [fault for fault in (text_fault(exhibit.text, exhibit.text_sha256), body) if fault]
    found = []
    for citation in exhibit.citations:
        own = quote_fault(citation.quote, citation.start, citation.end, exhibit.text)
        found += [Failure(exhibit.document_id, exhibit.url, fault, citation) for fault in (own, *whole) if fault]
    if not exhibit.citations:
        found += [Failure(exhibit.document_id, exhibit.url, fault) for fault in whole]
    return found


def _counted(failures: list[Failure], tally: Tally) -> list[Failure]:
    claims = {failure.citation.claim_id for failure in failures if failure.citation}
    tally.failing_claims += len(claims)
    tally.failing_documents += bool(failures)
    return failures


class _Bodies:
    """The archive, read in the order of the documents: those of one body follow each other."""

    def __init__(self, directory: Path, tally: Tally) -> None:
        self._directory = directory
        self._tally = tally
        self._last: Place | None = None
        self._fault: Fault | None = None

    def fault(self, exhibit: Exhibit) -> Fault | None:
        if exhibit.archive_file is None or exhibit.archive_offset is None:
            self._tally.unarchived += 1
            return None
        place = (exhibit.archive_file, exhibit.archive_offset)
        if place != self._last:
            self._last = place
            self._tally.bodies += 1
            body = stored_body(self._directory, *place)
            self._fault = None
            if isinstance(body, Lost):
                self._fault = Fault(f"the archived body cannot be vouched for: {body.reason}")
        return self._fault
