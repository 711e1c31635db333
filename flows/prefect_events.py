"""What changed in the ledger, as events of Prefect, so that automations can build on facts."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from prefect import get_run_logger
from prefect.events import emit_event

from pipeline.ledger import Alert
from pipeline.notify.render import body, headline, link_of
from warehouse import Published

PREFIX = "qwen-watch"
NAMESPACE = UUID("6f3a0c1e-52b7-4f0e-9a55-0d6b7c1d9e21")
"""Makes an event's id from its alert's, so that one change is one event however often it is emitted."""

STANDING = """
    SELECT events.event_id, events.type, events.status, events.disputed, subject.name AS subject,
        object.name AS organisation, held.confidence
    FROM events
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN entities AS object ON object.entity_id = events.object_id
    LEFT JOIN facts AS held ON held.event_id = events.event_id AND held.known_to IS NULL
        AND held.attribute = coalesce(events.metric, 'event')
    WHERE list_contains($ids, events.event_id)
"""


@dataclass(frozen=True, slots=True)
class FactEvent:
    """One change as Prefect takes it: `qwen-watch.<kind of change>` of one resource."""

    id: UUID
    name: str
    occurred: dt.datetime
    resource: Mapping[str, str]
    payload: Mapping[str, Any]


async def emit_changes(alerts: Sequence[Alert], data_dir: Path) -> None:
    """Hands an event for each change to Prefect's client, which sends them by itself; a cycle never fails for it."""
    if not alerts:
        return
    try:
        standing = await asyncio.to_thread(standing_of, alerts, data_dir)
        for one in fact_events(alerts, standing):
            emit_event(one.name, dict(one.resource), occurred=one.occurred, payload=dict(one.payload), id=one.id)
    # Whatever goes wrong here, the facts are stored and the alerts are sent.
    except Exception as error:  # noqa: BLE001
        get_run_logger().warning("events for automations were not emitted: %s: %s", type(error).__name__, error)


def standing_of(alerts: Iterable[Alert], data_dir: Path) -> dict[str, Mapping[str, Any]]:
    """How the events of the alerts stand in the published copy, by their ids."""
    ids = sorted({alert.event_id for alert in alerts if alert.event_id is not None})
    return {row["event_id"]: row for row in Published(data_dir).query(STANDING, {"ids": ids}).records()}


def fact_events(alerts: Iterable[Alert], standing: Mapping[str, Mapping[str, Any]]) -> tuple[FactEvent, ...]:
    """An event for each alert; its resource is the ledger's event, or the source that fails or answers again."""
    return tuple(_fact_event(alert, standing.get(alert.event_id or "", {})) for alert in alerts)


def _fact_event(alert: Alert, stands: Mapping[str, Any]) -> FactEvent:
    kind, of = ("event", alert.event_id) if alert.event_id is not None else ("source", alert.source_id)
    resource = {"prefect.resource.id": f"{PREFIX}.{kind}.{of or alert.alert_id}"}
    name = " · ".join(str(stands[key]) for key in ("type", "subject") if stands.get(key))
    resource |= {"prefect.resource.name": name} if name else {}
    # Labels are what a trigger matches on.
    labels = {key: stands.get(key) for key in ("type", "subject", "organisation", "status")}
    resource |= {f"{PREFIX}.{key}": str(value) for key, value in labels.items() if value}
    resource[f"{PREFIX}.severity"] = str(alert.severity)
    payload = {
        "alert_id": alert.alert_id,
        "kind": str(alert.kind),
        "severity": str(alert.severity),
        "event_id": alert.event_id,
        "conflict_id": alert.conflict_id,
        "source_id": alert.source_id,
        "changed": headline(alert),
        "details": body(alert),
        "link": link_of(alert),
        "status": stands.get("status"),
        "disputed": stands.get("disputed"),
        "confidence": stands.get("confidence"),
        "subject": stands.get("subject"),
        "organisation": stands.get("organisation"),
    }
    return FactEvent(uuid5(NAMESPACE, alert.alert_id), f"{PREFIX}.{alert.kind}", alert.created_at, resource, payload)
