"""What a language model read counts for an origin, and confirms nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.categories import EventStatus, ExtractorKind, Tier
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import ENTITIES, Teller, day, event

if TYPE_CHECKING:
    from pipeline.ledger import Testimony  # which pytest would take for a test


def read_by_model(testimony: Testimony) -> Testimony:
    return replace(testimony, claim=replace(testimony.claim, extractor=ExtractorKind.LLM, confidence=0.5))


def status(told: list[Testimony]) -> EventStatus:
    return event(reconcile_line(told, [], ENTITIES)).status


OFFICIAL = Teller("team", tier=Tier.OFFICIAL, publisher="Qwen")


@pytest.mark.parametrize(
    "said",
    [OFFICIAL.says(), Teller("daily").says(by="Wen Tao")],
    ids=["official_document", "own_word"],
)
def test_an_event_that_only_a_model_read_is_reported_and_not_confirmed(said: Testimony) -> None:
    assert status([said]) is EventStatus.CONFIRMED
    assert status([read_by_model(said)]) is EventStatus.REPORTED


def test_two_origins_that_a_model_read_corroborate_each_other() -> None:
    told = [read_by_model(Teller(name).says()) for name in ("daily", "weekly")]
    assert status(told) is EventStatus.CORROBORATED


def test_what_the_rules_read_in_the_same_document_confirms_as_ever() -> None:
    told = [OFFICIAL.says(), read_by_model(OFFICIAL.says("announced", day("2026-05-10")))]
    assert status(told) is EventStatus.CONFIRMED
