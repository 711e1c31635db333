"""What extraction makes of one document: its sentences, the claims that stand in each, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract.extractor import extract
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.segments import sentences
from pipeline.model import Claim, Document
from pipeline.watchlist import Watchlist

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that the same claims quote, in code points of the document; none for what lies between."""

    start: int
    end: int
    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or all that one quote spans, with the claims that quote it.

    `triggers` are the words in it that the lexicon knows to tell of an event, with that event's type.
    """

    start: int
    end: int
    text: str
    claims: tuple[Claim, ...]
    triggers: tuple[tuple[str, str], ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """The passage cut wherever a quote begins or ends."""
        edges = {self.start, self.end, *(edge for claim in self.claims for edge in (claim.start, claim.end))}
        cuts = sorted(edges)
        return tuple(
            Run(
                first,
                last,
                self.text[first - self.start : last - self.start],
                tuple(claim for claim in self.claims if claim.start <= first and last <= claim.end),
            )
            for first, last in pairwise(cuts)
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document with its claims by passage. `silence` says why there are no claims, "" where there are."""

    document: Document
    claims: tuple[Claim, ...]
    passages: tuple[Passage, ...]
    silence: str


def explain(document: Document, lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> Explanation:
    """Extract the document's claims by the rules, and place them in its text."""
    claims = extract(document, lexicons, watchlist)
    lexicon = lexicons.get(document.language.split("-")[0].lower())
    spans = [(each.start, each.end) for each in sentences(document.text, lexicon)] if lexicon else []
    passages = tuple(_passages(document.text, spans, claims, lexicon))
    return Explanation(document, claims, passages, "" if claims else _silence(document, lexicons, passages))


def _passages(text: str, spans: Sequence[Span], claims: Sequence[Claim], lexicon: Lexicon | None) -> Iterator[Passage]:
    for start, end in _joined([*spans, *((claim.start, claim.end) for claim in claims)]):
        words = text[start:end]
        within = tuple(claim for claim in claims if start <= claim.start and claim.end <= end)
        yield Passage(start, end, words, within, _triggers(words, lexicon) if lexicon else ())


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _triggers(words: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Phrases that need a name or date beside them are not seen here: they are matched after those are marked."""
    found = ((match, trigger.entry.event) for trigger in lexicon.triggers if (match := trigger.pattern.search(words)))
    ordered = sorted(((match.start(), match[0].strip(), event) for match, event in found if match[0].strip()))
    return tuple(dict.fromkeys((word, event) for _, word, event in ordered))


def _silence(document: Document, lexicons: Mapping[str, Lexicon], passages: Sequence[Passage]) -> str:
    if not document.text.strip():
        return "it has no text"
    if document.language.split("-")[0].lower() not in lexicons:
        known = ", ".join(sorted(lexicons)) or "none"
        return f"its language is {document.language!r}, for which there is no lexicon; the lexicons are: {known}"
    telling = sum(bool(passage.triggers) for passage in passages)
    if telling:
        return (
            f"words that may tell of an event stand in {telling} of its {len(passages)} sentences, and no rule found "
            "beside them what it takes: who, of what, and that it is said to have happened"
        )
    return f"none of its {len(passages)} sentences has a word that the lexicon knows to tell of an event"
