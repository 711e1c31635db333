"""What the report page tells of, read from one state of the published copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.filters import before, latest_moment
from warehouse.published import Published, Reader

Record = Mapping[str, Any]

_ALERTS = """
    SELECT alert_id, kind, severity, title, body, sides, created_at, event_id
    FROM alerts WHERE event_id IS NOT NULL AND created_at >= $since
    ORDER BY created_at DESC, array_position(['high', 'medium', 'low'], severity), title
    LIMIT $most
"""
_CONFLICTS = """
    SELECT
        conflicts.conflict_id, conflicts.event_id, conflicts.attribute, conflicts.kind, conflicts.severity,
        conflicts.left_origins, conflicts.right_origins, conflicts.opened_at, events.type AS event_type,
        subject.name AS subject, told.title, told.body
    FROM conflicts
    LEFT JOIN events ON events.event_id = conflicts.event_id
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN (
        SELECT conflict_id, arg_max(title, created_at) AS title, arg_max(body, created_at) AS body
        FROM alerts WHERE kind = 'conflict_opened' GROUP BY conflict_id
    ) AS told ON told.conflict_id = conflicts.conflict_id
    WHERE conflicts.status = 'open'
    ORDER BY array_position(['high', 'medium', 'low'], conflicts.severity), conflicts.opened_at DESC,
        conflicts.conflict_id
    LIMIT $most
"""
_SIDES = """
    WITH side AS (
        SELECT conflict_id, 'left' AS side, unnest(left_claims) AS claim_id FROM conflicts WHERE status = 'open'
        UNION ALL
        SELECT conflict_id, 'right', unnest(right_claims) FROM conflicts WHERE status = 'open'
    )
    SELECT
        side.conflict_id, side.side, evidence.value_text, evidence.value_from, evidence.value_to,
        evidence.value_number, evidence.unit, evidence.bound, evidence.quote, evidence.publisher,
        evidence.published_at, evidence.document_url AS url, evidence.attributed_to
    FROM side JOIN evidence ON evidence.claim_id = side.claim_id
    ORDER BY evidence.published_at, evidence.claim_id
"""
_HAPPENINGS = """
    SELECT
        events.event_id, events.type, subject.name AS subject, object.name AS object, events.date_from,
        events.date_to, events.status, events.disputed, events.origins, events.documents, events.first_known_at,
        parent.name AS parent, sizes.value_text AS sizes
    FROM events
    JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN entities AS object ON object.entity_id = events.object_id
    LEFT JOIN entities AS parent ON parent.entity_id = subject.parent_id
    LEFT JOIN facts AS sizes
        ON sizes.event_id = events.event_id AND sizes.attribute = 'sizes' AND sizes.known_to IS NULL
    WHERE events.type <> 'metric'
    ORDER BY events.date_from DESC NULLS LAST, events.first_known_at DESC, events.event_id
"""
_PLACES = """
    SELECT event_id, place, first_seen, said_from, lag_days, url, through FROM release_places
    ORDER BY event_id, first_seen, place
"""
_MISSING = "SELECT event_id, missing, why FROM missing_places ORDER BY event_id, missing"
_FIGURES = """
    SELECT
        events.event_id, subject.name AS subject, events.metric, evidence.value_number AS value, evidence.unit,
        evidence.bound, evidence.publisher, evidence.published_at, evidence.document_url AS url, evidence.quote,
        coalesce(list_contains(against.claims, evidence.claim_id), false) AS against, events.disputed, events.status,
        held.value_number AS held, held.bound AS held_bound
    FROM events
    JOIN entities AS subject ON subject.entity_id = events.subject_id
    JOIN evidence
        ON evidence.event_id = events.event_id AND evidence.attribute = events.metric
        AND evidence.value_number IS NOT NULL
    LEFT JOIN (SELECT revision_of, max(published_at) AS at FROM documents GROUP BY revision_of) AS later
        ON later.revision_of = evidence.document_id
    LEFT JOIN facts AS held
        ON held.event_id = events.event_id AND held.attribute = events.metric AND held.known_to IS NULL
    LEFT JOIN (
        SELECT event_id, attribute, flatten(list(right_claims)) AS claims
        FROM conflicts WHERE status = 'open' GROUP BY event_id, attribute
    ) AS against ON against.event_id = events.event_id AND against.attribute = events.metric
    -- A count that is read again is a figure of each day; what a correction of the same day replaced is none.
    WHERE events.type = 'metric' AND (evidence.standing OR later.at > evidence.published_at)
    ORDER BY subject.name, events.metric, events.event_id, evidence.published_at, evidence.claim_id
"""
_SOURCES = "FROM source_health ORDER BY status = 'ok', status, name"
_COUNTS = """
    SELECT
        (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM claims) AS claims,
        (SELECT count(*) FROM events) AS events,
        (SELECT count(DISTINCT publisher) FROM documents) AS publishers
"""


@dataclass(frozen=True, slots=True)
class Briefing:
    """The rows behind each part of the report. `moment` is the latest the copy knows of; news begins at `since`."""

    moment: dt.datetime | None
    since: dt.datetime | None
    counts: Record
    alerts: Sequence[Record]
    conflicts: Sequence[Record]
    sides: Sequence[Record]
    happenings: Sequence[Record]
    places: Sequence[Record]
    missing: Sequence[Record]
    figures: Sequence[Record]
    sources: Sequence[Record]


def briefing(published: Published, *, since: dt.datetime | dt.timedelta, most: int = 200) -> Briefing:
    """Reads everything on one state of the copy. A `since` that is a span counts back from that state's moment.

    `most` bounds alerts and conflicts. Raises WarehouseError when nothing is published.
    """
    with published.reading() as reader:
        moment = latest_moment(reader)
        begin = _begin(since, moment)
        return Briefing(
            moment=moment,
            since=begin,
            counts=_rows(reader, _COUNTS)[0],
            alerts=_rows(reader, _ALERTS, {"since": begin.isoformat() if begin else "infinity", "most": most}),
            conflicts=_rows(reader, _CONFLICTS, {"most": most}),
            sides=_rows(reader, _SIDES),
            happenings=_rows(reader, _HAPPENINGS),
            places=_rows(reader, _PLACES),
            missing=_rows(reader, _MISSING),
            figures=_rows(reader, _FIGURES),
            sources=_rows(reader, _SOURCES),
        )


def _begin(since: dt.datetime | dt.timedelta, moment: dt.datetime | None) -> dt.datetime | None:
    if isinstance(since, dt.datetime):
        return since
    return before(moment, since)


def _rows(reader: Reader, sql: str, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    return reader.query(sql, values or {}).records()
