"""Times as people type them: a moment, or a span back from the last run."""

from __future__ import annotations

import datetime as dt
import re

_SPAN = re.compile(r"(\d{1,6})\s*(m|h|d|w)", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_moment(text: str) -> dt.datetime:
    """An ISO 8601 time in UTC; UTC where it has no offset. Raises ValueError, saying how to write it."""
    try:
        parsed = dt.datetime.fromisoformat(text.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is not a time; write it like 2026-03-04T08:00 or 2026-03-04T08:00+08:00 (UTC if it has "
            "no offset)"
        ) from None


def read_moment_or_span(text: str) -> dt.datetime | dt.timedelta:
    """A time as `read_moment` takes it, or a span such as `30d`, `12h` or `2w`. Raises ValueError."""
    span = _SPAN.fullmatch(text.strip().lower())
    if span:
        return dt.timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        return read_moment(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a time; write it like 30d, 12h, 2w, 2026-03-04 or 2026-03-04T08:00+08:00 (UTC if it "
            "has no offset)"
        ) from None
