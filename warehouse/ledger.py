"""What is derived from claims, a line at a time (events, facts, conflicts), and what people decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import duckdb

from pipeline.ledger import Conflict, EventVersion, Fact, Judgement
from warehouse import rows
from warehouse.changes import LineChange
from warehouse.claims import value_columns


def put_lines(connection: duckdb.DuckDBPyConnection, lines: Sequence[LineChange]) -> None:
    """Writes each line's ledger in place of what it held before, and gives its claims their events."""
    if not lines:
        return
    versions = [_version_row(version, line) for line in lines for version in line.events]
    before = _events_of(connection, lines)
    replaced = before | {str(row["event_id"]) for row in versions}
    for table in ("events", "event_versions", "facts", "conflicts"):
        rows.delete(connection, table, "event_id", replaced)
    rows.insert(connection, "event_versions", versions)
    rows.insert(connection, "events", [_event_row(row) for row in versions if row["known_to"] is None])
    rows.insert(connection, "facts", [_fact_row(fact) for line in lines for fact in line.facts])
    rows.insert(connection, "conflicts", [_conflict_row(one) for line in lines for one in line.conflicts])
    _assign(connection, lines, before)


def release_news(connection: duckdb.DuckDBPyConnection, subject_ids: Collection[str]) -> dict[str, dt.datetime]:
    """When news of the latest release of each of these models was first known, by the model's id."""
    if not subject_ids:
        return {}
    found = connection.execute(
        f"""
        SELECT subject_id, max(first_known_at) FROM events
        WHERE type = 'release' AND subject_id IN {rows.LISTED} GROUP BY subject_id
        """,
        [rows.as_list(subject_ids)],
    ).fetchall()
    return {subject_id: rows.utc(moment) for subject_id, moment in found}


def judgements(connection: duckdb.DuckDBPyConnection, event_ids: Collection[str] | None = None) -> list[Judgement]:
    """What people decided about these events and their conflicts, or about any; earliest first."""
    where, values = "", []
    if event_ids is not None:
        where = f"""
            WHERE event_id IN {rows.LISTED}
                OR conflict_id IN (SELECT conflict_id FROM conflicts WHERE event_id IN {rows.LISTED})
            """
        values = [rows.as_list(event_ids)] * 2
    found = connection.execute(
        f"""
        SELECT judgement_id, conflict_id, event_id, decision, value, reason, who, made_at, claims, other_claims
        FROM judgements {where} ORDER BY made_at, judgement_id
        """,
        values,
    ).fetchall()
    return [_judgement(*row) for row in found]


def put_judgements(connection: duckdb.DuckDBPyConnection, judgements: Sequence[Judgement]) -> None:
    """Adds what people decided; a judgement that is there already stays as it is."""
    rows.insert_missing(connection, "judgements", "judgement_id", map(_judgement_row, judgements))


def _events_of(connection: duckdb.DuckDBPyConnection, lines: Sequence[LineChange]) -> set[str]:
    """Ids of every event the lines ever held: one that is part of another now has versions only."""
    types = dict.fromkeys(("type", "subject_id", "metric"), "VARCHAR")
    given: list[rows.Row] = [
        {"type": line.event_type, "subject_id": line.subject_id, "metric": line.metric} for line in lines
    ]
    found = connection.execute(
        f"""
        SELECT DISTINCT held.event_id FROM event_versions AS held
        JOIN ({rows.relation(types)}) AS line ON line.type = held.type AND line.subject_id = held.subject_id
            AND line.metric IS NOT DISTINCT FROM held.metric
        """,
        [rows.as_columns(types, given)],
    ).fetchall()
    return {event_id for (event_id,) in found}


def _assign(connection: duckdb.DuckDBPyConnection, lines: Sequence[LineChange], before: set[str]) -> None:
    events = {claim: event for line in lines for claim, event in line.claim_events.items()}
    connection.execute(
        f"""
        UPDATE claims SET event_id = NULL
        WHERE event_id IN {rows.LISTED} AND claim_id NOT IN {rows.LISTED}
        """,
        [rows.as_list(before), rows.as_list(events)],
    )
    types = {"claim_id": "VARCHAR", "event_id": "VARCHAR"}
    given: list[rows.Row] = [{"claim_id": claim, "event_id": event} for claim, event in events.items()]
    connection.execute(
        f"""
        UPDATE claims SET event_id = given.event_id
        FROM ({rows.relation(types)}) AS given
        WHERE claims.claim_id = given.claim_id AND claims.event_id IS DISTINCT FROM given.event_id
        """,
        [rows.as_columns(types, given)],
    )


def _version_row(version: EventVersion, line: LineChange) -> dict[str, Any]:
    event = version.event
    return {
        "event_id": event.event_id,
        "type": event.type,
        "subject_id": event.subject_id,
        "object_id": event.object_id,
        "metric": line.metric,
        "date_from": event.dates.first if event.dates else None,
        "date_to": event.dates.last if event.dates else None,
        "status": event.status,
        "disputed": event.disputed,
        "documents": event.documents,
        "origins": event.origins,
        "first_known_at": event.first_known_at,
        "last_known_at": event.last_known_at,
        "known_from": version.known_from,
        "known_to": version.known_to,
    }


def _event_row(version: rows.Row) -> rows.Row:
    return {column: held for column, held in version.items() if column not in ("known_from", "known_to")}


def _fact_row(fact: Fact) -> rows.Row:
    return {
        "fact_id": fact.fact_id,
        "event_id": fact.event_id,
        "attribute": fact.attribute,
        **value_columns(fact.value),
        "status": fact.status,
        "documents": fact.documents,
        "origins": fact.origins,
        "confidence": fact.confidence,
        "known_from": fact.known_from,
        "known_to": fact.known_to,
    }


def _conflict_row(conflict: Conflict) -> rows.Row:
    return {
        "conflict_id": conflict.conflict_id,
        "event_id": conflict.event_id,
        "attribute": conflict.attribute,
        "kind": conflict.kind,
        "left_value": conflict.left_value,
        "right_value": conflict.right_value,
        "left_origins": conflict.left_origins,
        "right_origins": conflict.right_origins,
        "left_claims": conflict.left_claims,
        "right_claims": conflict.right_claims,
        "severity": conflict.severity,
        "status": conflict.status,
        "opened_at": conflict.opened_at,
        "resolved_at": conflict.resolved_at,
        "resolution": conflict.resolution,
        "resolved_by": conflict.resolved_by,
    }


def _judgement(*row: Any) -> Judgement:
    judgement_id, conflict_id, event_id, decision, value, reason, who, made_at, claims, other_claims = row
    return Judgement(
        judgement_id=judgement_id,
        conflict_id=conflict_id,
        event_id=event_id,
        decision=decision,
        value=value,
        reason=reason,
        who=who,
        made_at=rows.utc(made_at),
        claims=tuple(claims),
        other_claims=tuple(other_claims),
    )


def _judgement_row(judgement: Judgement) -> rows.Row:
    return {
        "judgement_id": judgement.judgement_id,
        "conflict_id": judgement.conflict_id,
        "event_id": judgement.event_id,
        "decision": judgement.decision,
        "value": judgement.value,
        "reason": judgement.reason,
        "who": judgement.who,
        "made_at": judgement.made_at,
        "claims": judgement.claims,
        "other_claims": judgement.other_claims,
    }
