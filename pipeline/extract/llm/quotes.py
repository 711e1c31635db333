"""Finding a quoted text in a document: as it is, or but for quotation marks, dashes, width and white space."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pipeline.naming.chinese import HAN

LONGEST_QUOTE = 600
_NOWHERE = "the quote is not in the text"
_TWICE = "the quote stands in the text more than once"
_SAME = {
    **dict.fromkeys("“”„‟«»〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛′`´＇", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    # What takes no room on a page.
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Where a quote stands: code points of the document's text, the end excluded."""

    start: int
    end: int


class StoredText:
    """A document's text, folded once so that many quotes and names can be looked for in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._origin = _fold_with_places(text)
        self._names = self._folded.casefold()

    def find(self, quote: str) -> Span | str:
        """Where `quote` stands, or why it does not count: it must stand there once, and be no longer than 600."""
        quote = unicodedata.normalize("NFC", quote).strip()
        if not fold(quote).strip():
            return "the quote is empty"
        if len(quote) > LONGEST_QUOTE:
            return "the quote is too long"
        span = self._exact(quote) or self._alike(quote)
        if isinstance(span, str):
            return span
        if span.end - span.start > LONGEST_QUOTE:
            return "the quote is too long"
        if unicodedata.combining(self.text[span.end : span.end + 1] or " "):
            return _NOWHERE
        return span

    def names(self, name: str) -> bool:
        """Whether the text has `name` in it as words of their own, whatever its case, width and spacing."""
        return has_name(self._names, name)

    def _exact(self, quote: str) -> Span | str | None:
        places = list(islice(_places(self.text, quote), 2))
        if not places:
            return None
        return Span(places[0], places[0] + len(quote)) if len(places) == 1 else _TWICE

    def _alike(self, quote: str) -> Span | str:
        folded = fold(quote).strip()
        places = list(islice(_places(self._folded, folded), 2))
        if not places:
            return _NOWHERE
        last = places[0] + len(folded) - 1
        return Span(self._origin[places[0]], self._origin[last] + 1) if len(places) == 1 else _TWICE


def fold(text: str) -> str:
    """The text with one form for each kind of quotation mark, dash, width and white space."""
    return _fold_with_places(unicodedata.normalize("NFC", text))[0]


def has_name(folded: str, name: str) -> bool:
    """Whether a folded and casefolded text has `name` in it, and not as a part of a longer word."""
    return any(True for _ in _places(folded, fold(name).strip().casefold()))


def _places(text: str, wanted: str) -> Iterator[int]:
    """Where `wanted` stands in `text` without being a part of a longer word."""
    first = text.find(wanted) if wanted else -1
    while first >= 0:
        last = first + len(wanted)
        before, after = text[max(0, first - 1) : first], text[last : last + 1]
        if not (_joined(before, wanted[0]) or _joined(wanted[-1], after)):
            yield first
        first = text.find(wanted, first + 1)


def _joined(left: str, right: str) -> bool:
    """Whether two characters side by side belong to one word; Chinese writes no space between words."""
    return bool(left) and bool(right) and all(char.isalnum() and not HAN.match(char) for char in (left, right))


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in `text` that it comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in _forms(char):
            if one == " " and folded and folded[-1] == " ":
                continue
            folded.append(one)
            places.append(place)
    return "".join(folded), places


@lru_cache(maxsize=16384)
def _forms(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    plain = unicodedata.normalize("NFKC", char)
    return "".join(" " if one.isspace() else _SAME.get(one, one) for one in plain)
