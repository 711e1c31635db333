"""What readers are told of one matter stands under one message, whichever event of the ledger it belongs to."""

from __future__ import annotations

from itertools import permutations

import pytest

from pipeline.categories import EventType
from pipeline.ledger import Alert
from pipeline.reconcile.alerts import alerts_of
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import line_of
from tests.reconcile.telling import ENTITIES, Teller, Told, days, succession


def alerts(told: Told, **about: object) -> list[Alert]:
    by_line: dict[object, Told] = {}
    for one in told:
        by_line.setdefault(line_of(one), []).append(one)
    lines = [reconcile_line(together, [], ENTITIES) for together in by_line.values()]
    return list(alerts_of(lines, {one.claim.claim_id: one for one in told}, ENTITIES, days(30), **about))  # type: ignore[arg-type]


def appointed(name: str, who: str = "bai", place: str = "team", known: float = 0) -> Told:
    return [Teller(name, known, type=EventType.APPOINTMENT, subject=who, object=place).says("event")]


def named(name: str, who: str, known: float = 0) -> Told:
    return [succession(name, known).says("successor", f"named: {who}")]


def threads(found: list[Alert]) -> dict[str | None, str | None]:
    return {one.event_id: one.thread_id for one in found}


def test_an_event_of_its_own_is_a_thread_of_its_own() -> None:
    found = threads(alerts([*appointed("harbour"), Teller("harbour", subject="wen").says("event")]))
    assert len(found) == 2
    assert all(event == thread for event, thread in found.items())


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_who_is_named_the_successor_and_appointed_is_told_in_one_thread(order: tuple[int, ...]) -> None:
    parts = [appointed("harbour"), named("harbour", "Bai Ruo"), appointed("harbour", who="wen")]
    found = alerts([one for place in order for one in parts[place]])
    (question,) = {one.event_id for one in found if "successor" in one.title}
    assert threads(found)[question] == question
    (person,) = {one.event_id for one in found if one.title.startswith("Bai Ruo")}
    assert threads(found)[person] == question
    (other,) = {one.event_id for one in found if one.title.startswith("Wen Tao")}
    assert threads(found)[other] == other


def test_a_successor_that_a_departure_names_is_told_with_that_departure() -> None:
    left = Teller("harbour", subject="wen")
    leaves = [left.says("event"), left.says("successor", "named: Bai Ruo")]
    found = alerts([*leaves, *named("harbour", "Bai Ruo"), *appointed("harbour")])
    (departure,) = {one.event_id for one in found if one.event_type is EventType.DEPARTURE}
    assert set(threads(found).values()) == {departure}
    assert len(threads(found)) == 3


def test_somebody_of_another_house_is_another_matter() -> None:
    found = alerts([*named("harbour", "Bai Ruo"), *appointed("harbour", place="rival")])
    assert all(event == thread for event, thread in threads(found).items())


def test_what_was_told_before_keeps_its_thread() -> None:
    told = [*named("harbour", "Bai Ruo"), *appointed("harbour")]
    first = threads(alerts(told))
    (person,) = {event for event, thread in first.items() if event != thread}
    later = alerts(appointed("ledger", known=20) + appointed("harbour"), threads=first)
    assert {one.thread_id for one in later if one.event_id == person} == {first[person]}
    alone = {person: person}
    assert set(threads(alerts(told, threads=alone)).values()) == {person}
