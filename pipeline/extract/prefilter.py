"""Which of many patterns may match in which sentence, told by one pass over the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from pipeline.extract.anchors import anchors_of

# Set for every sentence: the bit of patterns without anchors.
ALWAYS = 1


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in one span of a text: the bits of patterns that may match, and where `placed` words begin."""

    bits: int
    places: tuple[tuple[int, int], ...] = ()

    def places_of(self, bit: int) -> list[int]:
        """Where the words of `bit` begin, from the start of the span, each place once and in order."""
        return sorted({place for mask, place in self.places if mask & bit})


# Of a text that nobody has looked through: anything may stand there.
UNSCANNED = Scan(-1)


class Prefilter:
    """Gives each pattern a bit, and each sentence the bits of the patterns whose anchors stand in it."""

    def __init__(self) -> None:
        self._masks: dict[str, int] = {}
        self._placed = 0
        self._given: dict[frozenset[str], int] = {}
        self._next = ALWAYS << 1
        self._automaton: AhoCorasick | None = None
        self._by_index: list[int] = []

    def bit(self, pattern: str) -> int:
        """The bit of a new pattern; `ALWAYS` where no words are known that it needs."""
        return self.bit_of_words(anchors) if (anchors := anchors_of(pattern)) is not None else ALWAYS

    def bit_of_words(self, words: Iterable[str], *, placed: bool = False) -> int:
        """The bit of whatever needs one of these lower-case words; the places of `placed` ones are kept."""
        words = frozenset(words)
        if words in self._given:
            self._placed |= self._given[words] if placed else 0
            return self._given[words]
        bit, self._next = self._next, self._next << 1
        self._given[words] = bit
        for word in words:
            self._masks[word] = self._masks.get(word, 0) | bit
        self._placed |= bit if placed else 0
        self._automaton = None
        return bit

    def scan(self, text: str, spans: Sequence[tuple[int, int]]) -> list[Scan]:
        """What stands in each of the spans of `text`, which are in order and do not overlap."""
        if not spans:
            return []
        if self._automaton is None:
            self._automaton = AhoCorasick(list(self._masks))
            self._by_index = list(self._masks.values())
        masks, placed, last = self._by_index, self._placed, len(spans) - 1
        bits = [ALWAYS] * len(spans)
        places: list[list[tuple[int, int]]] = [[] for _ in spans]
        current, (begin, end) = 0, spans[0]
        for index, start, stop in self._automaton.find_matches_as_indexes(folded(text), overlapping=True):
            while stop > end and current < last:
                current += 1
                begin, end = spans[current]
            mask = masks[index]
            bits[current] |= mask
            if mask & placed and start >= begin:
                places[current].append((mask, start - begin))
        return [Scan(*found) for found in zip(bits, map(tuple, places), strict=True)]


def folded(text: str) -> str:
    """`text` in lower case with every character in its place: one whose lower case is longer stays as it is."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, where matches can begin at `places` only, which are in order."""
    end = 0
    for place in places:
        if place >= end and (match := pattern.match(text, place)):
            end = match.end()
            yield match
