"""The table of families and their rules, value by value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Bound, EventType
from pipeline.model import Value
from pipeline.reconcile.agreement import Family, Held, agree, family_of, finer
from pipeline.reconcile.kinship import Kinship
from tests.reconcile.telling import ENTITIES, day, figure

KIN = Kinship(ENTITIES)


def agreeing(family: Family, one: Value | str, other: Value | str) -> bool:
    left, right = (Held(Value(value) if isinstance(value, str) else value) for value in (one, other))
    assert agree(family, left, right, KIN) == agree(family, right, left, KIN)
    return agree(family, left, right, KIN)


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("2026-05", "2026-05-03", True),
        ("2026-Q2", "2026-05", True),
        ("2026-Q1", "2026-05", False),
        ("2026-05-03", "2026-05-04", False),
    ],
)
def test_dates_agree_where_they_overlap(one: str, other: str, holds: bool) -> None:
    assert agreeing(Family.DATE, day(one), day(other)) is holds


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [(600, 600, True), (600, 800, True), (600, 801, False), (0, 0, True), (0, 1, False), (1, 4, False)],
)
def test_numbers_agree_within_a_quarter_of_the_larger(one: float, other: float, holds: bool) -> None:
    assert agreeing(Family.NUMBER, figure(one), figure(other, Bound.AT_LEAST)) is holds


def test_numbers_of_different_times_or_units_do_not_meet() -> None:
    assert agreeing(Family.NUMBER, figure(1, as_of="2026-04"), figure(9, as_of="2026-05"))
    assert agreeing(Family.NUMBER, Value("1", number=1, unit="GB"), Value("9", number=9, unit="tokens"))


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("0.8B, 2B, 4B, 9B", "2B、9B", True),
        ("0.8B, 2b", "2B, 0.8b", True),
        ("35B-A3B, 27B", "35B", True),
        ("0.8B, 2B", "0.6B, 2B", False),
        ("7B", "72B", False),
    ],
)
def test_sets_agree_when_one_is_within_the_other(one: str, other: str, holds: bool) -> None:
    assert agreeing(Family.SET, one, other) is holds


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("tech lead", "Technical Lead", True),
        ("head of post-training", "post-training lead", True),
        ("技术负责人", "technical lead", True),
        ("former technical lead of Qwen", "tech lead", True),
        ("post-training lead", "code lead", False),
    ],
)
def test_roles_agree_by_their_words(one: str, other: str, holds: bool) -> None:
    assert agreeing(Family.WORDING, one, other) is holds


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [("Apache-2.0", "Apache 2.0 license", True), ("Apache-2.0", "MIT", False)],
)
def test_texts_agree_when_the_words_of_one_are_among_the_others(one: str, other: str, holds: bool) -> None:
    assert agreeing(Family.TEXT, one, other) is holds


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [("team", "lab", True), ("team", "team", True), ("team", "rival", False), ("team", None, True)],
)
def test_organisations_agree_under_one_roof_or_where_nothing_is_known(one: str, other: str | None, holds: bool) -> None:
    assert agree(Family.ORGANISATION, Held(Value("x"), one), Held(Value("y"), other), KIN) is holds


def test_a_team_is_finer_than_its_parent_and_a_longer_list_than_a_shorter() -> None:
    assert finer(Family.ORGANISATION, Held(Value("Qwen"), "team"), Held(Value("Tongyi Lab"), "lab"), KIN)
    assert finer(Family.SET, Held(Value("2B, 9B")), Held(Value("9B")), KIN)
    assert not finer(Family.SET, Held(Value("9B")), Held(Value("9B")), KIN)


def test_an_attribute_without_a_rule_is_never_disputed() -> None:
    assert family_of(EventType.DEPARTURE, "mood") is Family.WORDING


def test_every_metric_is_a_number() -> None:
    assert family_of(EventType.METRIC, "pulls") is Family.NUMBER


_numbers = st.floats(0, 1e12, allow_nan=False)


@given(_numbers, _numbers)
def test_agreement_of_numbers_is_mutual(one: float, other: float) -> None:
    agreeing(Family.NUMBER, figure(one), figure(other))


@given(st.sampled_from(list(Family)), st.text(max_size=20))
def test_every_value_agrees_with_itself(family: Family, text: str) -> None:
    assert agreeing(family, text, text)
