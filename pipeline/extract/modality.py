"""How sure a sentence is of what it says, and on whose word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.categories import Modality
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, ORGANISATION, PERSON, Marked


@dataclass(frozen=True, slots=True)
class Stance:
    """The modality of a trigger, and the source its words are given to; what is not `dated` takes no date."""

    modality: Modality
    attributed_to: str | None
    dated: bool = True


class StanceReader:
    """The modality and attribution rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._spaced = lexicon.file.spaced
        self._words = {
            name: lexicon.pattern(name)
            for name in (
                "hypothetical",
                "negation",
                "denial",
                "denied_behind",
                "not_negation",
                "speculation",
                "reporting",
                "speech",
                "reason_follows",
            )
        }
        words = lexicon.words
        turn = rf", {words('clause_turn')}\b" if self._spaced else f"，{words('clause_turn')}"
        self._clause_end = re.compile(rf"[;；。:：]|(?<=\w)[—–](?=\s)|{turn}")
        self._cited = tuple(map(re.compile, _citations(lexicon)))

    def of(self, marked: Marked, first: int, last: int) -> Stance | None:
        """The stance of the sentence to the trigger between `first` and `last`; None for the hypothetical."""
        left, right = self._clause(marked.masked, first, last)
        left = self._words["not_negation"].sub(" ", left)
        near = left[-70:] if self._spaced else left[-16:]
        if self._words["hypothetical"].search(near):
            return None
        attributed = self.attribution(marked)
        if self._words["denial"].search(left) or self._words["denied_behind"].search(right):
            return Stance(Modality.DENIED, attributed)
        told = self._words["not_negation"].sub(" ", marked.masked[first:last])
        said = (near[-40:] if self._spaced else near[-8:]) + told
        if self._words["negation"].search(said):
            if self._words["reason_follows"].match(right.lstrip()):
                return Stance(Modality.ASSERTED, attributed, dated=False)
            return Stance(Modality.DENIED, attributed)
        if self._words["speculation"].search(left + " " + right[:50]):
            return Stance(Modality.SPECULATED, attributed)
        reported = attributed is not None or bool(self._words["reporting"].search(left + " " + right[:40]))
        return Stance(Modality.REPORTED if reported else Modality.ASSERTED, attributed)

    def attribution(self, marked: Marked) -> str | None:
        """The outlet, person or company that the sentence gives its words to, or None."""
        for pattern in self._cited:
            match = pattern.search(marked.masked)
            if match:
                return marked.unmasked(*match.span("outlet")).strip(" .") or None
        return None

    def _clause(self, text: str, first: int, last: int) -> tuple[str, str]:
        begin = max((m.end() for m in self._clause_end.finditer(text, 0, first)), default=0)
        stop = self._clause_end.search(text, last)
        return text[begin:first], text[last : stop.start() if stop else len(text)]


def _citations(lexicon: Lexicon) -> tuple[str, ...]:
    """Patterns of the words that give a sentence to an outlet, whose name is the group of that name."""
    words = lexicon.words
    bracketed = (
        rf"[(（](?P<outlet>[A-Z][\w.&' -]{{2,30}}?), {DATE}[)）]",
        r"[(（](?P<outlet>[A-Z][\w.&' -]{2,30}?)[)）](?:\s[-—–]\s|[.。]?$)",
    )
    if not lexicon.file.spaced:
        between = r"(?P<outlet>[^，。,、]{2,12}?)"
        return (f"{words('cited_before')}{between}{words('cited_behind')}", *bracketed)
    joined = rf"(?: (?:{words('conjunction')} |& )?[A-Z][\w.&'’-]+){{0,3}}"
    outlet = rf"(?P<outlet>{ORGANISATION}|{PERSON}|[A-Z][\w.&'’-]+{joined})"
    return (
        rf"{words('cited_before')}\s{outlet}",
        rf"^{outlet}\s?{words('cited_behind')}",
        rf"\b{words('told_to')} {outlet}",
        *bracketed,
    )
