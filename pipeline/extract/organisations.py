"""Which organisations a text names, of those that watchlist and lexicons know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.prefilter import matches_at
from pipeline.extract.segments import Sentence
from pipeline.model import Mention
from pipeline.naming.chinese import HAN
from pipeline.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation in a text under its canonical name; `depth` counts the wider organisations above it."""

    start: int
    end: int
    name: str
    written: str
    depth: int

    def mention(self) -> Mention:
        aliases = (self.written,) if self.written != self.name else ()
        return Mention(EntityKind.ORGANISATION, self.name, aliases)


class OrganisationScanner:
    """Finds organisations by their names and aliases; a watched one's name wins over a lexicon's."""

    def __init__(self, lexicons: Collection[Lexicon], watchlist: Watchlist) -> None:
        self._names: dict[str, str] = {}
        for lexicon in lexicons:
            self._names |= {written.lower(): name for written, name in lexicon.file.organisations.items()}
        watched = {entry.name: entry for entry in watchlist.of_kind(EntityKind.ORGANISATION)}
        for entry in watched.values():
            self._names |= {name.lower(): entry.name for name in (entry.name, *entry.aliases)}
        self._parents = {entry.name: entry.parent for entry in watched.values()}
        self._bits = {one.language: one.prefilter.bit_of_words(self._names, placed=True) for one in lexicons}
        names = sorted(self._names, key=len, reverse=True)
        latin = "|".join(re.escape(name) for name in names if not HAN.search(name)) or "(?!)"
        han = "|".join(re.escape(name) for name in names if HAN.search(name)) or "(?!)"
        # One boundary before all Latin names together: a boundary a name makes the search ten times slower.
        self._pattern = re.compile(rf"(?<![A-Za-z0-9_À-ɏ-])(?:{latin})(?![A-Za-z0-9_À-ɏ]|\.\d)|{han}", re.IGNORECASE)

    def find(self, text: str) -> tuple[Organisation, ...]:
        """The organisations `text` names, left to right. A Latin name counts only with a capital letter."""
        return self._organisations(self._pattern.finditer(text))

    def find_in(self, sentence: Sentence, language: str) -> tuple[Organisation, ...]:
        """The organisations a sentence names, tried only where the words of one begin."""
        bit = self._bits[language]
        if not sentence.may_hold(bit):
            return ()
        return self._organisations(matches_at(self._pattern, sentence.text, sentence.scan.places_of(bit)))

    def _organisations(self, matches: Iterable[re.Match[str]]) -> tuple[Organisation, ...]:
        return tuple(
            Organisation(m.start(), m.end(), name, m[0], self.depth(name))
            for m in matches
            if (name := self._names[m[0].lower()]) and not (m[0].islower() and m[0].isascii())
        )

    def depth(self, name: str) -> int:
        """How many wider organisations stand above `name`."""
        count, parent = 0, self._parents.get(name)
        while parent is not None and count < 10:
            count, parent = count + 1, self._parents.get(parent)
        return count
