"""Rows as the warehouse gives them, small enough to read, for the tests of the report."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

NOW = dt.datetime(2026, 3, 9, 12, 0, tzinfo=dt.UTC)


@dataclass
class Rows:
    """What the report is made of; empty unless a test fills it."""

    moment: dt.datetime | None = NOW
    since: dt.datetime | None = NOW - dt.timedelta(7)
    counts: dict[str, Any] = field(default_factory=lambda: {"documents": 3, "publishers": 2, "events": 1})
    alerts: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    sides: list[dict[str, Any]] = field(default_factory=list)
    happenings: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)


def alert(title: str = "Lu Ming left Harbour Lab.", **other: Any) -> dict[str, Any]:
    quote = {
        "text": "Lu has left.",
        "publisher": "Wire",
        "url": "https://wire.example/lu",
        "published_at": NOW.isoformat(),
    }
    row = {
        "alert_id": "a1", "kind": "new_event", "severity": "high", "title": title, "body": "From Wire.",
        "sides": json.dumps([{"label": "", "origins": 1, "quotes": [quote]}]), "created_at": NOW, "event_id": "e1",
    }  # fmt: skip
    return row | other


def conflict(**other: Any) -> dict[str, Any]:
    row = {
        "conflict_id": "c1", "event_id": "e1", "attribute": "announced", "kind": "date", "severity": "high",
        "left_origins": 2, "right_origins": 1, "opened_at": NOW, "event_type": "departure", "subject": "Lu Ming",
        "title": None, "body": None,
    }  # fmt: skip
    return row | other


def side(which: str, value: str, quote: str, publisher: str = "Wire", **other: Any) -> dict[str, Any]:
    row = {
        "conflict_id": "c1", "side": which, "value_text": value, "value_from": None, "value_to": None,
        "value_number": None, "unit": None, "bound": "exactly", "quote": quote, "publisher": publisher,
        "published_at": NOW, "url": f"https://{publisher.lower()}.example/lu", "attributed_to": None,
    }  # fmt: skip
    return row | other


def happening(event_id: str, subject: str, day: dt.date | None, **other: Any) -> dict[str, Any]:
    row = {
        "event_id": event_id, "type": "departure", "subject": subject, "object": "Harbour Lab", "date_from": day,
        "date_to": day, "status": "reported", "disputed": False, "origins": 1, "documents": 1,
        "first_known_at": NOW, "parent": None, "sizes": None,
    }  # fmt: skip
    return row | other


def release(
    event_id: str, subject: str, day: dt.date, parent: str | None = None, sizes: str | None = None
) -> dict[str, Any]:
    return happening(event_id, subject, day, type="release", object=None, parent=parent, sizes=sizes)


def figure(value: float, day: int, *, against: bool = False, bound: str = "exactly", **other: Any) -> dict[str, Any]:
    row = {
        "event_id": "m1", "subject": "Tern", "metric": "downloads", "value": value, "unit": "downloads",
        "bound": bound, "publisher": "Wire", "published_at": NOW.replace(day=day), "url": "https://wire.example/n",
        "quote": f"{value} downloads", "against": against, "disputed": against, "status": "reported",
        "held": 600_000_000.0, "held_bound": "at least",
    }  # fmt: skip
    return row | other


def place(event_id: str, name: str, lag_days: float, url: str = "https://wire.example/r") -> dict[str, Any]:
    return {
        "event_id": event_id, "place": name, "first_seen": NOW, "said_from": None, "lag_days": lag_days, "url": url,
        "through": None,
    }  # fmt: skip


def source(name: str = "Wire", status: str = "ok", **other: Any) -> dict[str, Any]:
    row = {
        "name": name, "tier": "press", "status": status, "last_checked_at": NOW, "last_changed_at": None,
        "consecutive_failures": 0, "documents": 3, "last_error": None, "url": "https://wire.example/feed",
    }  # fmt: skip
    return row | other
