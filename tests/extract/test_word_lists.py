"""Every word list that a rule asks for is one that a lexicon must have, so that no document fails for want of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.extract.word_lists import BOUNDS, WORD_LISTS

ROOM = Path(__file__).resolve().parents[2] / "pipeline" / "extract"


def asked_for() -> Iterator[tuple[str, str]]:
    """The names given to `pattern(…)`, `words(…)` or `bit(…)`, or looked up in the words themselves."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[ast.expr] = []
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                names = node.args if called in {"pattern", "words", "bit", "words_of_all"} else []
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(("words", "patterns", "source")):
                names = [node.slice]
            for name in names:
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield path.name, name.value


def test_every_list_that_a_rule_asks_for_is_required() -> None:
    optional = {"han_name", "person", "organisation", "model", "date"}
    assert [found for found in asked_for() if found[1] not in WORD_LISTS.keys() | optional] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shipped_lexicons_have_every_list(shipped: Settings, language: str) -> None:
    file = shipped.lexicons[language].file
    assert WORD_LISTS.keys() - file.words.keys() == set()
    assert BOUNDS.keys() - file.bounds.keys() == set()
