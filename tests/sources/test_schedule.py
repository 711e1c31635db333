"""When to ask again."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Outcome, SourceStatus
from pipeline.model import Fetch, Source, SourceState
from pipeline.sources.schedule import LONGEST_WAIT, Brought, adapted_interval, due, next_state
from tests.sources.site import DAY, HOUR, NOW, fetched, source

FEED = source("https://daily.example/feed.xml")
MINUTE = dt.timedelta(minutes=1)


def answer(outcome: Outcome = Outcome.NEW, **changes: object) -> Fetch:
    error = None if outcome in (Outcome.NEW, Outcome.UNCHANGED) else "answered 503 Service Unavailable"
    return replace(fetched(FEED, b"x"), outcome=outcome, **({"error": error} | changes))  # type: ignore[arg-type]


def after(state: SourceState, fetch: Fetch, feed: Source = FEED) -> SourceState:
    return next_state(feed, state, fetch, NOW)


START = SourceState(FEED.source_id)


def test_an_answer_makes_the_source_well_and_waits_its_interval() -> None:
    failing = replace(START, status=SourceStatus.FAILING, consecutive_failures=7, last_error="x")
    state = after(failing, answer())
    assert (state.status, state.last_checked_at, state.last_changed_at) == (SourceStatus.OK, NOW, NOW)
    assert (state.next_check_at, state.last_good_at) == (NOW + HOUR, NOW)
    assert (state.consecutive_failures, state.last_error, state.failure) == (0, None, None)


def test_an_unchanged_answer_is_a_check_and_no_change() -> None:
    state = after(replace(START, last_changed_at=NOW - DAY), answer(Outcome.UNCHANGED))
    assert (state.last_checked_at, state.last_changed_at) == (NOW, NOW - DAY)


def test_the_longest_of_interval_retry_after_and_max_age_counts() -> None:
    assert after(START, answer(max_age=5 * HOUR)).next_check_at == NOW + 5 * HOUR
    assert after(START, answer(max_age=MINUTE)).next_check_at == NOW + HOUR
    assert after(START, answer(max_age=2 * HOUR, retry_after=3 * HOUR)).next_check_at == NOW + 3 * HOUR
    assert after(START, answer(Outcome.ERROR, retry_after=3 * HOUR)).next_check_at == NOW + 3 * HOUR


def test_a_failure_is_kept_with_its_message_and_the_first_waits_no_longer_than_usual() -> None:
    state = after(START, answer(Outcome.ERROR))
    assert (state.status, state.consecutive_failures) == (SourceStatus.FAILING, 1)
    assert state.last_error == "answered 503 Service Unavailable"
    assert state.next_check_at == NOW + HOUR


def test_gone_is_for_good_and_blocked_waits_a_day() -> None:
    gone = after(START, answer(Outcome.ERROR, status=410))
    assert (gone.status, gone.next_check_at) == (SourceStatus.GONE, None)
    assert due([FEED], {FEED.source_id: gone}, NOW + 365 * DAY) == ()
    blocked = after(START, answer(Outcome.BLOCKED))
    assert (blocked.status, blocked.next_check_at) == (SourceStatus.BLOCKED, NOW + DAY)


WAITS = st.none() | st.timedeltas(dt.timedelta(), 400 * DAY)
INTERVALS = st.timedeltas(MINUTE, 3 * DAY)
OUTCOMES = st.sampled_from([Outcome.NEW, Outcome.UNCHANGED, Outcome.ERROR, Outcome.BLOCKED])


def waited(state: SourceState) -> dt.timedelta:
    assert state.next_check_at is not None
    return state.next_check_at - NOW


@given(INTERVALS, OUTCOMES, WAITS, WAITS, st.integers(0, 10_000))
def test_the_next_check_is_never_before_the_interval_nor_more_than_a_day_beyond_it(
    every: dt.timedelta, outcome: Outcome, retry_after: dt.timedelta | None, max_age: dt.timedelta | None, failures: int
) -> None:
    fetch = answer(outcome, retry_after=retry_after, max_age=max_age)
    state = after(replace(START, consecutive_failures=failures), fetch, replace(FEED, every=every))
    assert every <= waited(state) <= max(every, LONGEST_WAIT)


@given(INTERVALS, OUTCOMES, WAITS, WAITS, st.integers(0, 50))
def test_retry_after_only_ever_lengthens(
    every: dt.timedelta, outcome: Outcome, retry_after: dt.timedelta | None, max_age: dt.timedelta | None, failures: int
) -> None:
    feed, state = replace(FEED, every=every), replace(START, consecutive_failures=failures)
    without = after(state, answer(outcome, max_age=max_age), feed)
    with_it = after(state, answer(outcome, max_age=max_age, retry_after=retry_after), feed)
    assert waited(with_it) >= waited(without)


@given(INTERVALS, st.integers(1, 40))
def test_the_wait_doubles_with_each_failure_but_for_its_jitter_until_it_is_a_day(
    every: dt.timedelta, failures: int
) -> None:
    feed, state, waits = replace(FEED, every=every), START, []
    for _ in range(failures):
        state = after(state, answer(Outcome.ERROR), feed)
        waits.append(waited(state))
    assert waits == sorted(waits)
    full = [max(every, min(every * 2 ** min(n, 12), LONGEST_WAIT)) for n in range(failures)]
    assert all(whole * 0.9 <= wait <= whole for wait, whole in zip(waits, full, strict=True))
    assert state.consecutive_failures == failures


@given(INTERVALS, st.timedeltas(dt.timedelta(), 400 * DAY), st.timedeltas(dt.timedelta(), 400 * DAY))
def test_the_longer_there_was_no_news_the_later_the_next_check_within_floor_and_ceiling(
    every: dt.timedelta, silence: dt.timedelta, longer: dt.timedelta
) -> None:
    feed = replace(FEED, every=every)
    shorter, later = (adapted_interval(feed, NOW - each, NOW) for each in sorted((silence, longer)))
    assert every <= shorter <= later <= max(every, min(8 * every, LONGEST_WAIT))


def test_news_brings_the_interval_back_to_the_floor() -> None:
    quiet = replace(START, last_news_at=NOW - 30 * DAY)
    unchanged = after(quiet, answer(Outcome.UNCHANGED))
    assert 7 * HOUR < waited(unchanged) <= 8 * HOUR
    assert after(quiet, answer()).next_check_at == NOW + HOUR


def test_jitter_parts_sources_of_one_rhythm_and_is_the_same_in_a_replay() -> None:
    feeds = [source(f"https://daily.example/{number}") for number in range(20)]
    waits = [adapted_interval(feed, NOW - 30 * DAY, NOW) for feed in feeds]
    assert len(set(waits)) == len(waits)
    assert waits == [adapted_interval(feed, NOW - 30 * DAY, NOW) for feed in feeds]


def test_a_feed_s_ttl_lengthens_the_wait_and_holds_while_it_is_unchanged() -> None:
    told = next_state(FEED, START, answer(), NOW, Brought(news=True, ttl=5 * HOUR))
    assert told.next_check_at == NOW + 5 * HOUR
    unchanged = next_state(FEED, told, answer(Outcome.UNCHANGED), NOW, Brought())
    assert unchanged.next_check_at == NOW + 5 * HOUR
    assert next_state(FEED, unchanged, answer(), NOW, Brought(news=True)).next_check_at == NOW + HOUR


def test_due_is_what_was_never_asked_or_whose_time_has_come() -> None:
    feeds = [replace(FEED, source_id=name, name=name) for name in ("late", "later", "never", "off", "soon", "blocked")]
    states = {
        "late": SourceState("late", next_check_at=NOW - HOUR),
        "later": SourceState("later", next_check_at=NOW - 2 * HOUR),
        "soon": SourceState("soon", next_check_at=NOW + MINUTE),
        "blocked": SourceState("blocked", SourceStatus.BLOCKED, next_check_at=NOW),
    }
    feeds[3] = replace(feeds[3], enabled=False)
    assert [feed.name for feed in due(feeds, states, NOW)] == ["never", "later", "late", "blocked"]
