"""Documents of figures: a record with who counts, the day it speaks of, and one figure of one model a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.categories import DocumentForm
from pipeline.model import Document, Source
from pipeline.read.blocks import plain
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.document import build_document


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one model, as it is written at its place."""

    model: str
    metric: str
    number: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Who counted: its address for people, its name, and the day that its page states, if it does."""

    url: str
    title: str
    by: str
    as_of: dt.date | None = None
    paper: str = ""
    said: tuple[str, ...] = ()


def figures_document(figures: Iterable[Figure], counted: Counted, source: Source, now: dt.datetime) -> Document:
    """The record of `figures`. It has a new version when a figure changes, not with each new day."""
    lines = [f"paper: {counted.paper}"] if counted.paper else []
    lines += [*counted.said, f"counted by: {plain(counted.by)}"]
    lines += [f"as of: {counted.as_of}"] if counted.as_of else []
    lines += [f"{plain(each.model).replace('|', '/')} | {each.metric}: {each.number}" for each in figures]
    dates = []
    if counted.as_of:
        moment = dt.datetime.combine(counted.as_of, dt.time(), dt.UTC)
        dates.append(DateCandidate(moment, "page text", precise=False))
    return build_document(
        url=counted.url,
        title=counted.title,
        text="\n".join(lines),
        published=choose(dates, (), now),
        source=source if source.publisher else replace(source, publisher=counted.by),
        fetched_at=now,
        language="en",
        form=DocumentForm.FIGURES,
    )
