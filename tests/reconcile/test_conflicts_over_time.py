"""A conflict is opened once, follows what is said, and is resolved by sources, officials or people."""

import pytest

from pipeline.categories import ConflictStatus, EventStatus, Tier
from pipeline.errors import UnknownCategoryError
from pipeline.ledger import Judgement
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from tests.reconcile.telling import ENTITIES, Teller, Told, day, event, fact, hours, open_conflicts


def disagreement() -> Told:
    return [
        Teller("harbour", 0).says("announced", day("2026-05-04")),
        Teller("lantern", 1).says("announced", day("2026-05-04")),
        Teller("ferry", 2).says("announced", day("2026-05-08")),
    ]


def judged(line: Line, decision: str, at: float, value: str | None = None) -> Judgement:
    [conflict] = line.conflicts
    return Judgement(f"j{at}", conflict.conflict_id, None, decision, value, "asked the desk", "Ada", hours(at))


def opened(line: Line) -> list[str]:
    return [one.state for one in line.transitions if one.kind == "conflict_opened"]


def test_a_conflict_opens_when_the_second_value_comes() -> None:
    [conflict] = reconcile_line(disagreement(), (), ENTITIES).conflicts
    assert conflict.opened_at == hours(2)
    assert (conflict.left_origins, conflict.right_origins) == (2, 1)


def test_more_copies_open_nothing_again() -> None:
    told = disagreement()
    told += [Teller(f"copy{n}", 3 + n, story="story of ferry").says("announced", day("2026-05-08")) for n in range(9)]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = line.conflicts
    assert (conflict.left_origins, conflict.right_origins, conflict.opened_at) == (2, 1, hours(2))
    assert opened(line) == ["date#1"]


def test_a_third_value_with_more_behind_it_takes_its_side() -> None:
    told = disagreement()
    told += [Teller(name, 5).says("announced", day("2026-05-20")) for name in ("x", "y")]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert (conflict.left_value, conflict.right_value) == ("2026-05-04", "2026-05-20")
    assert conflict.opened_at == hours(2)


def test_it_resolves_when_a_side_corrects_itself() -> None:
    told = disagreement()[:2]
    told += [
        Teller("ferry", 2, story="ferry", withdrawn=6).says("announced", day("2026-05-08")),
        Teller("ferry2", 6, story="ferry", publisher="The Ferry").says("announced", day("2026-05-04")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = line.conflicts
    assert conflict.status is ConflictStatus.RESOLVED
    assert (conflict.resolved_at, conflict.resolution) == (hours(6), "2026-05-04")
    assert not event(line).disputed
    assert fact(line, "announced").origins == 3


def test_it_resolves_when_an_official_source_speaks_for_a_side() -> None:
    told = [
        *disagreement(),
        Teller("team", 9, tier=Tier.OFFICIAL, publisher="Qwen").says("announced", day("2026-05-08")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = line.conflicts
    assert (conflict.resolved_at, conflict.resolution) == (hours(9), "2026-05-08")
    assert conflict.resolved_by == "official source Qwen"
    assert fact(line, "announced").value.text == "2026-05-08"


def test_two_official_sources_that_disagree_stay_in_conflict() -> None:
    told = [
        Teller("blog", 0, tier=Tier.OFFICIAL).says("announced", day("2026-05-04")),
        Teller("readme", 1, tier=Tier.OFFICIAL).says("announced", day("2026-05-05")),
    ]
    assert len(open_conflicts(reconcile_line(told, (), ENTITIES))) == 1


def test_who_contradicts_an_official_source_is_on_record_and_opens_nothing() -> None:
    told = [
        Teller("team", 0, tier=Tier.OFFICIAL).says("announced", day("2026-05-04")),
        Teller("ferry", 3).says("announced", day("2026-05-08")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = line.conflicts
    assert (conflict.status, conflict.opened_at, conflict.resolved_at) == (
        ConflictStatus.RESOLVED,
        hours(3),
        hours(3),
    )
    assert not opened(line)


def test_a_person_resolves_it_for_a_value() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    ruling = judged(line, "resolve", 5, "2026-05-08")
    after = reconcile_line(disagreement(), [ruling], ENTITIES)
    [conflict] = after.conflicts
    assert (conflict.resolved_at, conflict.resolution, conflict.resolved_by) == (hours(5), "2026-05-08", "Ada")
    assert fact(after, "announced").value.text == "2026-05-08"


def test_a_person_may_know_better_than_all_sources() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    after = reconcile_line(disagreement(), [judged(line, "resolve", 5, "2026-05-06")], ENTITIES)
    assert fact(after, "announced").value.dates == day("2026-05-06").dates
    assert not open_conflicts(after)


def test_what_a_person_decided_holds_against_more_of_the_same_and_opens_for_something_new() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    ruling = judged(line, "resolve", 5, "2026-05-04")
    same = [*disagreement(), Teller("x", 7).says("announced", day("2026-05-08"))]
    assert not open_conflicts(reconcile_line(same, [ruling], ENTITIES))
    new = [*same, Teller("y", 8).says("announced", day("2026-05-25"))]
    [conflict] = open_conflicts(reconcile_line(new, [ruling], ENTITIES))
    assert (conflict.left_value, conflict.right_value) == ("2026-05-04", "2026-05-25")


def test_a_person_may_reopen_it() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    rulings = [judged(line, "resolve", 5, "2026-05-04"), judged(line, "reopen", 6)]
    after = reconcile_line(disagreement(), rulings, ENTITIES)
    assert open_conflicts(after)[0].opened_at == hours(6)
    assert opened(after) == ["date#1", "date#2"]


def test_a_ruling_sticks_when_an_older_telling_gives_the_event_another_id() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    ruling = judged(line, "resolve", 5, "2026-05-04")
    told = [*disagreement(), Teller("older", -9).says("date", day("2026-05"))]
    after = reconcile_line(told, [ruling], ENTITIES)
    assert event(after).event_id != event(line).event_id
    assert not open_conflicts(after)


@pytest.mark.parametrize(
    ("decision", "status"), [("confirm", EventStatus.CONFIRMED), ("retract", EventStatus.RETRACTED)]
)
def test_a_person_confirms_or_retracts_an_event(decision: str, status: EventStatus) -> None:
    told = [Teller("a").says()]
    event_id = event(reconcile_line(told, (), ENTITIES)).event_id
    made = Judgement("j", None, event_id, decision, None, "saw it", "Ada", hours(4))
    line = reconcile_line(told, [made], ENTITIES)
    assert event(line).status is status
    assert [one.known_from for one in line.events] == [hours(0), hours(4)]


def test_an_unknown_decision_is_refused_by_name() -> None:
    line = reconcile_line(disagreement(), (), ENTITIES)
    with pytest.raises(UnknownCategoryError, match="'settle'; known: reopen, resolve"):
        reconcile_line(disagreement(), [judged(line, "settle", 5)], ENTITIES)


def test_judgements_on_other_things_change_nothing() -> None:
    other = Judgement("j", "somewhere else", None, "resolve", "x", "", "Ada", hours(1))
    assert reconcile_line(disagreement(), [other], ENTITIES) == reconcile_line(disagreement(), (), ENTITIES)
