"""What a terminal shows of a table: few columns, in words, that fit eighty characters. A pipe gets every column."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from flows.output import as_text
from flows.source_table import SOURCE_COLUMNS

Record = Mapping[str, Any]
Brief = Mapping[str, Callable[[Record], object]]
"""Column titles, and what stands under each of a record."""

SHOWN_OF_AN_ID = 8
"""Enough to tell ids apart; `why` and the others take the beginning of one."""


def _id(name: str) -> Callable[[Record], object]:
    return lambda record: (record[name] or "")[:SHOWN_OF_AN_ID]


def _when(record: Record) -> str:
    first, last = record["date_from"], record["date_to"]
    if first is None:
        return "no date"
    if first == last:
        return str(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if first.day == 1 and (last + dt.timedelta(1)).day == 1 and f"{first:%Y-%m}" == f"{last:%Y-%m}":
        return f"{first:%Y-%m}"
    return f"{first} to {last}"


def _right(record: Record) -> str:
    """`1 of 3 (6-79 %)`: how often right where it was settled, and between what that may lie."""
    if not record["settled"]:
        return "nothing settled"
    low, high = (round(100 * record[name]) for name in ("right_low", "right_high"))
    return f"{record['right']} of {record['settled']} ({low}-{high} %)"


def _sure(record: Record) -> str:
    return f"{record['status']}, disputed" if record["disputed"] else str(record["status"])


def _minute(name: str) -> Callable[[Record], object]:
    return lambda record: f"{record[name]:%Y-%m-%d %H:%M}" if record[name] else "never"


def _what_happened(record: Record) -> str:
    kind = (record["metric"] or record["type"]).replace("_", " ")
    return f"{kind} of {record['subject']}" + (f" ({record['object']})" if record["object"] else "")


def _delivered(record: Record) -> str:
    """`3 sent`, `1 failed, 2 sent`: which channel, the wide answer tells."""
    states = Counter(part.rpartition(": ")[2] for part in (record["deliveries"] or "").split(", ") if part)
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "to nobody"


FACTS: Brief = {
    "subject": lambda record: record["subject"],
    "what": lambda record: f"{record['type']}: {record['attribute'].replace('_', ' ')}",
    "value": lambda record: " ".join(filter(None, (record["bound"], as_text(record["value"])))),
    "how sure": _sure,
    "voices": lambda record: record["origins"],
    "event": _id("event_id"),
}
EVENTS: Brief = {
    "when": _when,
    "what": _what_happened,
    "how sure": _sure,
    "voices": lambda record: record["origins"],
    "event": _id("event_id"),
}
TIMELINE: Brief = {
    "when": _when,
    "what": lambda record: record["what"].replace("_", " "),
    "how sure": _sure,
    "voices": lambda record: record["origins"],
    "event": _id("event_id"),
}
ALERTS: Brief = {
    "raised": _minute("created_at"),
    "weight": lambda record: record["severity"],
    "what changed": lambda record: record["title"],
    "delivered": _delivered,
}
SOURCES: Brief = SOURCE_COLUMNS
SCORECARD: Brief = {
    "publisher": lambda record: record["publisher"],
    "tier": lambda record: record["tier"],
    "told of": lambda record: record["events"],
    "repeated": lambda record: record["repeated"],
    "first": lambda record: record["first"],
    "right": _right,
    "alone, unconfirmed": lambda record: record["alone_unconfirmed"],
}
QUARANTINE: Brief = {
    "source": lambda record: record["source"],
    "address": lambda record: record["url"],
    "tries": lambda record: record["tries"],
    "what happened": lambda record: record["error"],
    "last": _minute("last_failed_at"),
}
