"""When a name or a value that was claimed is the one that was labelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.model import Value
from tests.labelled.gold import DATES

TOLERANCE = 0.005
_EMPTY_WORDS = re.compile(r"\b(series|models?|family|the|large|language)\b", re.IGNORECASE)
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "a"})
_SEPARATORS = re.compile(r"[,/;、\s]+")
_NAMED = re.compile(r"^named:\s*", re.IGNORECASE)


def fold(text: str) -> str:
    """Lower-case letters, digits and dots; words that names of models are dressed with are left out."""
    text = unicodedata.normalize("NFKC", text)
    if text.strip() != "Tongyi Qianwen":
        text = text.replace("Tongyi Qianwen", "Qwen")
    return re.sub(r"[^\w.]|_", "", _EMPTY_WORDS.sub(" ", text).lower())


class Names:
    """Folds names; names of one group fold to the same."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._folded = {fold(name): fold(group[0]) for group in groups for name in group}

    def __call__(self, name: str) -> str:
        folded = fold(name)
        return self._folded.get(folded, folded)


def agree(attribute: str, labelled: Any, claimed: Sequence[Value], names: Names) -> bool:
    """Whether one of the claimed values is the labelled one, or, for sizes, whether all together are."""
    if attribute == "sizes":
        parts = {fold(part) for value in claimed for part in _SEPARATORS.split(value.text) if part}
        return {fold(size) for size in labelled} == parts
    return any(_same(attribute, labelled, value, names) for value in claimed)


def _same(attribute: str, labelled: Any, value: Value, names: Names) -> bool:
    if attribute in DATES or attribute == "as_of":
        days = value.dates and (value.dates.first.isoformat(), value.dates.last.isoformat())
        return days == (labelled["from"], labelled["to"])
    if isinstance(labelled, bool):
        return value.text.lower() in (("true", "yes") if labelled else ("false", "no"))
    if isinstance(labelled, int | float):
        return value.number is not None and abs(value.number - labelled) <= TOLERANCE * labelled
    if attribute in ("organisation", "destination"):
        return names(labelled) == names(value.text) or _share_words(labelled, value.text)
    if attribute == "role":
        return _share_words(labelled, value.text)
    if attribute == "successor":
        return names(_NAMED.sub("", labelled)) == names(_NAMED.sub("", value.text))
    return fold(labelled) == fold(value.text)


def _share_words(left: str, right: str) -> bool:
    """Whether at least half of the shorter one's words stand in the other."""
    mine, theirs = _words(left), _words(right)
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs) or 1)


def _words(text: str) -> set[str]:
    """The words of `text`; Chinese is written without spaces, so there each pair of neighbouring characters is one."""
    text = unicodedata.normalize("NFKC", text).lower()
    words = set(re.findall(r"[^\W_\u3400-\u9fff]+", text)) - _SMALL_WORDS
    runs = re.findall(r"[\u3400-\u9fff]+", text)
    return words | {run[place : place + 2] for run in runs for place in range(max(1, len(run) - 1))}
