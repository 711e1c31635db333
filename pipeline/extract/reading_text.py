"""A document's text as the rules read it, with the way back to the text as it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.naming.chinese import in_simplified

# Where words are not spaced a blank beside Latin letters or digits is typography: `在 X 上`, `于 3 月 4 日`. Between
# two Han characters it may part two clauses of a headline.
_HAN, _LATIN = r"[\u3400-\u9fff]", r"[A-Za-z0-9]"
_TYPOGRAPHIC = re.compile(
    rf"(?<={_HAN})[ \u00a0](?=[@]?{_LATIN})|(?<={_LATIN})[ \u00a0](?={_HAN})|(?<=%)[ \u00a0](?={_HAN})"
)


@dataclass(frozen=True, slots=True)
class ReadingText:
    """`text` is what rules are matched against; `places` has, for each of its characters, the place in `written`."""

    text: str
    written: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text`, which is not empty, begins and ends in `written`."""
        return self.places[start], self.places[end - 1] + 1

    def as_written(self, words: str) -> str:
        """Words found in the text as they are written there; words that are not in it as they are."""
        if self.text is self.written or not words:
            return words
        place = self.text.find(words)
        if place < 0:
            return words
        start, end = self.span(place, place + len(words))
        return self.written[start:end]


def reading_text(written: str, *, spaced: bool) -> ReadingText:
    """The text to read; in a language that is not spaced, in simplified characters without typographic blanks."""
    if spaced:
        return ReadingText(written, written, range(len(written)))
    text = in_simplified(written) or written
    blanks = {match.start() for match in _TYPOGRAPHIC.finditer(text)}
    if not blanks:
        return ReadingText(text, written, range(len(written)))
    places = [place for place in range(len(text)) if place not in blanks]
    return ReadingText("".join(text[place] for place in places), written, places)
