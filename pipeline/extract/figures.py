"""Figures: documents of which every line is one figure of one model, from leaderboards and counters of citations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pipeline.categories import Bound, EntityKind
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Document, Mention, Value
from pipeline.naming.models import ModelName

METRICS = (
    *("arena_rank", "arena_score", "citations", "derivative_models", "downloads", "likes", "pulls"),
    *("released_models", "stars"),
)
_FIGURE = re.compile(rf"(?P<model>[^|]+) \| (?P<metric>{'|'.join(METRICS)}): (?P<number>\d[\d,]*(?:\.\d+)?)")
_COUNTED_BY = "counted by: "
_AS_OF = "as of: "


class Place(Protocol):
    """Where the words of a claim stand in a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


ClaimMaker = Callable[[str, Value, Place], Claim]
"""Makes the claim of an attribute and its value, at a place of a document."""


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure, and where its line stands in the text."""

    model: ModelName
    metric: str
    number: float
    start: int
    end: int


def figure_claims(
    document: Document, model_of: Callable[[str], ModelName | None], claims_of: Callable[[Mention], ClaimMaker]
) -> Iterator[Claim]:
    """One metric a line, of the day that the document states, otherwise of the day we learned of it.

    The unit carries who counts: places count by different rules, so that figures of two of them are no
    contradiction. Of two lines that name one model the first counts: lists begin with the best.
    """
    lines = document.text.split("\n")
    place = _stated(lines, _COUNTED_BY)
    as_of = _day(_stated(lines, _AS_OF)) or document.fetched_at.astimezone(dt.UTC).date()
    dates = DateInterval.day(as_of)
    told = set()
    for figure in _figures(document.text, model_of):
        key = (figure.model.key, figure.metric)
        if key in told:
            continue
        told.add(key)
        unit = f"{figure.metric} ({place})" if place else figure.metric
        value = Value(f"{figure.number:g}", dates, figure.number, unit, Bound.EXACTLY)
        claim = claims_of(Mention(EntityKind.MODEL, figure.model.canonical))
        yield claim(figure.metric, value, figure)
        yield claim("as_of", Value(str(dates), dates, unit=figure.metric), figure)


def _figures(text: str, model_of: Callable[[str], ModelName | None]) -> Iterator[_Figure]:
    start = 0
    for line in text.split("\n"):
        found = _FIGURE.fullmatch(line)
        model = model_of(found["model"]) if found else None
        if found and model:
            number = float(found["number"].replace(",", ""))
            yield _Figure(model, found["metric"], number, start, start + len(line))
        start += len(line) + 1


def _stated(lines: list[str], name: str) -> str:
    return next((line.removeprefix(name).strip() for line in lines if line.startswith(name)), "")


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        return None
