"""Who stands behind what, what became of their word, and what moved a status: written a line at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import duckdb

from pipeline.standing import EventVoice, FactVoice, Outcome, StatusChange
from warehouse import rows
from warehouse.changes import LineChange


def put_standing(
    connection: duckdb.DuckDBPyConnection, lines: Sequence[LineChange], replaced: Collection[object]
) -> None:
    """Writes the lines' records in place of those of the events `replaced`."""
    for table in ("event_voices", "fact_voices", "outcomes", "status_changes"):
        rows.delete(connection, table, "event_id", replaced)
    rows.insert(connection, "event_voices", [_voice_row(one) for line in lines for one in line.voices])
    rows.insert(connection, "fact_voices", [_fact_voice_row(one) for line in lines for one in line.fact_voices])
    rows.insert(connection, "outcomes", [_outcome_row(one) for line in lines for one in line.outcomes])
    rows.insert(connection, "status_changes", [_change_row(one) for line in lines for one in line.status_changes])


def _voice_row(voice: EventVoice) -> rows.Row:
    return {
        "event_id": voice.event_id,
        "document_id": voice.document_id,
        "claim_id": voice.claim_id,
        "origin": voice.origin,
        "name": voice.name,
        "outlet": voice.outlet,
        "role": voice.role,
        "against": voice.against,
        "first_said_at": voice.first_said_at,
        "since": voice.since,
    }


def _fact_voice_row(voice: FactVoice) -> rows.Row:
    return {
        "event_id": voice.event_id,
        "attribute": voice.attribute,
        "origin": voice.origin,
        "name": voice.name,
        "tier": voice.tier,
        "against": voice.against,
        "guess": voice.guess,
        "known_from": voice.known_from,
        "known_to": voice.known_to,
    }


def _outcome_row(outcome: Outcome) -> rows.Row:
    return {
        "event_id": outcome.event_id,
        "attribute": outcome.attribute,
        "origin": outcome.origin,
        "name": outcome.name,
        "tier": outcome.tier,
        "result": outcome.result,
        "first": outcome.first,
        "lead_hours": outcome.lead / dt.timedelta(hours=1) if outcome.lead is not None else None,
        "alone": outcome.alone,
        "said_at": outcome.said_at,
        "settled_by": outcome.settled_by,
        "known_from": outcome.known_from,
        "known_to": outcome.known_to,
    }


def _change_row(change: StatusChange) -> rows.Row:
    return {
        "event_id": change.event_id,
        "status_before": change.before,
        "status": change.after,
        "changed_at": change.changed_at,
        "moved_by": change.moved_by,
        "document_id": change.document_id,
        "claim_id": change.claim_id,
        "judgement_id": change.judgement_id,
    }
