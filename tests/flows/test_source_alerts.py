"""The operator hears of a source once when it fails for a while, and once when it is back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from flows.source_alerts import FAILURES_TOLD, source_alerts
from pipeline.categories import AlertKind, SourceStatus, Tier
from pipeline.ledger import Alert
from pipeline.model import Source, SourceState

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
SOURCE = Source(
    "s1", "The Ledger", "feed", "https://ledger.example/feed", "Ledger", "en", Tier.PRESS, dt.timedelta(hours=1)
)


def checks(outcomes: list[bool]) -> list[Alert]:
    """The alerts of a row of checks an hour apart; True is a check that went well."""
    state, told = SourceState(SOURCE.source_id), []
    for number, went_well in enumerate(outcomes):
        now = NOON + dt.timedelta(hours=number)
        after = replace(
            state,
            status=SourceStatus.OK if went_well else SourceStatus.FAILING,
            consecutive_failures=0 if went_well else state.consecutive_failures + 1,
            last_error=None if went_well else "answered 503 Service Unavailable",
            next_check_at=now + dt.timedelta(hours=1),
        )
        told += source_alerts([SOURCE], {state.source_id: state}, [after], now)
        state = after
    return told


def test_two_failures_are_not_worth_telling() -> None:
    assert checks([True, False, False, True]) == []


def test_the_third_failure_in_a_row_is_told_with_address_reason_and_next_try() -> None:
    [alert] = checks([False] * 6)
    assert alert.kind is AlertKind.SOURCE_FAILING
    assert alert.title == "The Ledger has failed 3 times in a row"
    assert alert.body == (
        "https://ledger.example/feed: answered 503 Service Unavailable; next try at 2026-03-04 15:00 UTC."
    )
    assert alert.source_id == SOURCE.source_id


def test_a_recovery_is_told_once_and_only_after_a_failure_that_was_told() -> None:
    kinds = [alert.kind for alert in checks([False, False, False, False, True, True, False, True])]
    assert kinds == [AlertKind.SOURCE_FAILING, AlertKind.SOURCE_RECOVERED]


@given(st.lists(st.booleans(), max_size=40))
def test_failing_and_recovered_take_turns_and_no_key_comes_twice(outcomes: list[bool]) -> None:
    told = checks(outcomes)
    wanted = [AlertKind.SOURCE_FAILING, AlertKind.SOURCE_RECOVERED] * len(told)
    assert [alert.kind for alert in told] == wanted[: len(told)]
    assert len({alert.dedupe_key for alert in told}) == len(told)
    assert any(alert.kind is AlertKind.SOURCE_FAILING for alert in told) == (
        "n" * FAILURES_TOLD in "".join("y" if good else "n" for good in outcomes)
    )


def test_a_source_that_is_gone_is_told_at_once_and_once() -> None:
    gone = SourceState(SOURCE.source_id, SourceStatus.GONE, consecutive_failures=1, last_error="answered 410 Gone")
    [alert] = source_alerts([SOURCE], {}, [gone], NOON)
    assert alert.title == "The Ledger is gone and is no longer checked"
    assert source_alerts([SOURCE], {SOURCE.source_id: gone}, [gone], NOON) == ()
