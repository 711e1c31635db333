"""The ledger as it is stored, read back a line at a time, and events and conflicts by the beginning of an id."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.categories import ConflictKind, ConflictStatus, EventStatus, EventType, Severity
from pipeline.intervals import DateInterval
from pipeline.ledger import Conflict, Event, EventVersion, Fact
from warehouse import rows
from warehouse.changes import LineChange
from warehouse.claims import Line, value

_VERSION = (
    "event_id, type, subject_id, metric, object_id, date_from, date_to, status, disputed, documents, origins, "
    "first_known_at, last_known_at, known_from, known_to"
)
_FACT = (
    "fact_id, event_id, attribute, value_text, value_from, value_to, value_number, unit, bound, status, documents, "
    "origins, confidence, known_from, known_to"
)
_CONFLICT = (
    "conflict_id, event_id, attribute, kind, left_value, right_value, left_origins, right_origins, left_claims, "
    "right_claims, severity, status, opened_at, resolved_at, resolution, resolved_by"
)
_LINE = {"event_type": "VARCHAR", "subject_id": "VARCHAR", "metric": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is or was held; `standing` is False where it is part of another one now."""

    event_id: str
    line: Line
    standing: bool


def all_lines(connection: duckdb.DuckDBPyConnection, since: dt.datetime | None = None) -> list[tuple[Line, int]]:
    """Every line with a claim or an event, and how many claims it has; those that `since` brought something."""
    found = connection.execute(
        """
        SELECT event_type, subject_id, metric, sum(claims)::BIGINT FROM (
            SELECT event_type, subject_id, metric, count(*) AS claims, max(known_at) AS latest
            FROM claims GROUP BY ALL
            UNION ALL
            SELECT type, subject_id, metric, 0, max(last_known_at) FROM event_versions GROUP BY ALL
        ) GROUP BY event_type, subject_id, metric
        HAVING $1 IS NULL OR max(latest) >= $1::TIMESTAMPTZ
        ORDER BY event_type, subject_id, metric
        """,
        [since.isoformat() if since else None],
    ).fetchall()
    return [((event_type, subject_id, metric), number) for event_type, subject_id, metric, number in found]


def stored_lines(connection: duckdb.DuckDBPyConnection, lines: Collection[Line]) -> dict[Line, LineChange]:
    """What is stored of each of these lines, in the order in which a line is made."""
    given: list[rows.Row] = [dict(zip(_LINE, line, strict=True)) for line in lines]
    columns = ", ".join(f"held.{column}" for column in _VERSION.split(", "))
    versions = connection.execute(
        f"""
        SELECT {columns} FROM event_versions AS held
        JOIN ({rows.relation(_LINE)}) AS line ON line.event_type = held.type AND line.subject_id = held.subject_id
            AND line.metric IS NOT DISTINCT FROM held.metric
        ORDER BY held.event_id, held.known_from
        """,
        [rows.as_columns(_LINE, given)],
    ).fetchall()
    line_of = {row[0]: (row[1], row[2], row[3]) for row in versions}
    held: dict[str, dict[Line, list[Any]]] = {name: defaultdict(list) for name in ("events", "facts", "conflicts")}
    for row in versions:
        held["events"][row[1], row[2], row[3]].append(_version(*row))
    ids = rows.as_list(line_of)
    for name, columns, read, order in (
        ("facts", _FACT, _fact, "event_id, attribute, known_from"),
        ("conflicts", _CONFLICT, _conflict, "event_id, attribute"),
    ):
        sql = f"SELECT {columns} FROM {name} WHERE event_id IN {rows.LISTED} ORDER BY {order}"
        for row in connection.execute(sql, [ids]).fetchall():
            held[name][line_of[row[1]]].append(read(*row))
    claims: dict[Line, dict[str, str]] = defaultdict(dict)
    assigned = f"SELECT claim_id, event_id FROM claims WHERE event_id IN {rows.LISTED} ORDER BY claim_id"
    for claim_id, event_id in connection.execute(assigned, [ids]).fetchall():
        claims[line_of[event_id]][claim_id] = event_id
    return {
        line: LineChange(
            EventType(line[0]),
            line[1],
            line[2],
            tuple(held["events"][line]),
            tuple(held["facts"][line]),
            tuple(held["conflicts"][line]),
            dict(claims[line]),
        )
        for line in lines
    }


def events_beginning_with(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[StoredEvent]:
    """The events, standing or not, whose id begins like this."""
    found = connection.execute(
        """
        SELECT event_id, type, subject_id, metric, bool_or(known_to IS NULL) FROM event_versions
        WHERE starts_with(event_id, ?) GROUP BY ALL ORDER BY event_id
        """,
        [prefix],
    ).fetchall()
    return [StoredEvent(id, (kind, subject, metric), standing) for id, kind, subject, metric, standing in found]


def conflicts_beginning_with(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[Conflict]:
    """The conflicts whose id begins like this."""
    sql = f"SELECT {_CONFLICT} FROM conflicts WHERE starts_with(conflict_id, ?) ORDER BY conflict_id"
    return [_conflict(*row) for row in connection.execute(sql, [prefix]).fetchall()]


def _version(*row: Any) -> EventVersion:
    (
        event_id, kind, subject_id, _metric, object_id, first, last, status, disputed, documents, origins, first_known,
        last_known, known_from, known_to,
    ) = row  # fmt: skip
    event = Event(
        event_id=event_id,
        type=EventType(kind),
        subject_id=subject_id,
        object_id=object_id,
        dates=DateInterval(first, last) if first else None,
        status=EventStatus(status),
        disputed=disputed,
        documents=documents,
        origins=origins,
        first_known_at=rows.utc(first_known),
        last_known_at=rows.utc(last_known),
    )
    return EventVersion(event, rows.utc(known_from), rows.maybe_utc(known_to))


def _fact(*row: Any) -> Fact:
    (
        fact_id, event_id, attribute, text, first, last, number, unit, bound, status, documents, origins, confidence,
        known_from, known_to,
    ) = row  # fmt: skip
    return Fact(
        fact_id=fact_id,
        event_id=event_id,
        attribute=attribute,
        value=value(text, first, last, number, unit, bound),
        status=EventStatus(status),
        documents=documents,
        origins=origins,
        confidence=confidence,
        known_from=rows.utc(known_from),
        known_to=rows.maybe_utc(known_to),
    )


def _conflict(*row: Any) -> Conflict:
    (
        conflict_id, event_id, attribute, kind, left, right, left_origins, right_origins, left_claims, right_claims,
        severity, status, opened_at, resolved_at, resolution, resolved_by,
    ) = row  # fmt: skip
    return Conflict(
        conflict_id=conflict_id,
        event_id=event_id,
        attribute=attribute,
        kind=ConflictKind(kind),
        left_value=left,
        right_value=right,
        left_origins=left_origins,
        right_origins=right_origins,
        left_claims=tuple(left_claims),
        right_claims=tuple(right_claims),
        severity=Severity(severity),
        status=ConflictStatus(status),
        opened_at=rows.utc(opened_at),
        resolved_at=rows.maybe_utc(resolved_at),
        resolution=resolution,
        resolved_by=resolved_by,
    )
