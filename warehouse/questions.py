"""What people ask most, as tables from the published copy. `why` is in a module of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from warehouse.published import Published, Reader, Table

_EVENT = """
    events.date_from, events.date_to, events.type, subject.name AS subject, object.name AS object,
    events.metric, events.status, events.disputed, events.documents, events.origins,
    events.first_known_at, events.event_id
    """
ABOUT = """
    list_contains($ids::VARCHAR[], events.subject_id) OR list_contains($ids::VARCHAR[], events.object_id)
    """
"""A condition on `events`: about one of the entities `ids`."""
_JOINED = """
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN entities AS object ON object.entity_id = events.object_id
    """


def facts(
    published: Published,
    *,
    entity: str | None = None,
    event_type: str | None = None,
    since: dt.datetime | None = None,
    limit: int | None = None,
) -> Table:
    """What is held now, latest first: one row an attribute of an event.

    `entity` is any name of who or what it is about; `since` keeps what was learned at that moment or later.
    """
    with published.reading() as reader:
        where, values = _filters(reader, entity, event_type, since, "facts.known_from")
        return reader.query(
            f"""
            SELECT
                subject.name AS subject, events.type, object.name AS object, facts.attribute,
                facts.value_text AS value, nullif(facts.bound, 'exactly') AS bound, facts.status,
                facts.origins, facts.documents, facts.known_from AS held_since,
                events.disputed, events.event_id
            FROM facts JOIN events ON events.event_id = facts.event_id {_JOINED}
            WHERE facts.known_to IS NULL AND {where}
            ORDER BY facts.known_from DESC, subject.name, events.event_id, facts.attribute
            {_limit(limit)}
            """,
            values,
        )


def events(
    published: Published,
    *,
    entity: str | None = None,
    event_type: str | None = None,
    since: dt.datetime | None = None,
    limit: int | None = None,
) -> Table:
    """What happened, as it is held now, latest learned first; with `since`, what is new since that moment."""
    with published.reading() as reader:
        where, values = _filters(reader, entity, event_type, since, "events.first_known_at")
        return reader.query(
            f"""
            SELECT {_EVENT} FROM events {_JOINED} WHERE {where}
            ORDER BY events.first_known_at DESC, events.event_id
            {_limit(limit)}
            """,
            values,
        )


def conflicts(
    published: Published,
    *,
    status: str | None = "open",
    entity: str | None = None,
    limit: int | None = None,
) -> Table:
    """What sources disagree about, both sides with their quotes, publishers and links; gravest first.

    `status` is open, resolved, or None for both.
    """
    with published.reading() as reader:
        where, values = _filters(reader, entity, None, None, "")
        return reader.query(
            f"""
            SELECT sides.* FROM conflict_sides AS sides
            WHERE ($status IS NULL OR sides.status = $status)
                AND sides.event_id IN (SELECT event_id FROM event_versions AS events WHERE {where})
            ORDER BY sides.status, array_position(['high', 'medium', 'low'], sides.severity),
                sides.opened_at DESC, sides.conflict_id
            {_limit(limit)}
            """,
            {**values, "status": status},
        )


def alerts(published: Published, *, limit: int | None = None) -> Table:
    """What was raised, latest first, and how far each is on its way to the channels."""
    return published.query(
        f"""
        SELECT
            alerts.created_at, alerts.kind, alerts.severity, alerts.title, alerts.body,
            string_agg(deliveries.channel || ': ' || deliveries.state, ', ' ORDER BY deliveries.channel)
                AS deliveries,
            alerts.event_id, alerts.conflict_id, alerts.alert_id
        FROM alerts LEFT JOIN deliveries ON deliveries.alert_id = alerts.alert_id
        GROUP BY ALL
        ORDER BY alerts.created_at DESC, alerts.alert_id
        {_limit(limit)}
        """
    )


def sources(published: Published) -> Table:
    """How each source is doing, those in trouble first."""
    return published.query("FROM source_health ORDER BY status = 'ok', status, name")


def quarantine(published: Published) -> Table:
    """The bodies that broke their reader, those that are left alone first; a later try of the rest may succeed."""
    return published.query(
        """
        SELECT
            sources.name AS source, quarantine.url, quarantine.tries, quarantine.error,
            quarantine.first_failed_at, quarantine.last_failed_at, quarantine.sha256, quarantine.rules
        FROM quarantine LEFT JOIN sources ON sources.source_id = quarantine.source_id
        ORDER BY quarantine.tries DESC, quarantine.last_failed_at DESC, quarantine.sha256
        """
    )


def scorecard(published: Published) -> Table:
    """How each publisher has fared, those with the most settled words first."""
    return published.query("FROM scorecard ORDER BY settled DESC, events DESC, publisher, origin")


def entity_ids(reader: Reader, name: str) -> list[str]:
    """Ids of the entities that bear this name, or, where none does, whose name contains it."""
    wanted = name.strip().removeprefix("@").lower()
    names = "SELECT entity_id, lower(name) AS name FROM entity_names UNION SELECT entity_id, lower(name) FROM entities"
    for condition in ("name = $wanted", "contains(name, $wanted)"):
        found = reader.query(
            f"SELECT DISTINCT entity_id FROM ({names}) WHERE {condition} ORDER BY entity_id",
            {"wanted": wanted},
        ).rows
        if found:
            return [entity_id for (entity_id,) in found]
    return []


def _filters(
    reader: Reader, entity: str | None, event_type: str | None, since: dt.datetime | None, moment: str
) -> tuple[str, Mapping[str, object]]:
    """A condition on `events` and the column `moment`, and its parameters."""
    conditions, values = ["true"], dict[str, object]()
    if entity is not None:
        conditions.append(f"({ABOUT})")
        values["ids"] = entity_ids(reader, entity)
    if event_type is not None:
        conditions.append("events.type = $event_type")
        values["event_type"] = event_type
    if since is not None:
        conditions.append(f"{moment} >= $since::TIMESTAMPTZ")
        values["since"] = since.isoformat()
    return " AND ".join(conditions), values


def _limit(limit: int | None) -> str:
    return "" if limit is None else f"LIMIT {int(limit)}"
