"""Sentences with gaps, read from a TOML file a language, and how the gaps are filled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

GAP = re.compile(r"\{(\w+)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
HAN = "\u3400-\u9fff\U00020000-\U0002fa1f"
# A word of Latin letters, with what stands in names of models; a bare number is none and takes no space.
LATIN_END = re.compile(r"[0-9A-Za-z.+_-]*[A-Za-z][0-9A-Za-z.+_-]*$")
LATIN_START = re.compile(r"[0-9A-Za-z.+_-]*[A-Za-z]")

Text = str | list[str]


@lru_cache(maxsize=8)
def load(language: str) -> Mapping[str, Any]:
    """The catalogue of a language, as tables of texts. Raises FileNotFoundError for a language without one."""
    written = resources.files("pipeline.wording").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(written)


def fill(text: Text, values: Mapping[str, str | None], *, spaced: bool) -> str:
    """The text with its `{gaps}` filled; of several texts the first for which every value is known.

    What stands in `[square brackets]` is left out where a value in it is not known. Between Han and Latin
    words a space is set unless the language is `spaced` anyway. Raises KeyError where no text can be filled.
    """
    known = {name: value for name, value in values.items() if value}
    for candidate in [text] if isinstance(text, str) else text:
        chosen = OPTIONAL.sub(lambda group: group[1] if _fillable(group[1], known) else "", candidate)
        if _fillable(chosen, known):
            return _join(GAP.split(chosen), known, spaced)
    raise KeyError(f"{text!r} needs more than {', '.join(sorted(known)) or 'nothing'}")


def _fillable(text: str, known: Mapping[str, str]) -> bool:
    return all(name in known for name in GAP.findall(text))


def _join(parts: list[str], known: Mapping[str, str], spaced: bool) -> str:
    """`parts` are fixed words and names of gaps in turn, which is how `re.split` gives them."""
    joined = ""
    for place, part in enumerate(parts):
        piece = known[part] if place % 2 else part
        if not spaced and _needs_space(joined, piece):
            joined += " "
        joined += piece
    return joined


def _needs_space(before: str, after: str) -> bool:
    if not before or not after:
        return False
    latin_before, latin_after = LATIN_END.search(before) is not None, LATIN_START.match(after) is not None
    han_before, han_after = (re.match(f"[{HAN}]", char) is not None for char in (before[-1], after[0]))
    return (latin_before and (han_after or latin_after)) or (latin_after and han_before)
