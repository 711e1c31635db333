"""A text cut into lines and sentences with their places: headings, list items, table rows, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.prefilter import UNSCANNED, Scan

LineKind = Literal["heading", "item", "row", "paragraph"]

# Longer than any sentence people write: hostile or broken text is cut, so that no pattern meets a megabyte.
_LONGEST = 1500
_OVERLONG = re.compile(rf"(?s).{{{_LONGEST}}}")
_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|[。！？]+[”’」』）]*|(?<=[;；])\s")
_QUOTED = re.compile(r"“[^”]{3,600}”|「[^」]{3,600}」|\"[^\"\n]{3,600}\"|『[^』]{3,600}』")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or table row, list item, heading) and where it stands in the document's text."""

    text: str
    start: int
    kind: LineKind
    line: int
    quoted: tuple[tuple[int, int], ...] = ()
    scan: Scan = UNSCANNED

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def may_hold(self, bits: int) -> bool:
        """False when no pattern with one of these bits of the lexicon's prefilter can match here."""
        return bool(self.scan.bits & bits)

    def is_quoted(self, position: int) -> bool:
        """True when `position` (in this sentence) stands within quotation marks."""
        return any(first <= position < last for first, last in self.quoted)


def sentences(text: str, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """Every sentence of `text` in order; a table row or list item is one sentence."""
    cut = list(_cut(text, lexicon))
    scans = lexicon.prefilter.scan(text, [(start, start + len(body)) for body, start, *_ in cut])
    return tuple(Sentence(*parts, scan=scan) for parts, scan in zip(cut, scans, strict=True))


def _cut(text: str, lexicon: Lexicon) -> Iterator[tuple[str, int, LineKind, int, tuple[tuple[int, int], ...]]]:
    offset = 0
    for number, line in enumerate(text.split("\n")):
        kind = _kind(line)
        pieces = _pieces(line, lexicon if kind in ("paragraph", "item") else None)
        spans = [m.span() for m in _QUOTED.finditer(line)]
        for first, last in pieces:
            body = line[first:last]
            lead = len(body) - len(body.lstrip())
            body = body.strip()
            if body:
                begin = first + lead
                quoted = tuple(
                    (max(a, begin) - begin, min(b, begin + len(body)) - begin)
                    for a, b in spans
                    if a < begin + len(body) and b > begin
                )
                yield body, offset + begin, kind, number, quoted
        offset += len(line) + 1


def _kind(line: str) -> LineKind:
    stripped = line.strip()
    if " | " in stripped or (stripped.startswith("|") and stripped.endswith("|")):
        return "row"
    if re.match(r"^(?:[-*•·▪◦]|\d{1,2}[.)、])\s+", stripped):
        return "item"
    if stripped.startswith("#"):
        return "heading"
    closed = re.search(r"[.!?。！？:：;；,，…\"”」)]$", stripped)
    if not closed and len(stripped) <= 120 and not re.search(r"[.。]\s", stripped):
        return "heading"
    return "paragraph"


def _pieces(line: str, lexicon: Lexicon | None) -> list[tuple[int, int]]:
    """The sentences of a line; without a lexicon the whole line, in pieces only where it is overlong."""
    cuts = [0, *(match.end() for match in _OVERLONG.finditer(line))] if len(line) > _LONGEST else [0]
    for match in _SENTENCE_END.finditer(line) if lexicon else ():
        if line[match.start()] == "." and _is_abbreviation(line, match.start(), lexicon):
            continue
        cuts.append(match.end())
    return list(pairwise(sorted({*cuts, len(line)})))


def _is_abbreviation(line: str, stop: int, lexicon: Lexicon | None) -> bool:
    word = re.search(r"[\w.]+$", line[:stop])
    if not word or lexicon is None:
        return False
    if word[0] in lexicon.file.abbreviations or re.fullmatch(r"(?:[A-Z]\.)*[A-Z]", word[0]):
        return True
    return stop + 1 < len(line) and bool(re.match(r"\s+[a-z]", line[stop + 1 :])) and len(word[0]) <= 4
