"""That something is so, against the word that it is not."""

from pipeline.categories import ConflictKind, EventStatus, Modality, Tier
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import ENTITIES, Teller, day, event, fact, open_conflicts, succession

DAY = 24


def test_a_name_given_weeks_after_the_denial_is_what_holds() -> None:
    told = [
        succession("early").says("successor", "not named"),
        succession("late", 20 * DAY).says("successor", "named: Bai Ruo"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "successor").value.text == "named: Bai Ruo"


def test_a_naming_dated_after_the_denial_was_published_does_not_contradict_it() -> None:
    later = succession("later", 5 * DAY)
    told = [
        succession("early").says("successor", "not named"),
        later.says("successor", "named: Bai Ruo"),
        later.says("date", day("2026-05-08")),
    ]
    assert not reconcile_line(told, (), ENTITIES).conflicts


def test_two_different_names_disagree_on_the_value() -> None:
    told = [
        succession("a").says("successor", "named: Bai Ruo"),
        succession("b", 1).says("successor", "named: Wen Tao"),
    ]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert conflict.kind is ConflictKind.VALUE


def test_a_description_fits_any_name_and_the_name_is_held() -> None:
    told = [
        succession("a").says("successor", "named: a scholar from Quince Labs"),
        succession("b", 1).says("successor", "named: Bai Ruo"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "successor").value.text == "named: Bai Ruo"


def test_an_event_that_is_only_denied_is_denied() -> None:
    line = reconcile_line([Teller("a").says("event", modality=Modality.DENIED)], (), ENTITIES)
    assert event(line).status is EventStatus.DENIED
    assert fact(line, "event").value.text == "false"


def test_a_departure_told_and_denied_in_the_same_days_is_a_conflict_of_presence() -> None:
    told = [
        Teller("a").says("announced", day("2026-05-04")),
        Teller("b", 1).says("event", modality=Modality.DENIED),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = open_conflicts(line)
    assert (conflict.attribute, conflict.kind) == ("event", ConflictKind.PRESENCE)
    assert event(line).disputed


def test_an_official_denial_settles_it() -> None:
    told = [Teller(name).says("event") for name in ("a", "b", "c")]
    told.append(Teller("team", 1, tier=Tier.OFFICIAL).says("event", modality=Modality.DENIED))
    line = reconcile_line(told, (), ENTITIES)
    assert event(line).status is EventStatus.DENIED
    assert not open_conflicts(line)


def test_what_happens_after_it_was_denied_has_happened() -> None:
    told = [
        Teller("team", 0, tier=Tier.OFFICIAL).says("event", modality=Modality.DENIED),
        Teller("a", 40 * DAY).says("event"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert event(line).status is EventStatus.REPORTED


def test_a_report_that_carries_the_denial_along_is_on_neither_side() -> None:
    both = Teller("both")
    told = [both.says("event"), both.says("event", modality=Modality.DENIED)]
    assert not reconcile_line(told, (), ENTITIES).conflicts
