"""A claim on one line: its value with what it stands for, and nothing that does not show."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.categories import Bound
from pipeline.explain.wording import value_text, visible, visible_lines
from pipeline.intervals import DateInterval
from pipeline.model import Value

MARCH = DateInterval(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Value("true"), "true"),
        (Value("March", MARCH), f"March [{MARCH}]"),
        (Value(str(MARCH), MARCH), str(MARCH)),
        (Value("600 million", number=6e8, unit="downloads"), "600 million [600,000,000 downloads]"),
        (Value("72000000000", number=7.2e10, unit="parameters"), "72000000000 parameters"),
        (Value("170k+", number=1.7e5, bound=Bound.AT_LEAST), "170k+ [170,000] (at least)"),
    ],
    ids=["text", "dates", "dates as text", "number", "number as text", "bound"],
)
def test_a_value_shows_what_it_stands_for_once(value: Value, shown: str) -> None:
    assert value_text(value) == shown


def test_what_does_not_show_is_taken_out_and_words_stay_apart() -> None:
    assert visible("one\ttwo\u200b three\x1b[2J \u202eright\ud800") == "one two three [2J right\ufffd"
    assert visible_lines("one\r\ntwo\x00") == "one \ntwo "
