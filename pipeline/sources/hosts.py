"""A breaker per host, as pure decisions: one that fails again and again is left alone for a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.model import Fetch, HostState
from pipeline.sources.failures import speaks_of_its_host

FAILURES_OPEN = 3
FIRST_REST = dt.timedelta(minutes=5)
LONGEST_REST = dt.timedelta(hours=24)


def after_exchange(state: HostState, fetch: Fetch, started: dt.datetime, spacing: dt.timedelta) -> HostState:
    """The host's state after one exchange that began at `started`.

    The third failure in a row over all of its sources opens the breaker; the first request after its rest is
    a probe: a success closes it, a failure doubles the rest. `Retry-After` of a host that is overloaded is
    the least that it rests.
    """
    if not speaks_of_its_host(fetch):
        return HostState(state.host, last_asked_at=started, spacing=spacing)
    failures = state.failures + 1
    doublings: int = 2 ** min(max(failures - FAILURES_OPEN, 0), 20)
    rest = FIRST_REST * doublings if failures >= FAILURES_OPEN else dt.timedelta()
    rest = min(max(rest, fetch.retry_after or dt.timedelta()), LONGEST_REST)
    asked = replace(state, last_asked_at=started, spacing=spacing)
    return replace(asked, failures=failures, open_until=started + rest if rest else None, last_error=fetch.error)


def rests_until(state: HostState | None, now: dt.datetime) -> dt.datetime | None:
    """When the host may be asked again; None where it may be now."""
    return state.open_until if state and state.open_until and state.open_until > now else None


def ready_at(state: HostState | None, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """When the spacing of an earlier run allows the next request.

    A clock that was set back, as by a replay, must not hold the host for longer than the spacing.
    """
    if state is None or state.last_asked_at is None:
        return now
    return min(state.last_asked_at, now) + max(spacing, state.spacing or spacing)
