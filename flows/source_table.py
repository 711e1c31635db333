"""How each source is doing, as a table that fits a terminal: moments and intervals in the fewest characters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, Any]
LONGEST_ERROR = 60


def _is_quiet(record: Record) -> bool:
    return bool(record["status"] == "ok" and record["quiet_since"] is not None)


def _following(record: Record) -> str:
    following = max(filter(None, (record["next_check_at"], record["host_rests_until"])), default=None)
    return _moment(None if record["status"] in ("gone", "disabled") else following)


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


SOURCE_COLUMNS: Mapping[str, Callable[[Record], object]] = {
    "source": lambda record: record["name"],
    "status": lambda record: "quiet" if _is_quiet(record) else record["status"],
    "failure": lambda record: record["failure"] or "",
    "since": lambda record: _moment(record["quiet_since"] if _is_quiet(record) else record["failing_since"]),
    "last good": lambda record: _moment(record["last_good_at"]),
    "next check": _following,
    "interval": lambda record: short_span(record["check_interval"]),
    "moved to": lambda record: record["moved_to"] or "",
    "error": lambda record: _shortened(record["last_error"] or ""),
}
"""The columns of `source_health` on a terminal, and what stands under each of a record."""
