"""Sentences with everything found in them: persons, organisations, models, dates, numbers, each as one mark.

Phrases of the lexicon are matched against `masked`, where each find is one private-use character, so a phrase can
ask for `{person}` and no name can be mistaken for a verb.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extract.dates import DateMention, find_dates
from pipeline.extract.lexicon import MARKS, Lexicon
from pipeline.extract.model_mentions import ModelMention, ModelScanner, SizeScanner, SizesMention
from pipeline.extract.numbers import Quantity, find_quantities
from pipeline.extract.organisations import Organisation, OrganisationScanner
from pipeline.extract.persons import People, Person
from pipeline.extract.segments import Sentence

PERSON, ORGANISATION, MODEL = MARKS["person"], MARKS["organisation"], MARKS["model"]
DATE, NUMBER, SIZES = MARKS["date"], MARKS["number"], MARKS["sizes"]

# A private-use character of the text itself, taken for a mark, would name nothing that was found.
_NO_MARK = "\ufffd"
_LIKE_MARKS = re.compile(f"[{''.join(MARKS.values())}]")
_SIZED = re.compile(r"\d[BM]")

Payload = Person | Organisation | ModelMention | DateMention | Quantity | SizesMention


@dataclass(frozen=True, slots=True)
class Mark:
    """A find: its private-use character, its span in the sentence, its place in the masked text, and what it is."""

    char: str
    start: int
    end: int
    at: int
    what: Payload


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence, its masked text, and the marks in it by their order."""

    sentence: Sentence
    masked: str
    marks: tuple[Mark, ...]
    offsets: Sequence[int]

    def original(self, at: int) -> int:
        """The place in the sentence's own text of place `at` of the masked text."""
        return self.offsets[at] if at < len(self.offsets) else len(self.sentence.text)

    def of(self, char: str) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.char == char)

    def at(self, position: int) -> Mark:
        """The mark at a position of the masked text; raises KeyError where there is none."""
        for mark in self.marks:
            if mark.at == position:
                return mark
        raise KeyError(position)

    def unmasked(self, first: int, last: int) -> str:
        return self.sentence.text[self.original(first) : self.original(last)]


@dataclass(frozen=True, slots=True)
class Scanners:
    """What finds names that do not depend on one document, made once for all of them."""

    models: ModelScanner
    organisations: OrganisationScanner


class Marker:
    """Marks the sentences of one language with what they name."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sizes = SizeScanner(lexicon)
        # Without a digit or the word of a large number no quantity stands in a text.
        large = (word for word, value in lexicon.file.numerals.items() if value >= 10_000)
        self._counts = re.compile("|".join([r"\d", *large]), re.IGNORECASE)
        self._no_size = re.compile(rf"\+|[\s-]*{lexicon.words('no_size')}")
        self._models_behind = re.compile(rf"[\s\-]*{lexicon.words('models_behind')}", re.IGNORECASE)
        # `千问大模型数据负责人` and `千问大模型团队` speak of the team.
        self._team_behind = re.compile(rf"\s?{lexicon.words('team_behind')}")

    def mark(
        self,
        sentence: Sentence,
        people: People,
        models: Sequence[ModelMention],
        organisations: Sequence[Organisation],
        published: dt.date,
    ) -> Marked:
        """`sentence` with its marks; where finds overlap the earlier kind of this list wins: models, persons,
        dates, organisations, numbers, sizes."""
        text = sentence.text
        found: list[tuple[str, int, int, Payload]] = []
        taken: list[tuple[int, int]] = []

        def take(char: str, start: int, end: int, what: Payload) -> None:
            if all(end <= first or start >= last for first, last in taken):
                found.append((char, start, end, what))
                taken.append((start, end))

        bare_families = [model for model in models if model.bare]
        for model in models:
            if not model.bare:
                take(MODEL, model.start, model.end, model)
        for start, end, person in people.find(text, taken):
            take(PERSON, start, end, person)
        for date in find_dates(text, self._lexicon, published, sentence.scan.bits):
            take(DATE, date.start, date.end, date)
        for organisation in organisations:
            if not self._names_models(text, organisation, bare_families):
                take(ORGANISATION, organisation.start, organisation.end, organisation)
        for model in bare_families:
            take(MODEL, model.start, model.end, model)
        for sizes in self._sizes_in(text, taken) if _SIZED.search(text) else ():
            take(SIZES, sizes.start, sizes.end, sizes)
        for quantity in find_quantities(text, self._lexicon) if self._counts.search(text) else ():
            take(NUMBER, quantity.start, quantity.end, quantity)
        return _masked(sentence, sorted(found, key=lambda item: item[1]))

    def _sizes_in(self, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[SizesMention]:
        # A list of sizes often goes on from a name (`Name-0.8B, 2B and 4B`): what is taken must not swallow its start.
        free = list(text)
        for first, last in taken:
            free[first:last] = "\0" * (last - first)
        for sizes in self._sizes.find("".join(free)):
            # `1B+ downloads` counts, and `30B total and 3B active parameters` says how large one model is.
            if not self._no_size.match(text, sizes.end):
                yield sizes

    def _names_models(self, text: str, organisation: Organisation, families: Sequence[ModelMention]) -> bool:
        """A name that is both a team and a family is the family before `models`, `series` and the like."""
        if not any(family.start == organisation.start for family in families):
            return False
        named = self._models_behind.match(text, organisation.end)
        return named is not None and not self._team_behind.match(text, organisation.end)


def _masked(sentence: Sentence, found: list[tuple[str, int, int, Payload]]) -> Marked:
    text = sentence.text if sentence.text.isascii() else _LIKE_MARKS.sub(_NO_MARK, sentence.text)
    if not found:
        return Marked(sentence, text, (), range(len(text)))
    masked: list[str] = []
    offsets: list[int] = []
    marks = []
    position = 0
    for char, start, end, what in found:
        masked.append(text[position:start])
        offsets += range(position, start)
        marks.append(Mark(char, start, end, len(offsets), what))
        masked.append(char)
        offsets.append(start)
        position = end
    masked.append(text[position:])
    offsets += range(position, len(text))
    return Marked(sentence, "".join(masked), tuple(marks), offsets)
