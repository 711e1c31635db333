"""How often a feed says that it changes: RSS `ttl`, and the syndication module's period and frequency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

_PERIODS = {
    "hourly": dt.timedelta(hours=1),
    "daily": dt.timedelta(days=1),
    "weekly": dt.timedelta(weeks=1),
    "monthly": dt.timedelta(days=30),
    "yearly": dt.timedelta(days=365),
}


def stated_ttl(channel: Mapping[str, object]) -> dt.timedelta | None:
    """The longer of what the two say, of a feed's head as feedparser reads it; None where neither says anything.

    Minutes in `ttl` (RSS 2.0); a period divided by the times it is updated in it (RSS 1.0 syndication module,
    where a missing frequency is 1, and a missing period daily).
    """
    stated = [minutes * dt.timedelta(minutes=1) for minutes in _whole(channel.get("ttl"))]
    period, frequency = channel.get("sy_updateperiod"), channel.get("sy_updatefrequency")
    if period is not None or frequency is not None:
        length = _PERIODS.get(str(period or "daily").strip().lower())
        times = next(_whole(frequency), 1)
        stated += [length / times] if length and times else []
    return max(filter(None, stated), default=None)


def _whole(value: object) -> Iterator[int]:
    text = str(value or "").strip()
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        yield int(text)
