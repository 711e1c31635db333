"""Which failures speak of a whole host: it cannot be reached, breaks down, or asks to be left alone."""

from __future__ import annotations

from pipeline.categories import FailureKind, Outcome
from pipeline.model import Fetch

_OF_THE_HOST = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CERTIFICATE,
        FailureKind.TLS,
        FailureKind.REFUSED,
        FailureKind.RESET,
        FailureKind.TIMEOUT,
        FailureKind.NOT_HTTP,
        FailureKind.ROBOTS,
    }
)
_OVERLOADED = frozenset({408, 425, 429})


def speaks_of_its_host(fetch: Fetch) -> bool:
    """Whether the failure of `fetch` is one of the whole host, and not of one address on it."""
    if fetch.failure is FailureKind.STATUS and fetch.status is not None:
        return fetch.status >= 500 or fetch.status in _OVERLOADED
    return fetch.failure in _OF_THE_HOST and fetch.outcome is not Outcome.BLOCKED
