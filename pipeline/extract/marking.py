"""Sentences with everything found in them: persons, organisations, models, dates, numbers, each as one mark.

Phrases of the lexicon are matched against `masked`, where each find is one private-use character, so a phrase can
ask for `{person}` and no name can be mistaken for a verb.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.dates import DateMention, find_dates
from pipeline.extract.lexicon import MARKS, Lexicon
from pipeline.extract.model_mentions import ModelMention, ModelScanner, SizesMention, find_sizes
from pipeline.extract.numbers import Quantity, find_quantities
from pipeline.extract.organisations import Organisation, OrganisationScanner
from pipeline.extract.persons import People, Person
from pipeline.extract.segments import Sentence

PERSON, ORGANISATION, MODEL = MARKS["person"], MARKS["organisation"], MARKS["model"]
DATE, NUMBER, SIZES = MARKS["date"], MARKS["number"], MARKS["sizes"]

_DIGIT = re.compile(r"\d")
# `千问大模型数据负责人` and `千问大模型团队` speak of the team.
_TEAM_OF_MODELS = re.compile(r"\s?(?:大模型|模型)[^，。；、的]{0,14}?(?:负责人|团队|部门|研究员|工程师|组长|主管|专家)")
_NO_SIZE = re.compile(r"\+|[\s-]+(?:downloads|users|total|activ|param)|\s?(?:总|激活|活跃|参数)")
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


def mark(
    sentence: Sentence,
    people: People,
    lexicon: Lexicon,
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

    bare_families = []
    for model in models:
        if model.bare:
            bare_families.append(model)
        else:
            take(MODEL, model.start, model.end, model)
    for start, end, person in people.find(text, taken):
        take(PERSON, start, end, person)
    for date in find_dates(text, lexicon, published, sentence.scan.bits):
        take(DATE, date.start, date.end, date)
    for organisation in organisations:
        if not _names_models(text, organisation, bare_families):
            take(ORGANISATION, organisation.start, organisation.end, organisation)
    for model in bare_families:
        take(MODEL, model.start, model.end, model)
    # A list of sizes often goes on from a name (`Name-0.8B, 2B and 4B`): what is taken must not swallow its start.
    free = list(text)
    for first, last in taken:
        free[first:last] = "\0" * (last - first)
    for sizes in find_sizes("".join(free)) if _SIZED.search(text) else ():
        # `1B+ downloads` counts, and `30B total and 3B active parameters` says how large one model is.
        if not _NO_SIZE.match(text, sizes.end):
            take(SIZES, sizes.start, sizes.end, sizes)
    for quantity in find_quantities(text, lexicon) if _DIGIT.search(text) else ():
        take(NUMBER, quantity.start, quantity.end, quantity)
    return _masked(sentence, sorted(found, key=lambda item: item[1]))


def _names_models(text: str, organisation: Organisation, families: list[ModelMention]) -> bool:
    """A name that is both a team and a family is the family before `models`, `series` and the like."""
    if not any(family.start == organisation.start for family in families):
        return False
    return bool(
        re.match(
            r"[\s\-]*(?:large |language |open[- ]source )*(?:models?|series|family|系列|大模型|模型)",
            text[organisation.end :],
            re.I,
        )
        and not _TEAM_OF_MODELS.match(text, organisation.end)
    )


def _masked(sentence: Sentence, found: list[tuple[str, int, int, Payload]]) -> Marked:
    if not found:
        return Marked(sentence, sentence.text, (), range(len(sentence.text)))
    masked: list[str] = []
    offsets: list[int] = []
    marks = []
    position = 0
    for char, start, end, what in found:
        masked.append(sentence.text[position:start])
        offsets += range(position, start)
        marks.append(Mark(char, start, end, len(offsets), what))
        masked.append(char)
        offsets.append(start)
        position = end
    masked.append(sentence.text[position:])
    offsets += range(position, len(sentence.text))
    return Marked(sentence, "".join(masked), tuple(marks), offsets)
