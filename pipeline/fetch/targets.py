"""Which addresses may be asked: before the first request, and before each redirect is followed."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from pipeline.categories import Outcome
from pipeline.fetch.wording import one_line

_SCHEMES = frozenset({"http", "https"})
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is not asked. `outcome` is BLOCKED where it could be, but must not be."""

    reason: str
    outcome: Outcome


def refusal(url: str) -> Refusal | None:
    """Why `url` is not asked, or None: the place for robots.txt and for a guard of private networks."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        return _no_address(url, one_line(error))
    if not parts.scheme:
        return _no_address(url, "it begins with neither http:// nor https://")
    if parts.scheme not in _SCHEMES:
        return Refusal(f"only http and https addresses are fetched, not {url!r}", Outcome.BLOCKED)
    if not parts.host:
        return _no_address(url, "it names no host")
    if parts.port is not None and not 0 < parts.port <= _MAX_PORT:
        return _no_address(url, f"there is no port {parts.port}")
    return None


def redirect_target(url: str, location: str) -> str | Refusal:
    """Where a redirect from `url` leads, or why it is not followed."""
    refused: Refusal | None
    try:
        target = str(httpx.URL(url).join(location))
        refused = refusal(target)
    except (httpx.InvalidURL, UnicodeError) as error:
        target, refused = location, _no_address(location, one_line(error))
    return target if refused is None else Refusal(f"is redirected: {refused.reason}", refused.outcome)


def _no_address(url: str, why: str) -> Refusal:
    return Refusal(f"{url!r} is not an address: {why}", Outcome.ERROR)
