"""Text from outside keeps its words and loses everything that hides, reverses or controls."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.notify.inert import clean, length, one_line, shorten
from tests.notify.examples import hostile


@given(hostile)
def test_cleaned_text_holds_no_control_format_or_surrogate_character(text: str) -> None:
    kept = clean(text).replace("\n", "")
    assert not [char for char in kept if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(hostile)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(st.characters(categories=("L", "N", "P", "S")), max_size=60))
def test_visible_text_passes_unchanged(text: str) -> None:
    visible = "".join(char for char in text if char not in "\u115f\u1160\u3164\uffa0")
    assert clean(visible) == visible


def test_a_reversed_and_a_split_word_are_read_as_they_stand() -> None:
    assert clean("pass\u200bword \u202egpj.exe") == "password gpj.exe"
    assert clean("\x1b[2Jgone\x07") == "[2Jgone"


def test_every_kind_of_line_end_is_one_line_end() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e\x0bf") == "a\nb\nc\nd\ne\nf"
    assert one_line("a\r\n  b\tc") == "a b c"


@given(st.text(max_size=200), st.integers(0, 60))
@example("\U0001f600" * 50, 7)
@example("one" * 40, 1)
def test_a_shortened_text_fits_and_begins_as_the_whole_does(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert length(short) <= limit
    assert short == text or text.startswith(re.sub("…$", "", short))


def test_text_is_cut_at_a_word_and_marked() -> None:
    assert shorten("The team lost its third leader this year", 30) == "The team lost its third…"
    assert shorten("short", 30) == "short"
