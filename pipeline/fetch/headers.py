"""What answers say about time: how long to wait, and how long they stay fresh."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from pipeline.fetch.limits import MAX_WAIT

_SECONDS = re.compile(r"\d{1,18}")
_DIRECTIVE = re.compile(r'([a-z-]+)(?:\s*=\s*"?([^",]*)"?)?', re.IGNORECASE)
_NEVER_FRESH = frozenset({"no-cache", "no-store"})


def http_date(text: str | None) -> dt.datetime | None:
    """The moment an HTTP date names, aware; None where `text` is missing or is no date (RFC 9110, 5.6.7)."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """How long `Retry-After` asks to wait, from seconds or a date (RFC 9110, 10.2.3); None without it.

    A date is measured against the server's own clock where the answer tells it, otherwise against `now`.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return _seconds(text)
    moment = http_date(text)
    if moment is None:
        return None
    return _within(moment - (http_date(headers.get("date")) or now))


def freshness(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """How much longer the answer is fresh, from `Cache-Control`, `Expires` and `Age` (RFC 9111, 4.2).

    None where the answer does not say, and where it asks to be checked every time.
    """
    directives = {name.lower(): value.strip() for name, value in _DIRECTIVE.findall(headers.get("cache-control", ""))}
    if directives.keys() & _NEVER_FRESH:
        return None
    if "max-age" in directives:
        given = directives["max-age"]
        lifetime = _seconds(given) if _SECONDS.fullmatch(given) else None
    else:
        expires = http_date(headers.get("expires"))
        lifetime = expires - (http_date(headers.get("date")) or now) if expires else None
    if lifetime is None:
        return None
    age = headers.get("age", "").strip()
    return _within(lifetime - (_seconds(age) if _SECONDS.fullmatch(age) else dt.timedelta(0)))


def _seconds(digits: str) -> dt.timedelta:
    return dt.timedelta(seconds=min(int(digits), MAX_WAIT.total_seconds()))


def _within(wait: dt.timedelta) -> dt.timedelta:
    return min(max(wait, dt.timedelta(0)), MAX_WAIT)
