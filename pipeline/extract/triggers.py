"""Where the lexicon's triggers stand in a sentence, each place given to the longest of them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon, TriggerEntry
from pipeline.extract.marking import Marked


@dataclass(frozen=True, slots=True)
class Hit:
    entry: TriggerEntry
    first: int
    last: int


def hits(marked: Marked, lexicon: Lexicon) -> tuple[Hit, ...]:
    """The triggers of a sentence from left to right, outside quotations; none overlaps another."""
    bits = marked.sentence.scan.bits
    found = [
        Hit(trigger.entry, match.start(), match.end())
        for trigger in lexicon.triggers
        if bits & trigger.bit
        for match in trigger.pattern.finditer(marked.masked)
        if match.end() > match.start() and not marked.sentence.is_quoted(marked.original(match.start()))
    ]
    kept: dict[tuple[int, int], list[Hit]] = {}
    for hit in sorted(found, key=lambda hit: (hit.first - hit.last, hit.first)):
        same = kept.get((hit.first, hit.last))
        if same is not None:
            same.append(hit)
        elif all(hit.last <= first or hit.first >= last for first, last in kept):
            kept[hit.first, hit.last] = [hit]
    return tuple(hit for span in sorted(kept) for hit in kept[span])


def spans_beside(all_hits: tuple[Hit, ...], hit: Hit) -> tuple[tuple[int, int], ...]:
    """The spans of the other triggers of the sentence."""
    return tuple((h.first, h.last) for h in all_hits if (h.first, h.last) != (hit.first, hit.last))
