"""The two tables that each run leaves in Prefect: what is new, and what is disputed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from prefect.artifacts import acreate_table_artifact

from warehouse import Published, Table

NEW_FACTS = """
    SELECT
        events.type AS event, entities.name AS subject, facts.attribute, facts.value_text AS value, facts.status,
        facts.origins, facts.documents
    FROM facts
    JOIN events USING (event_id)
    JOIN entities ON entities.entity_id = events.subject_id
    WHERE facts.known_to IS NULL AND facts.known_from >= ?
    ORDER BY events.type, entities.name, facts.attribute
"""
OPEN_CONFLICTS = """
    SELECT
        events.type AS event, entities.name AS subject, conflicts.attribute, conflicts.kind, conflicts.severity,
        conflicts.left_value AS "one side", conflicts.left_origins AS "its origins",
        conflicts.right_value AS "other side", conflicts.right_origins AS "their origins", conflicts.opened_at AS since
    FROM conflicts
    JOIN events USING (event_id)
    JOIN entities ON entities.entity_id = events.subject_id
    WHERE conflicts.status = 'open'
    ORDER BY conflicts.opened_at DESC, entities.name
"""
MOST_ROWS = 500
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#|~!])")


async def leave_tables(data_dir: Path, since: dt.datetime) -> None:
    """Put the facts known since `since` and the open conflicts beside the run, in tables."""
    published = Published(data_dir)
    facts = published.query(NEW_FACTS, [since])
    conflicts = published.query(OPEN_CONFLICTS)
    await acreate_table_artifact(
        key="new-facts", table=_rows(facts), description=_told(facts, "facts that this run brought")
    )
    await acreate_table_artifact(
        key="open-conflicts",
        table=_rows(conflicts),
        description=_told(conflicts, "conflicts that are open now"),
    )


def _told(table: Table, what: str) -> str:
    more = f"; the first {MOST_ROWS} are shown" if len(table.rows) > MOST_ROWS else ""
    return f"{len(table.rows)} {what}{more}"


def _rows(table: Table) -> dict[str, list[str]]:
    shown = table.rows[:MOST_ROWS]
    return {name: [inert(row[index]) for row in shown] for index, name in enumerate(table.columns)}


def inert(value: object) -> str:
    """The value as one line of text in which Markdown and HTML mean nothing: it comes from web pages."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    text = "" if value is None else " ".join(str(value).split())
    return MARKDOWN.sub(r"\\\1", text)
