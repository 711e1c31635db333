"""Candidates for a story: what is near enough to be compared, each story whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.model import Document
from tests.warehouse.records import NOW, WAIT, document
from warehouse import Changes, writing

HASHES = list(range(1000, 1016))
LARGEST = 2**63 - 1


def near_ids(
    data_dir: Path, stored: dict[Document, Sequence[int]], new: Document, hashes: Sequence[int] = ()
) -> list[str]:
    fingerprints = {one.document_id: found for one, found in stored.items()}
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(documents=list(stored), fingerprints=fingerprints))
        return [one.document_id for one in writer.near([new], {new.document_id: hashes})]


@pytest.mark.parametrize(("shared", "found"), [(16, True), (3, True), (2, False), (0, False)])
def test_three_shared_hashes_make_a_candidate(data_dir: Path, shared: int, found: bool) -> None:
    stored = document("https://a.example/1", "One text.")
    new = document("https://b.example/2", "Another text.", story_id="")
    others = [LARGEST - index for index in range(16 - shared)]

    assert near_ids(data_dir, {stored: HASHES}, new, HASHES[:shared] + others) == (
        [stored.document_id] if found else []
    )


def test_hashes_shared_with_several_documents_do_not_add_up(data_dir: Path) -> None:
    one, two = document("https://a.example/1", "One."), document("https://b.example/2", "Two.", story_id="story-2")
    new = document("https://c.example/3", "Three.", story_id="")

    assert near_ids(data_dir, {one: HASHES[:2], two: HASHES[2:4]}, new, HASHES) == []


def test_a_hash_given_twice_counts_once(data_dir: Path) -> None:
    stored = document("https://a.example/1", "One text.")
    new = document("https://b.example/2", "Another text.", story_id="")

    assert near_ids(data_dir, {stored: [7, 7, 7]}, new, [7, 7, 7]) == []


def test_the_same_address_or_the_same_text_is_a_candidate(data_dir: Path) -> None:
    same_url = document("https://a.example/1", "An earlier version.")
    same_text = document("https://b.example/2", "Word for word.", story_id="story-2")
    stranger = document("https://c.example/3", "Something else.", story_id="story-3")
    new = document("https://a.example/1", "Word for word.", story_id="")

    found = near_ids(data_dir, {same_url: [], same_text: [], stranger: []}, new)
    assert set(found) == {same_url.document_id, same_text.document_id}


def test_the_whole_story_comes_with_a_candidate(data_dir: Path) -> None:
    candidate = document("https://a.example/1", "One.")
    mate = document("https://b.example/2", "Two.")
    alone = document("https://c.example/3", "Three.", story_id="")
    new = document("https://d.example/4", "Four.", story_id="")

    found = near_ids(data_dir, {candidate: HASHES, mate: [], alone: []}, new, HASHES)
    assert set(found) == {candidate.document_id, mate.document_id}


def test_documents_come_whole(data_dir: Path) -> None:
    stored = document("https://a.example/1", "One text.")
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(documents=[stored]))
        assert writer.near([stored], {}) == [stored]
        assert writer.near([], {}) == []
        assert writer.documents([stored.document_id, "unknown"]) == {stored.document_id: stored}
