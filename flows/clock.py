"""The only place that reads the wall clock: everything else is told what time it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def clock_of(at: dt.datetime | None) -> Clock:
    """A clock that stands at `at` (a replay), or the wall's; always in UTC."""
    if at is None:
        return utc_now
    standing = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    return lambda: standing
