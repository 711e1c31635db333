"""The outbox: alerts, and their deliveries on the way to the channels."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import duckdb

from pipeline.categories import (
    AlertKind,
    ConflictKind,
    DeliveryMode,
    DeliveryState,
    EventStatus,
    EventType,
    Severity,
)
from pipeline.errors import WarehouseError
from pipeline.ledger import Alert, Delivery, Quote, Side, Wording
from warehouse import rows
from warehouse.published import Reader

_ALERT = (
    "dedupe_key, kind, severity, event_id, conflict_id, source_id, title, body, sides, created_at, "
    "event_type, status, conflict_kind, entities, thread_id, translations"
)
_DELIVERY = (
    "alert_id, channel, target, state, attempts, next_attempt_at, sent_at, provider_id, error, "
    "mode, language, message_id, composed_at, ambiguous_at"
)

_UNSETTLED = "deliveries.state IN ('pending', 'held', 'sending')"


def raise_alerts(connection: duckdb.DuckDBPyConnection, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Adds the alerts that were never raised before, alone or summed up in another, and gives those."""
    by_key = {alert.dedupe_key: alert for alert in alerts}
    told = connection.execute(
        f"SELECT dedupe_key FROM summed_up WHERE dedupe_key IN {rows.LISTED}", [rows.as_list(by_key)]
    ).fetchall()
    for (key,) in told:
        by_key.pop(key, None)
    raised = rows.insert_missing(connection, "alerts", "dedupe_key", map(_alert_row, by_key.values()))
    return tuple(alert for key, alert in by_key.items() if key in raised)


def sum_up(connection: duckdb.DuckDBPyConnection, told: Mapping[str, str]) -> None:
    """Notes which changes, by key, are told of in which alert, so that they are never raised on their own."""
    written = [{"dedupe_key": key, "alert_id": alert_id} for key, alert_id in told.items()]
    rows.insert_missing(connection, "summed_up", "dedupe_key", written)


