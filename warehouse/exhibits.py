"""Every claim beside the text that it quotes, a few documents at a time, for those who check them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from warehouse import rows
from warehouse.published import Published, Reader

PORTION = 200
"""Documents whose texts are held in memory at a time."""

_CITATION = """
    claims.claim_id, claims.event_id, claims.event_type, coalesce(subject.name, claims.subject_name) AS subject,
    claims.attribute, claims.value_text, claims.quote, claims.quote_start, claims.quote_end
    """
_NUMBERS = """(SELECT unnest(from_json_strict(?, '["BIGINT"]')))"""


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim as far as its evidence goes; `start` and `end` are where its quote should stand."""

    claim_id: str
    event_id: str | None
    event_type: str
    subject: str
    attribute: str
    value: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A stored document with its claims, and where the archive holds the body it was read from."""

    document_id: str
    url: str
    publisher: str
    text: str
    text_sha256: str
    archive_file: str | None
    archive_offset: int | None
    citations: tuple[Citation, ...]


def exhibits(published: Published) -> Iterator[Exhibit]:
    """Every document in the order of the archive, so that those of one body follow each other.

    Of the documents that are not at hand only row numbers are held. Raises WarehouseError when nothing is
    published yet.
    """
    with published.reading() as reader:
        order = "SELECT rowid FROM documents ORDER BY archive_file, archive_offset, document_id"
        numbers = [number for (number,) in reader.query(order).rows]
        for first in range(0, len(numbers), PORTION):
            yield from _portion(reader, numbers[first : first + PORTION])


def citations_without_document(published: Published) -> tuple[tuple[str, Citation], ...]:
    """The claims whose document is not stored, each with that document's id."""
    with published.reading() as reader:
        found = reader.query(
            f"""
            SELECT claims.document_id, {_CITATION}
            FROM claims LEFT JOIN entities AS subject ON subject.entity_id = claims.subject_id
            WHERE claims.document_id NOT IN (SELECT document_id FROM documents)
            ORDER BY claims.claim_id
            """
        ).rows
    return tuple((document_id, Citation(*claim)) for document_id, *claim in found)


def _portion(reader: Reader, numbers: Sequence[int]) -> Iterator[Exhibit]:
    documents = reader.query(
        f"""
        SELECT document_id, url, publisher, text, text_sha256, archive_file, archive_offset
        FROM documents WHERE rowid IN {_NUMBERS}
        ORDER BY archive_file, archive_offset, document_id
        """,
        [json.dumps(numbers)],
    ).rows
    citations = _citations(reader, [document_id for document_id, *_ in documents])
    for document in documents:
        yield Exhibit(*(*document, tuple(citations[document[0]])))


def _citations(reader: Reader, document_ids: Iterable[str]) -> dict[str, list[Citation]]:
    found = reader.query(
        f"""
        SELECT claims.document_id, {_CITATION}
        FROM claims LEFT JOIN entities AS subject ON subject.entity_id = claims.subject_id
        WHERE claims.document_id IN {rows.LISTED}
        ORDER BY claims.quote_start, claims.attribute, claims.claim_id
        """,
        [rows.as_list(document_ids)],
    ).rows
    by_document: defaultdict[str, list[Citation]] = defaultdict(list)
    for document_id, *claim in found:
        by_document[document_id].append(Citation(*claim))
    return by_document
