"""Rules and model together: agreement makes surer, and neither takes away what only the other says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.categories import Modality
from pipeline.config import Settings
from pipeline.extract.extractor import extract
from pipeline.extract.llm import combine
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.protocol import ClaimRow
from pipeline.extract.llm.verify import verify
from pipeline.model import Claim
from tests.extract.conftest import document
from tests.extract.llm.conftest import DEPARTURE, RESIGNED, TEXT, claim


@pytest.fixture(scope="session")
def names(settings: Settings) -> Names:
    return Names(settings.lexicons, settings.watchlist)


def by_rules(settings: Settings, text: str = TEXT) -> tuple[Claim, ...]:
    return extract(document(text), settings.lexicons, settings.watchlist)


def by_model(settings: Settings, names: Names, *rows: Any, text: str = TEXT) -> tuple[Claim, ...]:
    checked = [ClaimRow.model_validate(row) for row in rows]
    return verify(document(text), checked, names, settings.lexicons, "small-1/1").claims


def of(claims: tuple[Claim, ...], attribute: str, event: str = "departure") -> list[Claim]:
    return [one for one in claims if one.attribute == attribute and one.event_type == event]


def test_what_both_say_is_the_rules_claim_and_surer(settings: Settings, names: Names) -> None:
    rules, model = by_rules(settings), by_model(settings, names, *DEPARTURE)
    both = combine(rules, model, names)
    assert {one.claim_id for one in both} == {one.claim_id for one in rules}
    before = {one.claim_id: one.confidence for one in rules}
    raised = [one for one in both if one.confidence > before[one.claim_id]]
    assert {one.extractor for one in raised} == {"rules"}
    assert {"event", "resigned", "role"} <= {one.attribute for one in raised}
    assert all(one.confidence < 1 for one in both)
    assert not [one for one in raised if one.event_type == "metric"]  # of which the model said nothing


def test_what_only_the_model_says_stays_and_is_less_sure(settings: Settings, names: Names) -> None:
    text = "Zhou Mingyuan resigned from Qwen on September 8, 2026, to look after an orchard in Yunnan."
    rules = by_rules(settings, text)
    event = claim(quote=text, object="Qwen")
    reason = event | {"attribute": "reason", "value": "to look after an orchard"}
    both = combine(rules, by_model(settings, names, event, reason, text=text), names)
    (found,) = of(both, "reason")
    assert found.extractor == "llm"
    assert found.confidence < min(one.confidence for one in rules)
    assert found.occurrence == of(both, "event")[0].occurrence


def test_what_only_the_rules_say_stays_as_it_is(settings: Settings, names: Names) -> None:
    rules = by_rules(settings)
    assert combine(rules, (), names) == tuple(sorted(rules, key=lambda one: (one.start, one.attribute)))


def test_another_order_of_a_name_is_the_same_person(settings: Settings, names: Names) -> None:
    text = f"{RESIGNED} Mingyuan Zhou gave no reason."
    rules = by_rules(settings, text)
    both = combine(rules, by_model(settings, names, claim(subject="Mingyuan Zhou"), text=text), names)
    assert {one.extractor for one in both} == {"rules"}


def test_a_denial_does_not_agree_with_what_it_denies(settings: Settings, names: Names) -> None:
    rules = by_rules(settings)
    both = combine(rules, by_model(settings, names, claim(modality="denied")), names)
    assert {(one.extractor, one.modality) for one in of(both, "event")} == {
        ("rules", Modality.ASSERTED),
        ("llm", Modality.DENIED),
    }
    assert max(one.confidence for one in of(both, "event")) == max(one.confidence for one in of(rules, "event"))


def test_two_departures_of_one_person_stay_two(settings: Settings, names: Names) -> None:
    early = "Zhou Mingyuan left Qwen for the first time in May 2019."
    text = f"{early}\n{RESIGNED}"
    first = claim(quote=early, object="Qwen", event_number=7)
    dated = first | {"attribute": "resigned", "value": "", "date_from": "2019-05-01", "date_to": "2019-05-31"}
    model = by_model(settings, names, first, dated, *DEPARTURE, text=text)
    alone = combine((), model, names)
    assert {one.value.text: one.occurrence for one in of(alone, "resigned")} == {"2019-05": 0, "2026-09-08": 1}
    (late,) = [one for one in by_rules(settings) if one.attribute == "event" and one.event_type == "departure"]
    dates = [one for one in by_rules(settings) if one.value.dates and one.event_type == "departure"]
    both = combine((late, *dates), model, names)
    assert {one.occurrence for one in of(both, "event") if one.quote == RESIGNED} == {late.occurrence}
    assert {one.occurrence for one in of(both, "event") if one.quote == early} == {late.occurrence + 1}


def test_the_order_of_an_answer_changes_nothing(settings: Settings, names: Names) -> None:
    rules = by_rules(settings)
    forwards = combine(rules, by_model(settings, names, *DEPARTURE), names)
    assert combine(rules, by_model(settings, names, *reversed(DEPARTURE)), names) == forwards


def test_an_answer_without_claims_gives_none(settings: Settings, names: Names) -> None:
    assert combine((), (), names) == ()
    (event,) = by_model(settings, names, claim())
    assert combine((), (event,), names) == (replace(event, occurrence=0),)