def add_deliveries(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Adds the deliveries that are not there yet, and gives those.

    Raises WarehouseError for one whose alert is not there: it could never be sent.
    """
    wanted = {delivery.alert_id for delivery in deliveries}
    if not wanted:
        return ()
    found = connection.execute(
        f"SELECT alert_id FROM alerts WHERE alert_id IN {rows.LISTED}", [rows.as_list(wanted)]
    ).fetchall()
    homeless = wanted - {alert_id for (alert_id,) in found}
    if homeless:
        raise WarehouseError(
            f"deliveries: of alert {', '.join(sorted(homeless))}, which is not stored: commit the alert first"
        )
    added = rows.insert_missing(connection, "deliveries", "delivery_id", map(_delivery_row, deliveries))
    by_id = {delivery.delivery_id: delivery for delivery in deliveries}
    return tuple(delivery for id, delivery in by_id.items() if id in added)


def open_deliveries(connection: duckdb.DuckDBPyConnection) -> list[tuple[Delivery, Alert]]:
    """Everything that is not settled: waiting, held and on its way, oldest alert first."""
    return _with_alerts(connection, _UNSETTLED, [])


def any_open_delivery(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything is waiting, held or on its way."""
    return connection.execute(f"SELECT 1 FROM deliveries WHERE {_UNSETTLED} LIMIT 1").fetchone() is not None


def last_sent(connection: duckdb.DuckDBPyConnection) -> dict[str, dt.datetime]:
    """When each channel last took something."""
    query = "SELECT channel, max(sent_at) FROM deliveries WHERE state = 'sent' GROUP BY channel"
    return {str(channel): rows.utc(moment) for channel, moment in connection.execute(query).fetchall()}


def first_messages(
    connection: duckdb.DuckDBPyConnection, thread_ids: Collection[str]
) -> dict[tuple[str, str], tuple[tuple[Delivery, Alert], ...]]:
    """What the message with which each of these threads began told of, what led it first, by channel and thread."""
    return _of_threads(connection, thread_ids, "min")


def last_messages(
    connection: duckdb.DuckDBPyConnection, thread_ids: Collection[str]
) -> dict[tuple[str, str], tuple[Delivery, Alert]]:
    """The latest delivery of each of these threads, by channel and thread."""
    return {thread: leading for thread, (leading, *_) in _of_threads(connection, thread_ids, "max").items()}


def _of_threads(
    connection: duckdb.DuckDBPyConnection, thread_ids: Collection[str], which: str
) -> dict[tuple[str, str], tuple[tuple[Delivery, Alert], ...]]:
    if not thread_ids:
        return {}
    where = f"""
        deliveries.state = 'sent' AND deliveries.mode <> 'digest' AND alerts.thread_id IN {rows.LISTED}
        QUALIFY deliveries.sent_at = {which}(deliveries.sent_at)
            OVER (PARTITION BY deliveries.channel, alerts.thread_id)
        """
    found = _with_alerts(connection, where, [rows.as_list(thread_ids)])
    together: defaultdict[tuple[str, str], list[tuple[Delivery, Alert]]] = defaultdict(list)
    for delivery, alert in sorted(found, key=lambda pair: pair[0].message_id != pair[1].alert_id):
        together[delivery.channel, str(alert.thread_id)].append((delivery, alert))
    # Two messages of one moment: the one that is found first.
    return {
        thread: tuple(each for each in items if each[0].message_id == items[0][0].message_id)
        for thread, items in together.items()
    }


def threads(connection: duckdb.DuckDBPyConnection, event_ids: Collection[str]) -> dict[str, str]:
    """The thread in which each of these events was told of first, by event id."""
    query = f"""
        SELECT event_id, min_by(thread_id, (created_at, alert_id)) FROM alerts
        WHERE event_id IN {rows.LISTED} AND thread_id IS NOT NULL GROUP BY event_id
        """
    return dict(connection.execute(query, [rows.as_list(event_ids)]).fetchall())


def deliveries_since(connection: duckdb.DuckDBPyConnection, since: dt.datetime) -> list[tuple[Delivery, Alert]]:
    """The deliveries of the alerts raised at `since` or later, with those alerts."""
    return _with_alerts(connection, "alerts.created_at >= ?", [since.isoformat()])


def lease(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], until: dt.datetime) -> list[Delivery]:
    """Takes the deliveries for sending until the given moment, and gives them as they are stored now.

    One that somebody else has taken or settled since it was read is left out.
    """
    given = {delivery.delivery_id: delivery for delivery in deliveries}
    held = stored(connection, list(given))
    taken = [
        replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1, next_attempt_at=until)
        for id, delivery in given.items()
        if id in held
        and (held[id].state, held[id].attempts) == (delivery.state, delivery.attempts)
        and delivery.state is not DeliveryState.SENT
    ]
    rows.replace(connection, "deliveries", ["delivery_id"], map(_delivery_row, taken))
    return taken


def stored(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, Delivery]:
    """The stored deliveries among `ids`, by id."""
    if not ids:
        return {}
    found = connection.execute(
        f"SELECT delivery_id, {_DELIVERY} FROM deliveries WHERE delivery_id IN {rows.LISTED}",
        [rows.as_list(ids)],
    ).fetchall()
    return {row[0]: _delivery(*row[1:]) for row in found}


