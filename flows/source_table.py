"""How each source is doing, as a table that fits a terminal: moments and intervals in the fewest characters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

Row = tuple[str, ...]
LONGEST_ERROR = 60


def source_rows(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of `source_health`: name, status, kind of failure, since when, last good, next check, interval, …"""
    return [_row(record) for record in records]


def _row(record: Mapping[str, Any]) -> Row:
    quiet = record["status"] == "ok" and record["quiet_since"] is not None
    rests = record["host_rests_until"]
    following = max(filter(None, (record["next_check_at"], rests)), default=None)
    return (
        record["name"],
        "quiet" if quiet else record["status"],
        record["failure"] or "",
        _moment(record["quiet_since"] if quiet else record["failing_since"]),
        _moment(record["last_good_at"]),
        _moment(None if record["status"] in ("gone", "disabled") else following),
        short_span(record["check_interval"]),
        record["moved_to"] or "",
        _shortened(record["last_error"] or ""),
    )


def short_span(span: dt.timedelta | None) -> str:
    """`45m`, `1h30m` or `2d`; "" for none."""
    if span is None:
        return ""
    minutes = round(span.total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    parts = ((days, "d"), (rest // 60, "h"), (rest % 60, "m"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or f"{span.total_seconds():g}s"


def _moment(moment: dt.datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(dt.UTC):%m-%d %H:%M}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_ERROR else text[: LONGEST_ERROR - 1].rstrip() + "…"
