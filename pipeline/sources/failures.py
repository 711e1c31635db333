"""What kind of failure an exchange met: the one place that reads it out of a status and an error."""

from __future__ import annotations

from enum import StrEnum

from pipeline.categories import Outcome
from pipeline.model import Fetch


class Failure(StrEnum):
    """Why a source gave nothing, as an operator tells one trouble from another."""

    DNS = "dns"
    CERTIFICATE = "certificate"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    STATUS = "status"
    BODY = "body"
    REDIRECT = "redirect"
    ADDRESS = "address"
    ROBOTS = "robots"
    NOT_A_FEED = "not a feed"
    UNREADABLE = "unreadable"


HOST_FAILURES = frozenset(
    {Failure.DNS, Failure.CERTIFICATE, Failure.REFUSED, Failure.TIMEOUT, Failure.CONNECTION, Failure.ROBOTS}
)
"""Failures that say something of the whole host, and not of one address on it."""

_OVERLOADED = frozenset({408, 425, 429})
_TOLD_BY = (
    (Failure.NOT_A_FEED, ("where a feed was expected", "is no feed")),
    (Failure.TIMEOUT, ("no complete answer within", "timed out")),
    (Failure.DNS, ("its name is not known", "no address for")),
    (Failure.CERTIFICATE, ("certificate verify failed", "certificate has expired", " alert", "wrong version number")),
    (Failure.REFUSED, ("connection refused",)),
    (Failure.CONNECTION, ("could not connect", "exchange broke off", "not told of a stored copy")),
    (Failure.ROBOTS, ("/robots.txt ",)),
    (Failure.REDIRECT, ("redirected",)),
    (Failure.ADDRESS, ("not an address", "only http and https")),
    (Failure.BODY, ("the answer ", "empty body")),
)


def failure_of(fetch: Fetch) -> Failure | None:
    """The kind of failure of `fetch`; None where it answered."""
    if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
        return None
    said = (fetch.error or "").lower()
    for kind, marks in _TOLD_BY:
        if any(mark in said for mark in marks):
            return kind
    if fetch.status is None:
        return Failure.CONNECTION
    return Failure.STATUS if fetch.status >= 300 else Failure.UNREADABLE


def speaks_of_its_host(fetch: Fetch) -> bool:
    """Whether a failure is one of the whole host: it cannot be reached, breaks down, or asks to be left alone."""
    kind = failure_of(fetch)
    if kind is Failure.STATUS and fetch.status is not None:
        return fetch.status >= 500 or fetch.status in _OVERLOADED
    return kind in HOST_FAILURES and fetch.outcome is not Outcome.BLOCKED
