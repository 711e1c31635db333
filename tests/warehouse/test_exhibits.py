"""Claims beside their texts, a few documents at a time, and documents by address and id."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import WarehouseError
from tests.warehouse.records import COMPANY, GROUP, NOW, PERSON, claim, document, source, spoken, story, turn
from warehouse import Changes, Published
from warehouse.exhibits import PORTION, citations_without_document, exhibits
from warehouse.stored_documents import documents_beginning_with, versions_of

NUMBER = 2 * PORTION + 30


@pytest.fixture
def published(data_dir: Path) -> Published:
    """More documents than are read at a time, two to an archived body, the newest first in the archive."""
    told = [
        replace(
            document(f"https://daily.example/{number}", f"Lu Ming left Harbour Lab {number} days ago."),
            archive_file="run.warc.gz",
            archive_offset=1000 * ((NUMBER - number) // 2),
        )
        for number in range(NUMBER)
    ]
    changes = Changes(
        states=[],
        documents=told,
        stories=[story("story-1", *told)],
        entities=[PERSON, COMPANY, GROUP],
        testimony=[spoken(claim(each, name), each) for each in told for name in ("event", "role")],
    )
    turn(data_dir, changes)
    return Published(data_dir)


def test_every_document_comes_once_with_all_its_claims(published: Published) -> None:
    found = list(exhibits(published))
    assert len({exhibit.document_id for exhibit in found}) == len(found) == NUMBER
    assert {tuple(citation.attribute for citation in exhibit.citations) for exhibit in found} == {("event", "role")}
    assert all(exhibit.text[one.start : one.end] == one.quote for exhibit in found for one in exhibit.citations)
    assert {one.subject for exhibit in found for one in exhibit.citations} == {PERSON.name}


def test_documents_of_one_body_follow_each_other_in_the_order_of_the_archive(published: Published) -> None:
    offsets = [exhibit.archive_offset or 0 for exhibit in exhibits(published)]
    assert offsets == sorted(offsets)


def test_claims_without_their_document_are_found(published: Published) -> None:
    lost = next(exhibits(published))
    assert citations_without_document(published) == ()
    with duckdb.connect(str(published.path)) as connection:
        connection.execute("DELETE FROM documents WHERE document_id = ?", [lost.document_id])
    assert citations_without_document(published) == tuple(
        (lost.document_id, citation) for citation in sorted(lost.citations, key=lambda one: one.claim_id)
    )


def test_the_versions_of_an_address_come_oldest_first(data_dir: Path) -> None:
    first = document(text="Lu Ming is leaving.")
    second = document(text="Lu Ming has left.", fetched_at=NOW + dt.timedelta(days=1), revision_of=first.document_id)
    turn(data_dir, Changes(documents=[second, first], stories=[story("story-1", first, second)]))
    assert versions_of(Published(data_dir), first.url) == (first, second)
    assert versions_of(Published(data_dir), "https://daily.example/other") == ()
    assert documents_beginning_with(Published(data_dir), second.document_id[:9]) == (second,)


def test_without_anything_published_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is published"):
        next(exhibits(Published(tmp_path)))
    with pytest.raises(WarehouseError, match="nothing is published"):
        versions_of(Published(tmp_path), source().url)
