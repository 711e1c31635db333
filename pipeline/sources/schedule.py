"""When to ask a source again, as pure decisions: what is due, and what a fetch means for the next check."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.categories import Outcome, SourceStatus
from pipeline.model import Fetch, Source, SourceState
from pipeline.read.addresses import host_of

LONGEST_WAIT = dt.timedelta(hours=24)
_GONE = 410
_STOPPED = frozenset({SourceStatus.GONE, SourceStatus.DISABLED})


def due(sources: Sequence[Source], states: Mapping[str, SourceState], now: dt.datetime) -> tuple[Source, ...]:
    """The sources to ask at `now`, those that wait longest first; one that is gone or switched off never is."""
    found = []
    for source in sources:
        state = states.get(source.source_id) or SourceState(source.source_id)
        if not source.enabled or state.status in _STOPPED:
            continue
        if state.next_check_at is None or state.next_check_at <= now:
            found.append((state.next_check_at is not None, state.next_check_at or now, source.name, source))
    return tuple(source for *_, source in sorted(found, key=lambda row: row[:3]))


def next_state(source: Source, state: SourceState, fetch: Fetch, now: dt.datetime) -> SourceState:
    """The state of `source` after `fetch`; never earlier than its own interval from `now`.

    The wait is the longest of the interval, Retry-After, Cache-Control's max-age and the back-off, which
    doubles with each failure in a row; what the server and the back-off ask for counts up to 24 hours.
    """
    checked = replace(state, last_checked_at=now, last_error=fetch.error)
    if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
        return replace(
            checked,
            status=SourceStatus.OK,
            last_changed_at=now if fetch.outcome == Outcome.NEW else state.last_changed_at,
            next_check_at=now + _wait(source, fetch.retry_after, fetch.max_age),
            consecutive_failures=0,
            last_error=None,
        )
    failures = state.consecutive_failures + 1
    if fetch.status == _GONE:
        return replace(checked, status=SourceStatus.GONE, next_check_at=None, consecutive_failures=failures)
    blocked = fetch.outcome == Outcome.BLOCKED
    return replace(
        checked,
        status=SourceStatus.BLOCKED if blocked else SourceStatus.FAILING,
        next_check_at=now + _wait(source, fetch.retry_after, _back_off(source, failures, blocked)),
        consecutive_failures=failures,
    )


def host_groups(sources: Sequence[Source], groups: int) -> tuple[tuple[Source, ...], ...]:
    """At most `groups` groups of about equal size; the sources of one host are all in one of them."""
    by_host: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[host_of(source.url)].append(source)
    filled: list[list[Source]] = [[] for _ in range(min(max(1, groups), len(by_host)))]
    for _, members in sorted(by_host.items(), key=lambda row: (-len(row[1]), row[0])):
        min(filled, key=len).extend(members)
    return tuple(map(tuple, filled))


def _wait(source: Source, *asked: dt.timedelta | None) -> dt.timedelta:
    longest = max((wait for wait in asked if wait is not None), default=dt.timedelta())
    return max(source.every, min(longest, LONGEST_WAIT))


def _back_off(source: Source, failures: int, blocked: bool) -> dt.timedelta:
    if blocked:
        return LONGEST_WAIT
    # The first failure waits no longer than usual: most are over by the next check.
    doublings: int = 2 ** min(failures - 1, 20)
    return min(max(source.every, dt.timedelta(minutes=1)), LONGEST_WAIT) * doublings
