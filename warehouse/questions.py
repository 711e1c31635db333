"""What people ask most, as tables from the published copy. `why` is in a module of its own."""

from __future__ import annotations

from warehouse.filters import NO_FILTERS, Conditions, Filters
from warehouse.published import Published, Table

_EVENT = """
    events.date_from, events.date_to, events.type, subject.name AS subject, object.name AS object,
    events.metric, events.status, events.disputed, events.documents, events.origins,
    events.first_known_at, events.event_id
    """
_JOINED = """
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN entities AS object ON object.entity_id = events.object_id
    """


def facts(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """What is held, latest learned first: one row an attribute of an event; `since` and `until` are of learning it."""
    with published.reading() as reader:
        where = Conditions(reader, filters).about().of_type("events.type").of_status("facts.status")
        where.between("facts.known_from")
        held = "facts_as_of($as_of)" if where.as_of else "(FROM facts WHERE known_to IS NULL)"
        return reader.query(
            f"""
            SELECT
                subject.name AS subject, events.type, object.name AS object, facts.attribute,
                facts.value_text AS value, nullif(facts.bound, 'exactly') AS bound, facts.status,
                facts.origins, facts.documents, facts.known_from AS held_since,
                events.disputed, events.event_id
            FROM {held} AS facts JOIN {_events(where)} AS events ON events.event_id = facts.event_id {_JOINED}
            WHERE {where.sql}
            ORDER BY facts.known_from DESC, subject.name, events.event_id, facts.attribute
            {where.page}
            """,
            where.values,
        )


def events(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """What happened, as it is held, latest learned first; `since` and `until` are of first learning it."""
    with published.reading() as reader:
        where = Conditions(reader, filters).about().of_type("events.type").of_status("events.status")
        where.between("events.first_known_at")
        return reader.query(
            f"""
            SELECT {_EVENT} FROM {_events(where)} AS events {_JOINED} WHERE {where.sql}
            ORDER BY events.first_known_at DESC, events.event_id
            {where.page}
            """,
            where.values,
        )


def timeline(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """What happened in the order of its dates, undated last; `since` and `until` are of the world."""
    with published.reading() as reader:
        where = Conditions(reader, filters).about().of_type("events.type").of_status("events.status")
        where.between("events.date_from", "events.date_to")
        held = "facts_as_of($as_of)" if where.as_of else "(FROM facts WHERE known_to IS NULL)"
        return reader.query(
            f"""
            SELECT
                events.date_from, events.date_to, events.type,
                CASE
                    WHEN events.type = 'metric' THEN concat_ws(
                        ' ', subject.name, events.metric || ':', nullif(figure.bound, 'exactly'), figure.value_text
                    )
                    ELSE concat_ws(' ', subject.name || ':', events.type, '(' || object.name || ')')
                END AS what,
                events.status, events.disputed, events.origins, events.documents, subject.name AS subject,
                object.name AS object, events.metric, events.first_known_at, events.event_id
            FROM {_events(where)} AS events {_JOINED}
            LEFT JOIN {held} AS figure ON figure.event_id = events.event_id AND figure.attribute = events.metric
            WHERE {where.sql}
            ORDER BY events.date_from, events.date_to, events.first_known_at, events.event_id
            {where.page}
            """,
            where.values,
        )


def conflicts(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """What sources disagree about, both sides with their quotes, publishers and links; open and gravest first.

    `status` is open or resolved; `since` and `until` are of when it was opened.
    """
    with published.reading() as reader:
        where = Conditions(reader, filters).about().of_type("events.type").of_status("sides.status")
        where.between("sides.opened_at")
        # Whether it was open at that moment, and not whether it is.
        sides = (
            """(
            SELECT * REPLACE (CASE WHEN resolved_at <= $as_of::TIMESTAMPTZ THEN 'resolved' ELSE 'open' END AS status)
            FROM conflict_sides WHERE opened_at <= $as_of::TIMESTAMPTZ
            )"""
            if where.as_of
            else "conflict_sides"
        )
        return reader.query(
            f"""
            SELECT sides.* FROM {sides} AS sides
            LEFT JOIN (SELECT DISTINCT event_id, type, subject_id, object_id FROM event_versions) AS events
                ON events.event_id = sides.event_id
            WHERE {where.sql}
            QUALIFY row_number() OVER (PARTITION BY sides.conflict_id) = 1
            ORDER BY sides.status, array_position(['high', 'medium', 'low'], sides.severity),
                sides.opened_at DESC, sides.conflict_id
            {where.page}
            """,
            where.values,
        )


def alerts(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """What was raised, latest first, and how far each is on its way; `status` is of a delivery."""
    with published.reading() as reader:
        where = Conditions(reader, filters).about().of_type("events.type").between("alerts.created_at")
        on_its_way = "true"
        if filters.status is not None:
            on_its_way = "list_contains(list(deliveries.state), $status)"
            where.values["status"] = filters.status
        until = "alerts.created_at <= $as_of::TIMESTAMPTZ" if where.as_of else "true"
        return reader.query(
            f"""
            SELECT
                alerts.created_at, alerts.kind, alerts.severity, alerts.title, alerts.body,
                string_agg(deliveries.channel || ': ' || deliveries.state, ', ' ORDER BY deliveries.channel)
                    AS deliveries,
                alerts.event_id, alerts.conflict_id, alerts.alert_id
            FROM alerts
            LEFT JOIN events ON events.event_id = alerts.event_id
            LEFT JOIN deliveries ON deliveries.alert_id = alerts.alert_id
            WHERE {where.sql} AND {until}
            GROUP BY ALL HAVING {on_its_way}
            ORDER BY alerts.created_at DESC, alerts.alert_id
            {where.page}
            """,
            where.values,
        )


def sources(published: Published, filters: Filters = NO_FILTERS) -> Table:
    """How each source is doing, those in trouble first; `status` is a source's."""
    with published.reading() as reader:
        where = Conditions(reader, filters).of_status("status")
        return reader.query(
            f"FROM source_health WHERE {where.sql} ORDER BY status = 'ok', status, name {where.page}", where.values
        )


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


def claim(published: Published, claim_id: str) -> Table:
    """One claim with its words and who says them; no row where there is none of this id."""
    return published.query("FROM evidence WHERE claim_id = ?", [claim_id])


def _events(where: Conditions) -> str:
    return "events_as_of($as_of)" if where.as_of else "events"
