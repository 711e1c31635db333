"""What counts as a conflict and what does not: the cases the design names, with invented people."""

from pipeline.categories import Bound, ConflictKind, Modality, Severity
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import (
    BEIJING,
    ENTITIES,
    Teller,
    day,
    documents,
    event,
    fact,
    figure,
    metric,
    open_conflicts,
    release,
    succession,
)


def test_days_one_apart_in_two_time_zones_are_a_low_conflict_of_kind_time_zone() -> None:
    told = [
        Teller("harbour", 0).says("announced", day("2026-05-04")),
        Teller("lantern", 1).says("announced", day("2026-05-04")),
        Teller("pagoda", 2, zone=BEIJING).says("announced", day("2026-05-05")),
        Teller("ferry", 3).says("announced", day("2026-05-05")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = open_conflicts(line)
    assert (conflict.kind, conflict.severity) == (ConflictKind.TIME_ZONE, Severity.LOW)
    assert (conflict.left_value, conflict.right_value) == ("2026-05-04", "2026-05-05")
    assert documents(conflict.left_claims, told) == {"harbour", "lantern"}
    assert documents(conflict.right_claims, told) == {"pagoda", "ferry"}
    assert event(line).disputed


def test_days_one_apart_in_one_time_zone_are_a_grave_conflict_of_dates() -> None:
    told = [
        Teller("harbour").says("announced", day("2026-05-04")),
        Teller("ferry").says("announced", day("2026-05-05")),
    ]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert (conflict.kind, conflict.severity) == (ConflictKind.DATE, Severity.HIGH)


def test_the_later_day_further_west_is_no_matter_of_time_zones() -> None:
    told = [
        Teller("pagoda", zone=BEIJING).says("announced", day("2026-05-04")),
        Teller("ferry").says("announced", day("2026-05-05")),
    ]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert conflict.kind is ConflictKind.DATE


def test_a_successor_named_and_not_named_in_the_same_days_disagree_once() -> None:
    denial, naming = succession("ferry", 0), succession("pagoda", 16)
    told = [
        denial.says("event", modality=Modality.DENIED),
        denial.says("successor", "not named"),
        naming.says("event"),
        naming.says("successor", "named: a scholar from Quince Labs"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    [conflict] = open_conflicts(line)
    assert (conflict.attribute, conflict.kind, conflict.severity) == (
        "successor",
        ConflictKind.PRESENCE,
        Severity.HIGH,
    )
    assert {conflict.left_value, conflict.right_value} == {"not named", "named: a scholar from Quince Labs"}


def test_figures_that_differ_by_more_than_a_quarter_disagree_even_when_both_say_over() -> None:
    told = [
        metric("harbour").says("downloads", figure(600e6, Bound.AT_LEAST)),
        metric("ferry", 2).says("downloads", figure(1e9, Bound.AT_LEAST)),
    ]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert (conflict.kind, conflict.attribute) == (ConflictKind.MAGNITUDE, "downloads")


def test_a_quarter_and_the_days_within_it_agree_on_the_days() -> None:
    told = [
        Teller("ferry", 0).says("date", day("2026-Q2")),
        Teller("harbour", 1).says("date", day("2026-05-04")),
        Teller("lantern", 2).says("date", day("2026-Q2")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "date").value.text == "2026-05-04"
    assert fact(line, "date").origins == 3


def test_a_month_hides_no_disagreement_of_days_within_it() -> None:
    told = [Teller(name).says("date", day("2026-05")) for name in ("a", "b", "c")]
    told += [Teller("d").says("date", day("2026-05-04")), Teller("e").says("date", day("2026-05-20"))]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert (conflict.left_origins, conflict.right_origins) == (1, 1)


def test_wordings_of_one_role_are_no_conflict_and_back_each_other() -> None:
    wordings = ("tech lead", "technical lead", "Tech Lead / Architect", "lead researcher", "技术负责人")
    told = [Teller(f"t{n}").says("role", wording) for n, wording in enumerate(wordings)]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "role").origins >= 4


def test_the_same_figure_twice_is_held_by_two_origins() -> None:
    told = [metric(name).says("derivative_models", figure(170_000, Bound.AT_LEAST)) for name in ("a", "b")]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "derivative_models").origins == 2


def test_a_day_stated_and_the_same_day_inferred_agree() -> None:
    told = [release(name).says("date", day("2026-05-03")) for name in ("a", "b")]
    assert not reconcile_line(told, (), ENTITIES).conflicts


def test_a_document_never_disagrees_with_itself() -> None:
    torn = Teller("torn", 2)
    told = [
        Teller("harbour").says("announced", day("2026-05-04")),
        torn.says("announced", day("2026-05-04")),
        torn.says("announced", day("2026-05-06")),
    ]
    assert not reconcile_line(told, (), ENTITIES).conflicts


def test_a_vague_date_does_not_excuse_a_document_from_its_own_exact_one() -> None:
    told = [Teller("harbour").says("announced", day("2026-05-04"))]
    exact = Teller("exact", 2)
    told += [exact.says("announced", day("2026-05")), exact.says("announced", day("2026-05-06"))]
    assert len(open_conflicts(reconcile_line(told, (), ENTITIES))) == 1


def test_attributes_of_dates_are_compared_only_with_themselves() -> None:
    told = [
        Teller("a").says("announced", day("2026-05-04")),
        Teller("b").says("resigned", day("2026-05-03")),
        Teller("c").says("effective", day("2026-05-29")),
    ]
    assert not reconcile_line(told, (), ENTITIES).conflicts


def test_a_list_of_sizes_within_another_refines_it_and_a_swap_disagrees() -> None:
    whole = [release("a").says("sizes", "0.8B, 2B, 4B, 9B"), release("b").says("sizes", "2B, 9B")]
    line = reconcile_line(whole, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "sizes").value.text == "0.8B, 2B, 4B, 9B"
    swapped = [*whole, release("c", 1).says("sizes", "0.6B, 2B, 4B, 9B")]
    [conflict] = open_conflicts(reconcile_line(swapped, (), ENTITIES))
    assert conflict.kind is ConflictKind.SET


def test_a_team_and_its_parent_agree_and_the_team_is_held() -> None:
    told = [
        Teller("a", object="lab").says("organisation", "Tongyi Lab"),
        Teller("b", object="lab").says("organisation", "Tongyi Lab"),
        Teller("c").says("organisation", "Qwen"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "organisation").value.text == "Qwen"
    assert event(line).object_id == "team"


def test_unrelated_organisations_disagree() -> None:
    told = [
        Teller("a").says("organisation", "Qwen"),
        Teller("b", 1, object="rival").says("organisation", "Quince Labs"),
    ]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert conflict.kind is ConflictKind.VALUE


def test_leaving_by_choice_and_not_by_choice_disagree() -> None:
    told = [Teller("a").says("voluntary", "true"), Teller("b", 1).says("voluntary", "false")]
    [conflict] = open_conflicts(reconcile_line(told, (), ENTITIES))
    assert conflict.kind is ConflictKind.VALUE


def test_a_guess_opens_no_conflict_and_is_a_rumour_while_it_stands_alone() -> None:
    guess = Teller("a").says("announced", day("2026-05-09"), Modality.SPECULATED)
    alone = reconcile_line([guess], (), ENTITIES)
    assert fact(alone, "announced").status == "rumoured"
    told = [guess, Teller("b").says("announced", day("2026-05-04"))]
    line = reconcile_line(told, (), ENTITIES)
    assert not line.conflicts
    assert fact(line, "announced").value.text == "2026-05-04"


def test_silence_is_no_denial() -> None:
    told = [succession("a").says("successor", "named: Bai Ruo"), succession("b").says("role", "lead")]
    assert not reconcile_line(told, (), ENTITIES).conflicts
