"""Rows of the published copy, as the report's contents. Pure: the same rows give the same report."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from pipeline.categories import Bound
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.notify.links import safe_address
from pipeline.report.contents import (
    BOUND_WORDS,
    ENGLISH,
    Contents,
    Dispute,
    Figure,
    Happening,
    Metric,
    News,
    Place,
    Quote,
    Release,
    Side,
    SourceLine,
    leading_releases,
)

Record = Mapping[str, Any]
PLACES = ("blog", "readme", "github", "hugging face", "modelscope", "ollama", "press", "community")


class Rows(Protocol):
    """The rows that a report is made of; `warehouse.briefing` reads them."""

    @property
    def moment(self) -> dt.datetime | None: ...
    @property
    def since(self) -> dt.datetime | None: ...
    @property
    def counts(self) -> Record: ...
    @property
    def alerts(self) -> Sequence[Record]: ...
    @property
    def conflicts(self) -> Sequence[Record]: ...
    @property
    def sides(self) -> Sequence[Record]: ...
    @property
    def happenings(self) -> Sequence[Record]: ...
    @property
    def places(self) -> Sequence[Record]: ...
    @property
    def missing(self) -> Sequence[Record]: ...
    @property
    def figures(self) -> Sequence[Record]: ...
    @property
    def sources(self) -> Sequence[Record]: ...


def contents_of(rows: Rows) -> Contents:
    """The report's contents."""
    happenings = tuple(Happening(**row) for row in rows.happenings)
    releases = _releases(happenings, rows)
    told = {place.place for release in releases for place in release.places}
    return Contents(
        moment=rows.moment,
        since=rows.since,
        documents=rows.counts["documents"],
        publishers=rows.counts["publishers"],
        events=rows.counts["events"],
        news=tuple(map(_news, rows.alerts)),
        disputes=_disputes(rows),
        happenings=happenings,
        releases=releases,
        places=tuple(place for place in PLACES if place in told),
        metrics=_metrics(rows.figures),
        sources=tuple(map(_source, rows.sources)),
    )


def _news(row: Record) -> News:
    quotes = [quote for side in json.loads(row["sides"] or "[]") for quote in side["quotes"]]
    return News(
        title=row["title"],
        body=row["body"] or "",
        kind=row["kind"],
        severity=row["severity"],
        created_at=row["created_at"],
        event_id=row["event_id"],
        quotes=tuple(
            Quote(one["text"], one["publisher"], one["url"], dt.datetime.fromisoformat(one["published_at"]))
            for one in quotes
        ),
    )


def _disputes(rows: Rows) -> tuple[Dispute, ...]:
    words: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in rows.sides:
        words[row["conflict_id"], row["side"]].append(row)
    return tuple(
        _dispute(row, words[row["conflict_id"], "left"], words[row["conflict_id"], "right"]) for row in rows.conflicts
    )


def _dispute(row: Record, left: Sequence[Record], right: Sequence[Record]) -> Dispute:
    attribute = row["attribute"]
    title = row["title"] or f"{row['subject']}, {row['event_type']}: {ENGLISH.attribute(attribute)}"
    return Dispute(
        title=title,
        why=row["body"] or "",
        kind=row["kind"],
        severity=row["severity"],
        opened_at=row["opened_at"],
        event_id=row["event_id"],
        sides=(_side(attribute, row["left_origins"], left), _side(attribute, row["right_origins"], right)),
    )


def _side(attribute: str, origins: int, rows: Sequence[Record]) -> Side:
    # "over 600 million" and "600 million" stand on one side: the first wording names it.
    value = ENGLISH.value(attribute, _value(rows[0])) if rows else "no longer said"
    quotes = {(row["publisher"], row["quote"]): _quote(row) for row in rows}
    return Side(value, origins, tuple(quotes.values()))


def _value(row: Record) -> Value:
    dates = None
    if row["value_from"] is not None and row["value_to"] is not None:
        dates = DateInterval(row["value_from"], row["value_to"])
    return Value(row["value_text"], dates, row["value_number"], row["unit"], Bound(row["bound"] or "exactly"))


def _quote(row: Record) -> Quote:
    return Quote(row["quote"], row["publisher"], row["url"], row["published_at"], row.get("attributed_to"))


def _releases(happenings: Sequence[Happening], rows: Rows) -> tuple[Release, ...]:
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for row in rows.places:
        places[row["event_id"]].append(Place(**row))
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows.missing:
        missing[row["event_id"]].append(f"{row['missing']}: {row['why']}")
    return tuple(
        Release(one, tuple(places[one.event_id]), tuple(missing[one.event_id]))
        for one in leading_releases(happenings)
        if places[one.event_id]
    )


def _metrics(rows: Iterable[Record]) -> tuple[Metric, ...]:
    return tuple(_metric(list(told)) for _, told in groupby(rows, lambda row: row["event_id"]))


def _metric(rows: Sequence[Record]) -> Metric:
    first = rows[0]
    figures = {(row["value"], row["publisher"], row["published_at"]): row for row in rows}
    held = "nothing held"
    if first["held"] is not None:
        held = BOUND_WORDS.get(first["held_bound"], "") + ENGLISH.number(first["held"])
    return Metric(
        event_id=first["event_id"],
        name=f"{first['subject']}: {ENGLISH.attribute(first['metric'])}",
        held=held,
        status=first["status"],
        disputed=first["disputed"],
        figures=tuple(Figure(row["value"], row["bound"], row["against"], _quote(row)) for row in figures.values()),
    )


def _source(row: Record) -> SourceLine:
    names = ("name", "tier", "status", "last_checked_at", "last_changed_at", "consecutive_failures", "documents")
    return SourceLine(
        **{name: row[name] for name in names}, last_error=row["last_error"], link=safe_address(row["url"])
    )
