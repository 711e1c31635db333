"""What answers say about time: how long to wait, and how long they stay fresh."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from pipeline.fetch.limits import MAX_WAIT

_SECONDS = re.compile(r"\d{1,18}")
_DIRECTIVE = re.compile(r'([a-z-]+)(?:\s*=\s*"?([^",]*)"?)?', re.IGNORECASE)
_LIMIT_FIELD = re.compile(r";\s*([rt])=(\d{1,18})")
_LINK = re.compile(r"<([^<>]{1,4096})>[^,<]*?;\s*rel=\"?([^\",;<>]{1,200})", re.IGNORECASE)
# A reset below this many seconds cannot be a moment of our time, and one above it no wait.
_EPOCH_FROM = 1_000_000_000
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


def asked_wait(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """How long to wait as `Retry-After` asks, or until a limit that is used up is lifted; the longer of both."""
    waits = [wait for wait in (retry_after(headers, now), limit_wait(headers, now)) if wait is not None]
    return max(waits, default=None)


def limit_wait(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """How long until requests are allowed again, where the answer says that this was the last one allowed.

    Reads `RateLimit: "api";r=0;t=55` (the draft of the HTTPAPI group, as Hugging Face sends it), and fields such
    as `X-RateLimit-Remaining` and `X-RateLimit-Reset`, which is an epoch at GitHub and seconds elsewhere.
    """
    waits = [
        _seconds(fields["t"])
        for fields in (dict(_LIMIT_FIELD.findall(part)) for part in headers.get("ratelimit", "").split(","))
        if fields.get("r") == "0" and "t" in fields
    ]
    for prefix in ("x-ratelimit", "ratelimit"):
        remaining = headers.get(f"{prefix}-remaining", "").strip()
        reset = headers.get(f"{prefix}-reset", "").strip()
        if remaining == "0" and _SECONDS.fullmatch(reset):
            waits.append(_until(int(reset), http_date(headers.get("date")) or now))
    return max(waits, default=None)


def next_page(headers: Mapping[str, str]) -> str | None:
    """The address, absolute or relative, of the next part of a list: `Link: <…>; rel="next"` (RFC 8288)."""
    return next(
        (target for target, rel in _LINK.findall(headers.get("link", "")) if "next" in rel.lower().split()), None
    )


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


def _until(reset: int, now: dt.datetime) -> dt.timedelta:
    """The wait for a reset in seconds from now, or at a moment where the number is too large for that."""
    if reset < _EPOCH_FROM:
        return _seconds(str(reset))
    return _within(dt.timedelta(seconds=min(reset - now.timestamp(), MAX_WAIT.total_seconds())))


def _within(wait: dt.timedelta) -> dt.timedelta:
    return min(max(wait, dt.timedelta(0)), MAX_WAIT)
