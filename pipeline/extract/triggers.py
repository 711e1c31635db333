"""Where the lexicon's triggers stand in a sentence, each place given to the longest of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon, TriggerEntry
from pipeline.extract.marking import PERSON, Marked

# How far before a verb its subject stands in a quotation, and what cannot stand between.
_REACH = 40
_PARTS = re.compile(rf"[.,;:!?，。；：！？“”\"{PERSON}]")


@dataclass(frozen=True, slots=True)
class Hit:
    entry: TriggerEntry
    first: int
    last: int


def hits(marked: Marked, lexicon: Lexicon) -> tuple[Hit, ...]:
    """The triggers of a sentence from left to right; none overlaps another.

    Within quotations only those by which somebody tells of a move of their own: `“I am leaving”`.
    """
    bits = marked.sentence.scan.bits
    found = [
        Hit(trigger.entry, match.start(), match.end())
        for trigger in lexicon.triggers
        if bits & trigger.bit
        for match in trigger.pattern.finditer(marked.masked)
        if match.end() > match.start()
        and (not is_quoted(marked, match.start()) or _tells_of_oneself(marked, trigger.entry, match.start(), lexicon))
    ]
    kept: dict[tuple[int, int], list[Hit]] = {}
    for hit in sorted(found, key=lambda hit: (hit.first - hit.last, hit.first)):
        same = kept.get((hit.first, hit.last))
        if same is not None:
            same.append(hit)
        elif all(hit.last <= first or hit.first >= last for first, last in kept):
            kept[hit.first, hit.last] = [hit]
    return tuple(hit for span in sorted(kept) for hit in kept[span])


def is_quoted(marked: Marked, at: int) -> bool:
    """True where place `at` of the masked text stands in quotation marks."""
    return marked.sentence.is_quoted(marked.original(at))


def _tells_of_oneself(marked: Marked, entry: TriggerEntry, at: int, lexicon: Lexicon) -> bool:
    if entry.form == "possessed":
        return lexicon.pattern("first_person_possessive").match(marked.masked, at) is not None
    if entry.event == "release" or entry.form != "verb":
        return False
    before = marked.masked[max(0, at - _REACH) : at]
    subjects = list(lexicon.pattern("first_person_subject").finditer(before))
    return bool(subjects) and not _PARTS.search(before, subjects[-1].end())


def spans_beside(all_hits: tuple[Hit, ...], hit: Hit) -> tuple[tuple[int, int], ...]:
    """The spans of the other triggers of the sentence."""
    return tuple((h.first, h.last) for h in all_hits if (h.first, h.last) != (hit.first, hit.last))
