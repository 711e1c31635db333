"""Numbers as texts write them, in figures and in words, English and Chinese: what a claimed number is held against."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator

_UNITS = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9,
    "t": 1e12, "trillion": 1e12, "hundred": 1e2, "dozen": 12.0,
    "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "百萬": 1e6, "千万": 1e7, "千萬": 1e7,
    "亿": 1e8, "億": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12, "萬億": 1e12, "兆": 1e12,
}  # fmt: skip
_WORDS = {
    "a": 1.0, "an": 1.0, "half": 0.5, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "fifteen": 15.0,
    "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0,
    "ninety": 90.0,
}  # fmt: skip
_HAN_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1000}
_ARTICLES = frozenset({"a", "an"})
_LONGEST_FIRST = sorted(_UNITS, key=len, reverse=True)
_UNIT = "|".join(rf"{unit}(?![A-Za-z])" if unit.isascii() else unit for unit in _LONGEST_FIRST)
_FIGURES = re.compile(
    rf"(?<![\d.,])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[\s-]?(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"(?<![a-z])(?P<word>{'|'.join(_WORDS)})\b(?:[\s-]+(?:a\s+)?(?P<unit>hundred|thousand|million|billion|trillion|dozen)\b)?",
    re.IGNORECASE,
)
_IN_HAN = re.compile(rf"(?P<digits>[零〇一二三四五六七八九两兩十百千]+)(?P<unit>[万萬亿億兆]+)?(?![{'万萬亿億兆'}])")
_EXACT = 1e-6


def has_number(text: str, number: float) -> bool:
    """Whether `text` says `number`; 256K may be 256,000 or 262,144."""
    return any(math.isclose(number, said, rel_tol=_EXACT, abs_tol=_EXACT) for said in numbers_in(text))


def numbers_in(text: str) -> Iterator[float]:
    """Every number that `text` can be read to say, in no particular order."""
    plain = unicodedata.normalize("NFKC", text)
    for match in _FIGURES.finditer(plain):
        digits = float(match["digits"].replace(",", ""))
        unit = (match["unit"] or "").lower()
        yield digits
        if unit:
            yield digits * _UNITS[unit]
        if unit in ("k", "m"):
            yield digits * 1024.0 ** (1 + "km".index(unit))
    for match in _IN_WORDS.finditer(plain):
        if match["unit"] or match["word"].lower() not in _ARTICLES:
            yield _WORDS[match["word"].lower()] * _UNITS.get((match["unit"] or "").lower(), 1.0)
    for match in _IN_HAN.finditer(plain):
        # A place alone is as often a part of a name: 千问, 百度.
        if set(match["digits"]) & {*_HAN_DIGITS, "十"}:
            yield _of_han(match["digits"]) * math.prod(_UNITS[char] for char in match["unit"] or "")


def _of_han(digits: str) -> float:
    """`一百二十` is 120, `二〇二六` is 2026."""
    if not set(digits) & set(_HAN_PLACES):
        return float("".join(str(_HAN_DIGITS[char]) for char in digits))
    total, digit = 0, 0
    for char in digits:
        if char in _HAN_PLACES:
            total += (digit or 1) * _HAN_PLACES[char]
            digit = 0
        else:
            digit = _HAN_DIGITS[char]
    return float(total + digit)
