"""Merges and splits: people's word on what is one event, which names claims and holds whatever comes."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from pipeline.categories import AlertKind, EventStatus
from pipeline.ledger import Judgement
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from tests.reconcile.telling import ENTITIES, Teller, Told, day, event, events, figure, hours, metric


def spring() -> Told:
    return [Teller("a").says(), Teller("a2").says("date", day("2026-05-03"))]


def autumn() -> Told:
    return [Teller("b", 2).says("date", day("2026-11-20"))]


def ids(told: Told) -> tuple[str, ...]:
    return tuple(one.claim.claim_id for one in told)


def grouped(decision: str, one: Told, other: Told, at: float = 5) -> Judgement:
    return Judgement(f"{decision}{at}", None, "an event", decision, None, "", "Ada", hours(at), ids(one), ids(other))


def reconciled(told: Sequence, *judgements: Judgement) -> Line:  # type: ignore[type-arg]
    return reconcile_line(list(told), judgements, ENTITIES)


def parts(line: Line) -> list[set[str]]:
    """The claims of each standing event, the event that was known first at the front."""
    return [{claim for claim, id in line.claim_events.items() if id == one.event_id} for one in events(line)]


def test_two_events_become_one_from_the_decision_on() -> None:
    one, other = spring(), autumn()
    assert len(events(reconciled([*one, *other]))) == 2
    line = reconciled([*one, *other], grouped("merge", one, other))
    assert event(line).documents == 3
    ended = [version for version in line.events if version.known_to == hours(5)]
    assert {version.event.event_id for version in ended} == {v.event.event_id for v in line.events}


def test_an_event_becomes_two_and_both_are_as_if_told_of_alone() -> None:
    one, other = spring(), [Teller("b", 2, publisher="The Bell").says("date", day("2026-05-06"))]
    assert len(events(reconciled([*one, *other]))) == 1
    line = reconciled([*one, *other], grouped("split", other, one))
    first, second = events(line)
    assert (first.documents, second.documents) == (2, 1)
    assert second.event_id == event(reconciled(other)).event_id
    assert not [conflict for conflict in line.conflicts if conflict.resolved_at is None]


def test_what_comes_later_is_told_of_the_merged_event() -> None:
    one, other = spring(), autumn()
    later = [Teller("c", 9).says("date", day("2026-11-21")), Teller("d", 9).says("date", day("2026-05-02"))]
    assert event(reconciled([*one, *other, *later], grouped("merge", one, other))).documents == 5


@pytest.mark.parametrize(
    ("later", "part"),
    [
        (Teller("c", 9, story="story of b").says(), 1),
        (Teller("c", 9).says("date", day("2026-05-23")), 1),
        (Teller("c", 9).says("date", day("2026-05-01")), 0),
        (Teller("c", 9).says(), 0),
    ],
    ids=["a copy of what was split off", "a date near to it", "a date near to the rest", "neither"],
)
def test_what_comes_later_goes_with_one_part_of_what_was_split(later, part: int) -> None:  # type: ignore[no-untyped-def]
    one, other = spring(), [Teller("b", 2).says("date", day("2026-05-25"))]
    line = reconciled([*one, *other, later], grouped("split", other, one))
    assert later.claim.claim_id in parts(line)[part]


def test_an_earlier_telling_that_comes_late_gives_another_id_and_tears_nothing_apart() -> None:
    one, other = spring(), autumn()
    older = [Teller("older", -9).says("date", day("2026-05-01"))]
    assert event(reconciled([*older, *one, *other], grouped("merge", one, other))).documents == 4


def test_a_later_decision_supersedes() -> None:
    one, other = spring(), autumn()
    made = [grouped("merge", one, other), grouped("split", other, one, 6)]
    assert len(events(reconciled([*one, *other], *made))) == 2
    assert len(events(reconciled([*one, *other], *made, grouped("merge", one, other, 7)))) == 1


def test_a_decision_on_the_merged_event_holds_for_what_was_decided_of_either() -> None:
    one, other = spring(), autumn()
    second = event(reconciled(other)).event_id
    confirmed = Judgement("c", None, second, "confirm", None, "", "Ada", hours(6))
    assert event(reconciled([*one, *other], grouped("merge", one, other), confirmed)).status is EventStatus.CONFIRMED


def test_claims_that_are_told_no_more_leave_the_decision_without_effect() -> None:
    one, other = spring(), autumn()
    assert reconciled(one, grouped("merge", one, other)) == reconciled(one)


def test_what_is_decided_on_other_claims_costs_and_changes_nothing() -> None:
    elsewhere = [Teller("x", subject="bai").says()]
    assert reconciled(spring(), grouped("merge", elsewhere, elsewhere)) == reconciled(spring())


def test_decisions_stick_in_every_order() -> None:
    one, other = spring(), autumn()
    third = [Teller("c", 3).says("date", day("2026-05-05"))]
    made = [grouped("merge", one, other), grouped("split", third, [*one, *other], 6)]
    told = [*one, *other, *third]
    wanted = reconciled(told, *made)
    for seed in range(20):
        random.Random(seed).shuffle(told)
        random.Random(seed).shuffle(made)
        assert reconciled(told, *made) == wanted


def test_a_metrics_month_is_not_affected_by_judgements_on_another() -> None:
    told = [metric("m", 0).says("downloads", figure(600, as_of="2026-05-01"))]
    [may] = events(reconciled(told))
    confirmed = Judgement("c", None, may.event_id, "confirm", None, "", "Ada", hours(6))
    assert event(reconciled(told, confirmed)).status is EventStatus.CONFIRMED
    other = [metric("m", 0).says("downloads", figure(600, as_of="2026-06-01"))]
    assert reconciled(other, confirmed) == reconciled(other)


def test_the_last_word_on_a_conflict_counts_under_whatever_id_it_was_said() -> None:
    told = [
        Teller("a").says("announced", day("2026-05-04")),
        Teller("b", 2).says("announced", day("2026-05-14")),
    ]
    [conflict] = reconciled(told).conflicts
    resolved = Judgement("r", conflict.conflict_id, None, "resolve", "2026-05-04", "", "Ada", hours(5))
    more = [*told, Teller("older", -9).says("date", day("2026-05"))]
    [renamed] = reconciled(more, resolved).conflicts
    assert renamed.conflict_id != conflict.conflict_id
    reopened = Judgement("o", renamed.conflict_id, None, "reopen", None, "", "Ada", hours(6))
    [after] = reconciled(more, resolved, reopened).conflicts
    assert after.resolved_at is None


def test_what_a_person_decides_is_a_change_each_time() -> None:
    told = spring()
    event_id = event(reconciled(told)).event_id
    decisions = ["confirm", "reopen", "confirm"]
    made = [
        Judgement(f"j{n}", None, event_id, decision, None, "saw it", "Ada", hours(5 + n))
        for n, decision in enumerate(decisions)
    ]
    raised = [one for one in reconciled(told, *made).transitions if one.kind is AlertKind.STATUS_RAISED]
    assert len({one.dedupe_key for one in raised}) == len(raised) == 2
    assert [one.decided.reason for one in raised if one.decided] == ["saw it", "saw it"]
