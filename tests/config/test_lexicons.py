"""Lexicons wait for a use, and no run begins with rules of which nobody knows that they are whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flows.stages import due_sources
from pipeline.config import load_settings
from pipeline.errors import ConfigurationError

NOW = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)


def spoiled(directory: Path) -> Path:
    path = directory / "lexicon" / "en.yaml"
    path.write_text(
        path.read_text("utf-8").replace("date_patterns:\n", "date_patterns:\n  - '(unclosed'\n", 1), "utf-8"
    )
    return directory


def test_lexicons_that_are_not_checked_are_read_at_their_first_use(directory: Path) -> None:
    lexicons = load_settings(directory, check_lexicons=False).lexicons
    assert (list(lexicons), "en" in lexicons, "zh" in lexicons) == (["en"], True, False)
    assert lexicons["en"] is lexicons["en"]
    with pytest.raises(KeyError):
        lexicons["zh"]


def test_a_broken_lexicon_is_told_at_its_first_use_as_a_check_tells_it(directory: Path) -> None:
    lexicons = load_settings(spoiled(directory), check_lexicons=False).lexicons
    with pytest.raises(ConfigurationError, match=r"lexicon/en.yaml:\d+: date_patterns\[0\]") as used:
        lexicons["en"]
    assert list(used.value.mistakes) == lexicons.mistakes()


def test_a_cycle_stops_before_it_asks_anybody_where_its_rules_are_new_and_broken(
    directory: Path, tmp_path: Path
) -> None:
    settings = load_settings(spoiled(directory), check_lexicons=False)
    with pytest.raises(ConfigurationError, match="unclosed"):
        due_sources(tmp_path / "data", settings, NOW)


def test_the_fingerprint_of_the_rules_is_that_of_their_words(directory: Path) -> None:
    before = load_settings(directory).rules
    assert load_settings(directory).rules == before
    assert load_settings(spoiled(directory), check_lexicons=False).rules != before
