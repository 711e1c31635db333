"""Quantities: `over 600 million`, `170,000+`, `6亿`, `1B+`, with bound and value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.categories import Bound

if TYPE_CHECKING:
    from pipeline.extract.lexicon import Lexicon, LexiconFile

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text with the bound its words give it."""

    start: int
    end: int
    value: float
    bound: Bound


def find_quantities(text: str, lexicon: Lexicon) -> tuple[Quantity, ...]:
    """The quantities of `text`, left to right; the span takes in the words that bound it."""
    pattern = lexicon.quantities
    return tuple(_quantity(match, lexicon) for match in pattern.finditer(text))


def parse_quantity(text: str, lexicon: Lexicon) -> Quantity | None:
    """The quantity that is the whole of `text`, such as a table cell's `1 billion+`."""
    match = lexicon.quantities.match(text.strip())
    return _quantity(match, lexicon) if match else None


def _quantity(match: re.Match[str], lexicon: Lexicon) -> Quantity:
    multiplier = Decimal(1)
    for word in re.findall(r"[A-Za-z]+|[^\sA-Za-z]", match["multiplier"] or ""):
        multiplier *= Decimal(lexicon.file.numerals.get(word.lower(), 1.0))
    number = match["digits"].replace(",", "") if match["digits"] else str(lexicon.file.numerals[match["word"].lower()])
    value = float(Decimal(number) * multiplier)
    return Quantity(match.start(), match.end(), value, _bound(match, lexicon))


def _bound(match: re.Match[str], lexicon: Lexicon) -> Bound:
    if match["plus"]:
        return Bound.AT_LEAST
    before = (match["before"] or "").strip()
    for bound in (Bound.AT_LEAST, Bound.AT_MOST, Bound.ABOUT):
        if before and any(re.fullmatch(word, before, re.IGNORECASE) for word in lexicon.file.bounds[bound.value]):
            return bound
    return Bound.EXACTLY


def _pattern_for(
    bounds: str, small: str, vague: str, multipliers: str, article: str, more: str, spaced: bool
) -> re.Pattern[str]:
    edge = r"(?![A-Za-z0-9])" if spaced else r"(?![A-Za-z0-9.])"
    multiplier = rf"(?P<multiplier>\s?(?:{multipliers})(?:{multipliers})?{r'(?![A-Za-z])' if spaced else ''})?"
    gap = r"\s+" if spaced else r"\s*"
    before = r"(?<![\w.,$¥€-])" if spaced else r"(?<![A-Za-z0-9.,$¥€-])"
    # A number in words counts before a multiplier only: `a billion`, `十亿`; 几十亿 and 二十亿 are not ten.
    if spaced:
        word = rf"\b(?P<word>{small})(?=\s(?:{multipliers})\b)"
    else:
        word = rf"(?<![\0{vague}])(?P<word>{small})(?=(?:{multipliers}))"
    return re.compile(
        rf"(?:(?P<before>{bounds}){gap}(?:(?:{article}) )?)?(?:{before}(?P<digits>{_DIGITS})|{word})"
        rf"{multiplier}(?P<plus>\s?\+|{more})?{edge}",
        re.IGNORECASE,
    )


def quantity_pattern(file: LexiconFile) -> re.Pattern[str]:
    """Numbers with their multipliers and the words that bound them, as one language writes them."""
    bounds = "|".join(sorted((w for words in file.bounds.values() for w in words), key=len, reverse=True))
    large = [word for word, value in file.numerals.items() if value >= 1000 or (not file.spaced and value >= 100)]
    small = [word for word, value in file.numerals.items() if word not in large]
    article, more = ("|".join(file.words.get(name, ())) or "(?!)" for name in ("definite_article", "and_more"))
    vague = "".join(word for word in (*file.words.get("vague_count", ()), *file.numerals) if len(word) == 1)
    return _pattern_for(bounds, _longest_first(small), vague, _longest_first(large), article, more, file.spaced)


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True)) or "(?!)"
