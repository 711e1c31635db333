"""When to ask a source again, as pure decisions: what is due, and what a fetch means for the next check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.categories import FailureKind, Outcome, SourceStatus
from pipeline.model import Fetch, Source, SourceState, content_id
from pipeline.sources.moves import after_answer, after_failure, asks_configured

LONGEST_WAIT = dt.timedelta(hours=24)
SLOWEST = 8
"""A source without news is asked at least once in so many of its intervals, and in 24 hours."""

# As RFC 9111, 4.2.2, guesses how long an answer stays fresh: a tenth of how long it has stood.
_SHARE_OF_SILENCE = 10
_JITTER = 0.1
_GONE = 410
_STOPPED = frozenset({SourceStatus.GONE, SourceStatus.DISABLED})
# A source is quiet when it has been silent for so many times its longest silence, and for a week at least.
_QUIET_TIMES = 3
_QUIET_DAYS = dt.timedelta(days=7)
_ENOUGH_NEWS = 5


@dataclass(frozen=True, slots=True)
class Brought:
    """What an answer brought: `news` for new documents, `is_empty` for a list that has nothing left in it.

    `ttl` is how long a feed says that it stays as it is; None where it says nothing, or was not sent. `unreadable`
    is what an answer that could not be read was.
    """

    news: bool = False
    is_empty: bool = False
    ttl: dt.timedelta | None = None
    unreadable: FailureKind = FailureKind.UNREADABLE


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


def next_state(
    source: Source, state: SourceState, fetch: Fetch, now: dt.datetime, brought: Brought | None = None
) -> SourceState:
    """The state of `source` after `fetch`; never due again earlier than its own interval from `now`.

    The wait is the longest of the adapted interval, Retry-After, the freshness that the answer states
    (Cache-Control, Expires), the feed's ttl and the back-off, which doubles with each failure in a row; what
    the server and the back-off ask for counts up to 24 hours.
    """
    if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED):
        return _after_success(source, state, fetch, now, brought or Brought(news=fetch.outcome is Outcome.NEW))
    kind = brought.unreadable if brought and fetch.failure is FailureKind.UNREADABLE else fetch.failure
    return _after_failure(source, state, fetch, now, kind)


def adapted_interval(source: Source, last_news_at: dt.datetime | None, now: dt.datetime) -> dt.timedelta:
    """A tenth of the time since the last news, between `every` and eight times that (24 hours at most).

    It is shortened by up to a tenth, so that sources of one rhythm drift apart; by how much follows from the
    source and the moment, and a replay comes to the same.
    """
    silence = now - last_news_at if last_news_at else dt.timedelta()
    ceiling = max(source.every, min(SLOWEST * source.every, LONGEST_WAIT))
    return max(source.every, _with_jitter(source, min(silence / _SHARE_OF_SILENCE, ceiling), now))


def _after_success(source: Source, state: SourceState, fetch: Fetch, now: dt.datetime, brought: Brought) -> SourceState:
    last_news_at = now if brought.news else state.last_news_at
    interval = adapted_interval(source, last_news_at, now)
    ttl = brought.ttl if fetch.outcome is Outcome.NEW else state.ttl
    good = replace(
        after_answer(source, state, fetch, now),
        status=SourceStatus.OK,
        last_checked_at=now,
        last_good_at=now,
        last_changed_at=now if fetch.outcome is Outcome.NEW else state.last_changed_at,
        next_check_at=now + _wait(interval, fetch.retry_after, fetch.max_age, ttl),
        consecutive_failures=0,
        last_error=None,
        failure=None,
        failing_since=None,
        interval=interval,
        ttl=ttl,
    )
    return _with_news(good, now) if brought.news else _with_silence(good, fetch, now, brought.is_empty)


def _after_failure(
    source: Source, state: SourceState, fetch: Fetch, now: dt.datetime, kind: FailureKind | None
) -> SourceState:
    failures = state.consecutive_failures + 1
    blocked = fetch.outcome is Outcome.BLOCKED
    # A new address that says so may be wrong: the configured one is asked first.
    gone = fetch.status == _GONE and asks_configured(source, state, now)
    status = SourceStatus.GONE if gone else SourceStatus.BLOCKED if blocked else SourceStatus.FAILING
    wait = _wait(source.every, fetch.retry_after, _back_off(source, failures, blocked, now))
    return replace(
        after_failure(source, state, now),
        status=status,
        last_checked_at=now,
        next_check_at=None if gone else now + wait,
        consecutive_failures=failures,
        last_error=fetch.error,
        failure=kind,
        failing_since=state.failing_since or now,
    )


def _with_news(state: SourceState, now: dt.datetime) -> SourceState:
    silence = now - state.last_news_at if state.last_news_at else None
    longest = max(filter(None, (silence, state.longest_silence)), default=None)
    return replace(state, last_news_at=now, news=state.news + 1, longest_silence=longest, quiet_since=None)


def _with_silence(state: SourceState, fetch: Fetch, now: dt.datetime, is_empty: bool) -> SourceState:
    silent = (
        state.news >= _ENOUGH_NEWS
        and state.last_news_at is not None
        and now - state.last_news_at > max(_QUIET_TIMES * (state.longest_silence or _QUIET_DAYS), _QUIET_DAYS)
    )
    # An unchanged list is as empty as it was.
    unchanged = fetch.outcome is Outcome.UNCHANGED and state.quiet_since is not None
    quiet = silent or unchanged or (is_empty and state.news > 0)
    quiet_since = (state.quiet_since or now) if quiet else None
    return state if quiet_since == state.quiet_since else replace(state, quiet_since=quiet_since)


def _wait(interval: dt.timedelta, *asked: dt.timedelta | None) -> dt.timedelta:
    longest = max((wait for wait in asked if wait is not None), default=dt.timedelta())
    return max(interval, min(longest, LONGEST_WAIT))


def _back_off(source: Source, failures: int, blocked: bool, now: dt.datetime) -> dt.timedelta:
    if blocked:
        return LONGEST_WAIT
    # The first failure waits no longer than usual: most are over by the next check.
    doublings: int = 2 ** min(failures - 1, 20)
    wait = min(max(source.every, dt.timedelta(minutes=1)), LONGEST_WAIT) * doublings
    return _with_jitter(source, min(wait, LONGEST_WAIT), now)


def _with_jitter(source: Source, wait: dt.timedelta, now: dt.datetime) -> dt.timedelta:
    drawn = int(content_id("jitter", source.source_id, now.isoformat()), 16) / 2**64
    return wait * (1 - _JITTER * drawn)
