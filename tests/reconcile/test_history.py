"""Versions of facts and events: what was held when."""

import pytest

from pipeline.categories import AlertKind, EventStatus
from pipeline.model import content_id
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from tests.reconcile.telling import ENTITIES, Teller, day, event, fact, figure, hours, metric


def test_a_narrower_date_refines_and_the_wider_one_stays_in_the_history() -> None:
    told = [Teller("a", 0).says("date", day("2026-05")), Teller("b", 3).says("date", day("2026-05-03"))]
    line = reconcile_line(told, (), ENTITIES)
    dates = [one for one in line.facts if one.attribute == "date"]
    assert [(one.value.text, one.known_from, one.known_to) for one in dates] == [
        ("2026-05", hours(0), hours(3)),
        ("2026-05-03", hours(3), None),
    ]


def test_a_facts_id_is_made_of_what_it_holds_and_since_when() -> None:
    line = reconcile_line([Teller("a").says("date", day("2026-05-03"))], (), ENTITIES)
    held = fact(line, "date")
    expected = content_id("fact", held.event_id, "date", "2026-05-03", hours(0).isoformat())
    assert held.fact_id == expected


def test_an_edit_that_keeps_the_claim_changes_no_fact() -> None:
    told = [
        Teller("v1", 0, story="s", publisher="Daily", withdrawn=5).says("date", day("2026-05-03")),
        Teller("v2", 5, story="s", publisher="Daily").says("date", day("2026-05-03")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert [one.known_from for one in line.facts if one.attribute == "date"] == [hours(0)]
    assert [one.kind for one in line.transitions] == [AlertKind.NEW_EVENT]


def test_an_edit_that_drops_the_claim_ends_the_fact_and_is_a_correction() -> None:
    told = [
        Teller("v1", 0, story="s", withdrawn=5).says("destination", "Quince Labs"),
        Teller("v2", 5, story="s").says("event"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [ended] = [one for one in line.facts if one.attribute == "destination"]
    assert ended.known_to == hours(5)
    assert (line.transitions[-1].kind, line.transitions[-1].state) == (AlertKind.CORRECTION, "withdrawn")


def test_an_event_that_nobody_stands_by_any_more_is_retracted_and_not_forgotten() -> None:
    line = reconcile_line([Teller("a", withdrawn=4).says("date", day("2026-05-03"))], (), ENTITIES)
    assert event(line).status is EventStatus.RETRACTED
    assert event(line).documents == 0
    assert line.transitions[-1].state == "retracted"


def test_a_claim_withdrawn_before_it_was_known_never_counted() -> None:
    line = reconcile_line([Teller("a", 4, withdrawn=1).says()], (), ENTITIES)
    assert not line.facts
    assert not line.transitions


def test_equal_states_are_one_version() -> None:
    told = [Teller("a").says(), Teller("a").says("event", by="Bai Ruo")]
    line = reconcile_line(told, (), ENTITIES)
    assert len(line.events) == 1


def test_testimony_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="2 lines"):
        reconcile_line([Teller("a").says(), Teller("a", subject="bai").says()], (), ENTITIES)


def test_no_testimony_makes_an_empty_line() -> None:
    assert reconcile_line([], (), ENTITIES) == Line()


def test_a_time_without_its_figure_holds_nothing() -> None:
    assert reconcile_line([metric("a").says("as_of", day("2026-05"))], (), ENTITIES) == Line()


def test_a_figure_that_cannot_be_read_as_a_number_is_left_out() -> None:
    told = [metric("a").says("stars", "many"), metric("b", 1).says("stars", figure(100))]
    assert fact(reconcile_line(told, (), ENTITIES), "stars").documents == 1