def record(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    """Writes what came of the attempts; one that was sent stays sent, whatever a late sender reports."""
    held = stored(connection, [delivery.delivery_id for delivery in deliveries])
    unknown = {delivery.delivery_id for delivery in deliveries} - held.keys()
    if unknown:
        raise WarehouseError(f"deliveries: {', '.join(sorted(unknown))} is not stored: commit it first")
    open_ones = [
        delivery
        for delivery in deliveries
        if held[delivery.delivery_id].state is not DeliveryState.SENT or delivery.state is DeliveryState.SENT
    ]
    rows.replace(connection, "deliveries", ["delivery_id"], map(_delivery_row, open_ones))


def alerts_since(connection: duckdb.DuckDBPyConnection, since: dt.datetime) -> list[Alert]:
    """The alerts raised at `since` or later, oldest first."""
    found = connection.execute(
        f"SELECT {_ALERT} FROM alerts WHERE created_at >= ? ORDER BY created_at, alert_id",
        [since.isoformat()],
    ).fetchall()
    return [_alert(*row) for row in found]


def published_alerts(reader: Reader, since: dt.datetime) -> list[Alert]:
    """The alerts raised at `since` or later, oldest first, from a published copy."""
    query = f"SELECT {_ALERT} FROM alerts WHERE created_at >= ?::TIMESTAMPTZ ORDER BY created_at, alert_id"
    return [_alert(*row) for row in reader.query(query, [since.isoformat()]).rows]


def _with_alerts(
    connection: duckdb.DuckDBPyConnection, where: str, values: Sequence[object]
) -> list[tuple[Delivery, Alert]]:
    columns = [f"deliveries.{name}" for name in _DELIVERY.split(", ")]
    columns += [f"alerts.{name}" for name in _ALERT.split(", ")]
    found = connection.execute(
        f"""
        SELECT {", ".join(columns)} FROM deliveries JOIN alerts ON alerts.alert_id = deliveries.alert_id
        WHERE {where} ORDER BY alerts.created_at, alerts.alert_id, deliveries.channel
        """,
        list(values),
    ).fetchall()
    split = len(_DELIVERY.split(", "))
    return [(_delivery(*row[:split]), _alert(*row[split:])) for row in found]


def _alert_row(alert: Alert) -> rows.Row:
    return {
        "alert_id": alert.alert_id,
        "dedupe_key": alert.dedupe_key,
        "kind": alert.kind,
        "severity": alert.severity,
        "event_id": alert.event_id,
        "conflict_id": alert.conflict_id,
        "source_id": alert.source_id,
        "title": alert.title,
        "body": alert.body,
        "sides": [_side_data(side) for side in alert.sides],
        "created_at": alert.created_at,
        "event_type": alert.event_type,
        "status": alert.status,
        "conflict_kind": alert.conflict_kind,
        "entities": list(alert.entities),
        "thread_id": alert.thread_id,
        "translations": [asdict(wording) for wording in alert.translations],
    }


def _side_data(side: Side) -> dict[str, object]:
    quotes = [
        {
            "text": quote.text,
            "value": quote.value,
            "publisher": quote.publisher,
            "url": quote.url,
            "published_at": quote.published_at.isoformat(),
        }
        for quote in side.quotes
    ]
    return {"label": side.label, "origins": side.origins, "quotes": quotes}


def _alert(*row: Any) -> Alert:
    key, kind, severity, event_id, conflict_id, source_id, title, body, sides, created_at, *asked = row
    event_type, status, conflict_kind, entities, thread_id, translations = asked
    return Alert(
        dedupe_key=key,
        kind=AlertKind(kind),
        severity=Severity(severity),
        event_id=event_id,
        conflict_id=conflict_id,
        source_id=source_id,
        title=title,
        body=body,
        sides=tuple(_side(data) for data in json.loads(sides)),
        created_at=rows.utc(created_at),
        event_type=EventType(event_type) if event_type else None,
        status=EventStatus(status) if status else None,
        conflict_kind=ConflictKind(conflict_kind) if conflict_kind else None,
        entities=tuple(entities or ()),
        thread_id=thread_id,
        translations=tuple(_wording(data) for data in json.loads(translations)),
    )


def _wording(data: dict[str, Any]) -> Wording:
    return Wording(data["language"], data["title"], data["body"], tuple(data["labels"]))


def _side(data: dict[str, Any]) -> Side:
    quotes = tuple(
        Quote(**(quote | {"published_at": dt.datetime.fromisoformat(quote["published_at"])}))
        for quote in data["quotes"]
    )
    return Side(data["label"], data["origins"], quotes)


def _delivery(*row: Any) -> Delivery:
    alert_id, channel, target, state, attempts, next_attempt_at, sent_at, provider_id, error, *told = row
    mode, language, message_id, composed_at, ambiguous_at = told
    return Delivery(
        alert_id=alert_id,
        channel=channel,
        target=target,
        state=DeliveryState(state),
        attempts=attempts,
        next_attempt_at=rows.maybe_utc(next_attempt_at),
        sent_at=rows.maybe_utc(sent_at),
        provider_id=provider_id,
        error=error,
        mode=DeliveryMode(mode),
        language=language,
        message_id=message_id,
        composed_at=rows.maybe_utc(composed_at),
        ambiguous_at=rows.maybe_utc(ambiguous_at),
    )


def _delivery_row(delivery: Delivery) -> rows.Row:
    return {
        "delivery_id": delivery.delivery_id,
        "alert_id": delivery.alert_id,
        "channel": delivery.channel,
        "target": delivery.target,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
        "provider_id": delivery.provider_id,
        "error": delivery.error,
        "mode": delivery.mode,
        "language": delivery.language,
        "message_id": delivery.message_id,
        "composed_at": delivery.composed_at,
        "ambiguous_at": delivery.ambiguous_at,
    }
