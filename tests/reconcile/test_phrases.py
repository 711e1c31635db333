"""Dates, numbers and standing in words."""

import datetime as dt

import pytest

from pipeline.categories import Bound, EventStatus
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.phrases import date_words, listed, number_words, standing_words, value_words, when_words
from tests.reconcile.telling import day, figure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-04", "4 May 2026"),
        ("2026-05", "May 2026"),
        ("2026-Q2", "the second quarter of 2026"),
        ("2026", "2026"),
    ],
)
def test_dates_are_written_out(text: str, words: str) -> None:
    assert date_words(day(text).dates) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-05-03", "2026-05-05", "3 to 5 May 2026"),
        ("2026-04-28", "2026-05-02", "28 April to 2 May 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 to 2 January 2026"),
    ],
)
def test_spans_name_month_and_year_once(first: str, last: str, words: str) -> None:
    span = DateInterval(day(first).dates.first, day(last).dates.last)  # type: ignore[union-attr]
    assert date_words(span) == words
    assert when_words(span) == f", {words}"


def test_a_day_that_only_bounds_is_said_so() -> None:
    by = DateInterval.by(dt.date(2026, 5, 3))
    assert (date_words(by), when_words(by), str(by)) == ("by 3 May 2026", " by 3 May 2026", "by 2026-05-03")


def test_a_month_follows_with_in() -> None:
    assert when_words(day("2026-05").dates) == " in May 2026"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (600_000_000, "600 million"),
        (1e9, "1 billion"),
        (73_520_000, "73.5 million"),
        (1_250_000, "1.25 million"),
        (3.6e13, "36 trillion"),
        (170_000, "170,000"),
        (1456, "1,456"),
        (88.7, "88.7"),
    ],
)
def test_numbers_are_written_as_people_say_them(number: float, words: str) -> None:
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("downloads", figure(600e6, Bound.AT_LEAST), "over 600 million"),
        ("downloads", figure(600e6, Bound.ABOUT), "about 600 million"),
        ("downloads", figure(600e6, as_of="2026-05"), "600 million"),
        ("context_tokens", figure(131_072), "128K"),
        ("context_tokens", figure(256_000), "256K"),
        ("context_tokens", figure(1_000_000), "1M"),
        ("context_tokens", figure(32_000), "32K"),
        ("arena_rank", figure(4), "number 4"),
        ("event", Value("false"), "no"),
        ("voluntary", Value("false"), "not by choice"),
        ("successor", Value("named: Bai Ruo"), "Bai Ruo"),
        ("role", Value("tech lead"), "tech lead"),
    ],
)
def test_values_are_put_into_words_by_their_attribute(attribute: str, value: Value, words: str) -> None:
    assert value_words(attribute, value) == words


@pytest.mark.parametrize(
    ("status", "origins", "word_of", "words"),
    [
        (EventStatus.RUMOURED, 1, None, "a rumour, so far from one source"),
        (EventStatus.REPORTED, 1, None, "reported by one source"),
        (EventStatus.CORROBORATED, 2, None, "reported by two independent sources"),
        (EventStatus.CORROBORATED, 14, None, "reported by 14 independent sources"),
        (EventStatus.CONFIRMED, 3, "Qwen", "confirmed by Qwen"),
        (EventStatus.DENIED, 1, None, "denied by one source"),
        (EventStatus.DENIED, 1, "Qwen", "denied by Qwen"),
    ],
)
def test_standing_says_on_whose_word(status: EventStatus, origins: int, word_of: str | None, words: str) -> None:
    assert standing_words(status, origins, word_of) == words


def test_lists_end_with_and() -> None:
    assert (listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == (
        "",
        "a",
        "a and b",
        "a, b and c",
    )
