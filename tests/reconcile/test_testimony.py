"""From claims and documents to testimony, and what becomes of it when documents change."""

from dataclasses import replace

import pytest

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.dedupe.stories import group_stories
from pipeline.model import Claim, Document, Mention, Value
from pipeline.reconcile import testimony as testimonies
from pipeline.reconcile.entities import Registry
from pipeline.watchlist import Watched, Watchlist
from tests.dedupe.documents import OTHER, WIRE, document

REGISTRY = Registry(Watchlist((Watched(EntityKind.ORGANISATION, "Quince Lab", ("昆斯",)),)))


def claim(document: Document, person: str = "Deng Kaiming", organisation: str = "昆斯") -> Claim:
    return Claim(
        document_id=document.document_id,
        event_type=EventType.DEPARTURE,
        subject=Mention(EntityKind.PERSON, person),
        object=Mention(EntityKind.ORGANISATION, organisation),
        occurrence=0,
        attribute="event",
        value=Value("true"),
        modality=Modality.ASSERTED,
        attributed_to=None,
        quote=document.text[:10],
        start=0,
        end=10,
        extractor="test",
        extractor_version="1",
        confidence=0.9,
        known_at=document.fetched_at,
    )


def test_a_claim_gets_its_voice_and_the_entities_it_speaks_of() -> None:
    [read] = group_stories([document(WIRE)], []).documents
    [one], entities, names = testimonies.testimony_of([claim(read)], [read], REGISTRY)
    assert one.voice == testimonies.voice_of(read)
    assert (one.voice.story_id, one.voice.known_at) == (read.story_id, read.fetched_at)
    assert {(entity.entity_id, entity.name) for entity in entities} == {
        (one.subject_id, "Deng Kaiming"),
        (one.object_id, "Quince Lab"),
    }
    assert "昆斯" in {name.name for name in names}


def test_a_claim_of_a_document_that_is_not_there_is_a_defect() -> None:
    with pytest.raises(KeyError):
        testimonies.testimony_of([claim(document(WIRE))], [], REGISTRY)


def test_the_name_shown_is_chosen_among_all_that_were_met() -> None:
    read = document(WIRE)
    _, entities, _ = testimonies.testimony_of([claim(read)], [read], REGISTRY)
    known = {one.entity_id: one for one in entities}
    _, again, _ = testimonies.testimony_of([claim(read, "邓凯明")], [read], REGISTRY, known)
    assert {one.name for one in again} == {"Deng Kaiming", "Quince Lab"}


def test_a_revision_withdraws_what_it_revises_from_then_on() -> None:
    stored = group_stories([document(WIRE)], []).documents
    told, _, _ = testimonies.testimony_of([claim(stored[0])], stored, REGISTRY)
    revision = document(OTHER, hours=7)
    grouped = group_stories([revision], stored).documents
    [withdrawn] = testimonies.withdraw(told, grouped)
    assert withdrawn.voice.withdrawn_at == revision.fetched_at
    assert stored[0].document_id in testimonies.touched_documents(grouped)


def test_testimony_moves_with_its_document_to_another_story() -> None:
    stored = group_stories([document(WIRE)], []).documents
    told, _, _ = testimonies.testimony_of([claim(stored[0])], stored, REGISTRY)
    moved = replace(stored[0], story_id="elsewhere")
    assert testimonies.withdraw(told, [moved])[0].voice.story_id == "elsewhere"


def test_testimony_of_other_documents_stays_as_it_is() -> None:
    stored = group_stories([document(WIRE)], []).documents
    told, _, _ = testimonies.testimony_of([claim(stored[0])], stored, REGISTRY)
    other = group_stories([document(OTHER, "https://b.example/")], []).documents
    assert testimonies.withdraw(told, other) == told
