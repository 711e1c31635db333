"""Counts of parameters and tokens as people write them: `480B`, `1.1 trillion`, `one million`, `1480 亿`, `256K`."""

from __future__ import annotations

import re

from pipeline.extract.lexicon import Lexicon

# Letters mean thousands here, not 1024: a context of 256K is given as 256000.
_LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


class CountReader:
    """Numbers with their multipliers in one language; `pattern` has the groups number, word, bare and unit."""

    def __init__(self, lexicon: Lexicon) -> None:
        numerals = {word.lower(): value for word, value in lexicon.file.numerals.items()}
        least = 1000 if lexicon.file.spaced else 100
        self._multipliers = _LETTERS | {word: value for word, value in numerals.items() if value >= least}
        self._small = {word: value for word, value in numerals.items() if value < least}
        latin = "|".join(sorted((word for word in self._multipliers if word.isascii()), key=len, reverse=True))
        han = "".join(word for word in self._multipliers if not word.isascii())
        unit = rf"(?i:{latin})(?![A-Za-z])" + (rf"|[{han}]{{1,2}}" if han else "")
        self.multipliers = f"(?i:{latin})" + (f"|[{han}]" if han else "")
        vague = "".join(f"(?<!{word})" for word in lexicon.file.words["vague_count"])
        small = "|".join(sorted(self._small, key=len, reverse=True)) or "(?!)"
        self.pattern = (
            r"(?:(?P<number>\d{1,3}(?:,\d{3})+|\d++(?:\.\d++)?+)"
            rf"|(?<![A-Za-z])(?P<word>(?i:{small}))(?=[\s-]?(?:{unit}))"
            # A multiplier that stands for itself: 百万, 万亿; but 几百万 says how many only roughly.
            rf"|(?P<bare>(?<![\d.]){vague}(?=[{han or 'x'}]{{2}})))"
            rf"(?:\s?-?(?P<unit>{unit}))?+"
        )
        self._alone = re.compile(self.pattern)

    def value(self, match: re.Match[str]) -> float:
        """The number that a match of `pattern` stands for."""
        number = 1.0
        if match["number"] or match["word"]:
            number = float(match["number"].replace(",", "")) if match["number"] else self._small[match["word"].lower()]
        unit = (match["unit"] or "").lower()
        if unit in self._multipliers:
            return number * self._multipliers[unit]
        for character in unit:
            number *= self._multipliers[character]
        return number

    def all_in(self, text: str, least: float) -> list[tuple[float, re.Match[str]]]:
        """The counts of `text` that are not below `least`, left to right."""
        found = ((self.value(match), match) for match in self._alone.finditer(text))
        return [(number, match) for number, match in found if number >= least]
