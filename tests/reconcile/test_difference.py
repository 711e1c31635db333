"""How two states of a line differ, as a person reads it."""

from __future__ import annotations

from pipeline.ledger import Judgement
from pipeline.reconcile.difference import differences
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from tests.reconcile.telling import ENTITIES, Teller, Told, day, hours


def reconciled(told: Told, *judgements: Judgement) -> Line:
    return reconcile_line(told, judgements, ENTITIES)


def told_of(before: Line, after: Line) -> list[tuple[object, ...]]:
    return [(one.what, one.attribute, one.before, one.after) for one in differences(before, after)]


MAY = [Teller("a").says("date", day("2026-05-03"))]
DISPUTED = [*MAY, Teller("b", 2).says("date", day("2026-05-09"))]


def test_the_same_has_no_differences() -> None:
    assert differences(reconciled(DISPUTED), reconciled(DISPUTED[::-1])) == ()


def test_a_new_event_and_one_that_is_gone() -> None:
    assert told_of(Line(), reconciled(MAY)) == [("new event", None, None, "reported")]
    assert told_of(reconciled(MAY), Line()) == [("event gone", None, "reported", None)]


def test_a_second_value_opens_a_conflict_and_a_decision_resolves_it() -> None:
    before, after = reconciled(MAY), reconciled(DISPUTED)
    assert ("conflict opened", "date", None, "2026-05-03 or 2026-05-09") in told_of(before, after)
    [conflict] = after.conflicts
    made = Judgement("j", conflict.conflict_id, None, "resolve", "2026-05-09", "", "Ada", hours(4))
    settled = reconciled(DISPUTED, made)
    assert told_of(after, settled) == [
        ("dates", None, "2026-05-03", "2026-05-09"),
        ("fact changed", "date", "2026-05-03", "2026-05-09"),
        ("conflict resolved", "date", "2026-05-03 or 2026-05-09", "2026-05-09 (Ada)"),
    ]
    assert ("conflict gone", "date", "2026-05-03 or 2026-05-09", None) in told_of(after, before)


def test_an_event_under_another_id_is_still_the_same() -> None:
    older = [Teller("older", -9).says("date", day("2026-05-03")), *MAY]
    assert [one[0] for one in told_of(reconciled(MAY), reconciled(older))] == ["status"]


def test_an_event_that_is_part_of_another_now_is_named() -> None:
    one, other = MAY, [Teller("b", 2).says("date", day("2026-11-20"))]
    ids = [tuple(each.claim.claim_id for each in part) for part in (one, other)]
    merged = Judgement("m", None, "an event", "merge", None, "", "Ada", hours(4), *ids)
    found = differences(reconciled([*one, *other]), reconciled([*one, *other], merged))
    [gone] = [each for each in found if each.what == "part of another event"]
    assert gone.event is not None
    assert gone.after not in (None, gone.event.event_id)


def test_where_only_the_past_differs_it_says_so() -> None:
    early = [Teller("a").says("date", day("2026-05-03")), Teller("b", 2).says("date", day("2026-05-03"))]
    late = [Teller("a").says("date", day("2026-05-03")), Teller("b", 2).says("date", day("2026-05-03"))]
    made = [Judgement(f"j{n}", None, reconciled(early).events[0].event.event_id, what, None, "", "Ada", hours(5 + n))
            for n, what in enumerate(("confirm", "reopen"))]  # fmt: skip
    assert [one[0] for one in told_of(reconciled(early), reconciled(late, *made))] == ["history"]
