"""The scorer counts what was found, missed, invented and wrong as a reader would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Mention, Value
from tests.labelled.agreement import Names, agree, fold
from tests.labelled.gold import GoldRow
from tests.labelled.scorer import Score, score

URL = "https://tidewire.example/a"
OTHER = "https://tidewire.example/b"
NOW = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)


def claim(
    type_: str, subject: str, attribute: str = "event", value: Value | str = "", modality: str = "asserted"
) -> Claim:
    kind = EntityKind.MODEL if type_ in ("release", "metric") else EntityKind.PERSON
    return Claim(
        document_id="d",
        event_type=EventType(type_),
        subject=Mention(kind, subject),
        object=None,
        occurrence=0,
        attribute=attribute,
        value=Value(value) if isinstance(value, str) else value,
        modality=Modality(modality),
        attributed_to=None,
        quote="words",
        start=0,
        end=5,
        extractor="rules",
        extractor_version="1",
        confidence=1.0,
        known_at=NOW,
    )


def gold(type_: str, subject: str = "", url: str = URL, **rest: Any) -> GoldRow:
    return GoldRow(url=url, type=type_, subject=subject, **rest)


def days(first: str, last: str | None = None) -> DateInterval:
    return DateInterval(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))


def scored(claims: list[Claim], *rows: GoldRow, same_person: tuple[tuple[str, ...], ...] = ()) -> Score:
    return score({URL: claims}, rows, same_person)


def test_found_missed_and_invented() -> None:
    result = scored(
        [claim("departure", "Zhao Mingwei"), claim("hire", "Zhao Mingwei"), claim("departure", "Ida Berg")],
        gold("departure", "Zhao Mingwei"),
        gold("departure", "Peter Lindqvist"),
    )
    assert [row.subject for row in result.found] == ["Zhao Mingwei"]
    assert [row.subject for row in result.missed] == ["Peter Lindqvist"]
    assert [(each.type, each.claims[0].subject.name) for each in result.invented] == [
        ("hire", "Zhao Mingwei"),
        ("departure", "Ida Berg"),
    ]
    assert result.total.precision == pytest.approx(1 / 3)
    assert result.total.recall == pytest.approx(1 / 2)
    assert result.total.f1 == pytest.approx(0.4)


def test_many_claims_of_one_event_count_once() -> None:
    claims = [claim("departure", "Zhao Mingwei", attribute) for attribute in ("event", "role", "date")]
    assert scored(claims, gold("departure", "Zhao Mingwei")).total.precision == 1
    assert len(scored(claims, gold("none")).invented) == 1


def test_a_trap_counts_only_what_is_invented() -> None:
    result = scored([claim("departure", "Bai Xuesong", modality="speculated")], gold("none", why="may leave"))
    assert (result.total.wanted, result.total.invented) == (0, 1)
    assert scored([], gold("none", why="may leave")).total.invented == 0


def test_an_article_without_labels_is_not_scored() -> None:
    result = score({OTHER: [claim("departure", "Ida Berg")]}, [gold("none")])
    assert result.invented == ()


def test_an_optional_event_counts_neither_way() -> None:
    row = gold("hire", "Zhao Mingwei", optional=True, attributes={"role": "engineer"})
    for claims in ([], [claim("hire", "Zhao Mingwei", "role", "cook")]):
        result = scored(claims, row)
        assert (result.total.wanted, result.total.found, result.total.invented, result.judged) == (0, 0, 0, ())


@pytest.mark.parametrize("name", ["Mingwei Zhao", "zhao-mingwei", "Zhao Mingwei", "赵明伟"])
def test_a_subject_answers_under_each_of_its_names(name: str) -> None:
    row = gold("departure", "Zhao Mingwei", also=("Mingwei Zhao",))
    result = scored([claim("departure", name)], row, same_person=(("Zhao Mingwei", "赵明伟"),))
    assert len(result.found) == 1
    assert result.invented == ()


def test_anybody_answers_a_star() -> None:
    result = scored([claim("appointment", "Rao Jinghan"), claim("hire", "Rao Jinghan")], gold("appointment", "*"))
    assert len(result.found) == 1
    assert [each.type for each in result.invented] == ["hire"]


def test_a_label_of_nobody_named_is_answered_by_a_denial_only() -> None:
    row = gold("appointment", "*", optional=True, attributes={"modality": "denied"})
    named, denied = claim("appointment", "Rao Jinghan"), claim("appointment", "Qwen", modality="denied")
    assert [each.claims for each in scored([named, denied], row).invented] == [(named,)]


def test_a_release_is_answered_by_a_narrower_model_and_not_by_a_wider_one() -> None:
    narrow, wide = [claim("release", "Qwen3-Coder-480B-A35B")], [claim("release", "Qwen3")]
    row = gold("release", "Qwen3-Coder")
    assert scored(narrow, row).total.precision == 1
    assert scored(wide, row).total.precision == 0
    assert len(scored(narrow, row, gold("release", "Qwen3-Coder-480B-A35B", optional=True)).missed) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [("Qwen3.5 Small", "Qwen3.5 small models"), ("Qwen3.5", "qwen 3.5 series"), ("Tongyi Qianwen 3", "Qwen3")],
    ids=["small models", "series", "old name"],
)
def test_names_of_a_model_fold_to_one(left: str, right: str) -> None:
    assert fold(left) == fold(right)


def test_a_metric_is_found_by_its_name_and_never_invented() -> None:
    claims = [
        claim("metric", "Qwen", "downloads", Value("600 million", number=600e6)),
        claim("metric", "Qwen", "likes"),
    ]
    row = gold("metric", "Qwen Team", attributes={"metric": "downloads", "value": 601_000_000, "bound": "at least"})
    result = scored(claims, row)
    assert [(each.attribute, each.right) for each in result.judged] == [("value", True)]
    assert (result.total.found_metrics, result.total.invented) == (1, 0)
    assert len(scored(claims, gold("metric", "Qwen", attributes={"metric": "citations", "value": 1})).missed) == 1


def test_a_date_answers_under_any_of_its_words() -> None:
    row = gold("departure", "Feng Qiaoyu", attributes={"announced": {"from": "2026-03-27", "to": "2026-03-27"}})
    for attribute, right in (("date", True), ("resigned", True), ("as_of", False)):
        result = scored([claim("departure", "Feng Qiaoyu", attribute, Value("x", dates=days("2026-03-27")))], row)
        assert [each.right for each in result.judged] == [right], attribute


def test_attributes_called_otherwise_by_labels_are_found() -> None:
    row = gold("release", "Qwen4", attributes={"licence": "Apache 2.0", "parameters_total": 96_000_000_000})
    claims = [
        claim("release", "Qwen4", "license", "Apache-2.0"),
        claim("release", "Qwen4", "parameters", Value("96B", number=96e9)),
    ]
    assert scored(claims, row).total.attribute_accuracy == 1


def test_a_successor_counts_wherever_it_is_said() -> None:
    row = gold("departure", "Feng Qiaoyu", attributes={"successor": "not named"})
    denied = claim("appointment", "Qwen", "successor", "not named", "denied")
    other = claim("appointment", "Qwen", "successor", "named: Rao Jinghan")
    for spoken, right in ((denied, True), (other, False)):
        result = scored([claim("departure", "Feng Qiaoyu"), spoken], row, gold("appointment", "*", optional=True))
        assert [each.right for each in result.judged] == [right]


@pytest.mark.parametrize(
    ("attribute", "labelled", "value", "right"),
    [
        ("date", {"from": "2026-03-01", "to": "2026-03-31"}, Value("x", dates=days("2026-03-01", "2026-03-31")), True),
        ("date", {"from": "2026-03-01", "to": "2026-03-31"}, Value("x", dates=days("2026-03-03")), False),
        ("date", {"from": "2026-03-01", "to": "2026-03-31"}, Value("March"), False),
        ("sizes", ["0.8B", "9B"], Value("9B, 0.8b"), True),
        ("sizes", ["0.8B", "9B"], Value("0.8B, 4B, 9B"), False),
        ("role", "head of coding models", Value("coding lead"), True),
        ("role", "head of coding models", Value("engineer"), False),
        ("organisation", "Qwen", Value("Alibaba Qwen team"), True),
        ("organisation", "Qwen", Value("Alibaba"), False),
        ("voluntary", False, Value("no"), True),
        ("voluntary", True, Value("no"), False),
        ("context_tokens", 256_000, Value("256K", number=256_000), True),
        ("context_tokens", 256_000, Value("262,144", number=262_144), False),
        ("context_tokens", 256_000, Value("256K"), False),
        ("destination", "Mistral AI", Value("Mistral-AI"), True),
        ("successor", "named: Rao Jinghan", Value("Jinghan Rao"), True),
    ],
)
def test_when_a_value_agrees_with_its_label(attribute: str, labelled: Any, value: Value, right: bool) -> None:
    assert agree(attribute, labelled, [value], Names([("Rao Jinghan", "Jinghan Rao")])) is right


def test_no_value_agrees_with_nothing() -> None:
    assert not agree("sizes", ["9B"], [], Names())
    assert not agree("role", "lead", [], Names())


def test_figures_by_type_and_by_group_of_articles() -> None:
    result = score(
        {URL: [claim("departure", "Ida Berg")], OTHER: [claim("release", "Qwen4"), claim("hire", "Ida Berg")]},
        [gold("departure", "Ida Berg"), gold("release", "Qwen4", OTHER), gold("release", "QwQ", OTHER)],
    )
    by_type = result.by_type()
    assert {type_: (tally.found, tally.wanted, tally.invented) for type_, tally in by_type.items()} == {
        "departure": (1, 1, 0),
        "release": (1, 2, 0),
        "hire": (0, 0, 1),
    }
    by_article = result.by_article(lambda url: url[-1])
    assert {name: (tally.found, tally.wanted, tally.invented) for name, tally in by_article.items()} == {
        "a": (1, 1, 0),
        "b": (1, 2, 1),
    }
