"""Evidence: a quote stands where it says, character for character, or the difference is shown."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence import Fault, differing, quote_fault, shortened, text_fault

TEXT = "“林俊旸 left,” she said — on Ma\u0301rch 3. " * 3


def test_a_slice_of_the_text_is_no_fault() -> None:
    assert quote_fault(TEXT[4:20], 4, 20, TEXT) is None


@pytest.mark.parametrize(
    ("quote", "start", "end", "message"),
    [
        ("林俊暘 left", 1, 9, "the quote is not what the text has at 1 to 9"),
        ("林俊旸 left", 2, 10, "does not stand at 2 to 10 of the text, but at 1"),
        ("March", 30, 35, "is not what the text has"),
        ("x" * 5, 1000, 1005, "the text ends at"),
        ("left", 9, 5, "is none"),
        ("left", -4, 0, "is none"),
        ("", 3, 3, "is empty"),
    ],
    ids=["another character", "another place", "composed", "beyond the end", "backwards", "negative", "empty"],
)
def test_what_differs_is_said(quote: str, start: int, end: int, message: str) -> None:
    fault = quote_fault(quote, start, end, TEXT)
    assert fault is not None
    assert message in fault.message


def test_both_sides_are_cut_to_where_they_differ() -> None:
    long = "word " * 100
    expected, found = differing(long + "March 8" + long, long + "March 3" + long)
    assert "March 8" in expected
    assert "March 3" in found
    assert max(len(expected), len(found)) < 80


def test_a_text_is_the_one_that_was_read_or_its_digests_differ() -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert text_fault(TEXT, digest) is None
    fault = text_fault(TEXT + " ", digest)
    assert fault is not None
    assert fault.expected == digest != fault.found


@given(st.text(min_size=1), st.data())
def test_every_slice_is_found_and_every_changed_one_is_not(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert quote_fault(text[start:end], start, end, text) is None
    at = data.draw(st.integers(0, end - start - 1))
    quote = text[start:end]
    changed = quote[:at] + ("a" if quote[at] != "a" else "b") + quote[at + 1 :]
    assert isinstance(quote_fault(changed, start, end, text), Fault)


@given(st.text(), st.integers(0, 300))
def test_what_is_shown_is_short_and_on_one_line(text: str, at: int) -> None:
    shown = shortened(text, at)
    assert len(shown) <= 74
    assert "\n" not in shown
