"""What the rules say of an alert and a channel, and why: what fits, what is held, what is muted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import ConflictKind, DeliveryMode, DeliveryState, EventStatus, EventType, Severity
from pipeline.config.settings import QuietHours, Route
from pipeline.ledger import Mute
from pipeline.notify import route
from pipeline.notify.routing import verdicts
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE, NOW

HOUR = dt.timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(dt.time(22), dt.time(7), BERLIN)
LEFT = replace(
    DEPARTURE, event_type=EventType.DEPARTURE, status=EventStatus.CONFIRMED, entities=("person", "team", "company")
)
MINOR = replace(LEFT, severity=Severity.LOW)
OPENED = replace(DISPUTE, conflict_kind=ConflictKind.DATE)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"events": frozenset({EventType.RELEASE})}, "event type departure is not asked for"),
        ({"statuses": frozenset({EventStatus.RUMOURED})}, "status confirmed is not asked for"),
        ({"conflicts": frozenset({ConflictKind.DATE})}, "conflict kind none is not asked for"),
        ({"entities": frozenset({"somebody"})}, "it is about nobody asked for"),
        ({"min_severity": Severity.HIGH}, "severity low is below high"),
    ],
    ids=["event", "status", "conflict", "entity", "severity"],
)
def test_what_a_route_does_not_ask_for_does_not_go_there_and_is_told_why(rule: dict[str, object], why: str) -> None:
    (verdict,) = verdicts(MINOR, [Route("desk", **rule)], NOW)  # type: ignore[arg-type]
    assert (verdict.mode, verdict.because) == (None, f"no route takes it: {why}")
    assert route([MINOR], [Route("desk", **rule)], NOW) == ()  # type: ignore[arg-type]


def test_what_lies_within_whom_a_rule_names_is_meant_too() -> None:
    assert verdicts(LEFT, [Route("desk", entities=frozenset({"company"}))], NOW)[0].mode is DeliveryMode.GROUPED
    assert verdicts(OPENED, [Route("desk", conflicts=frozenset({ConflictKind.DATE}))], NOW)[0].mode is not None


@pytest.mark.parametrize(
    ("there", "ends"),
    [
        ("2026-03-03T21:59", None),
        ("2026-03-03T22:00", "2026-03-04T07:00"),
        ("2026-03-04T06:59", "2026-03-04T07:00"),
        ("2026-03-04T07:00", None),
        ("2026-03-28T23:00", "2026-03-29T07:00"),
    ],
    ids=["before", "begins", "past midnight", "over", "the night that is an hour shorter"],
)
def test_quiet_hours_go_by_the_clocks_of_their_place(there: str, ends: str | None) -> None:
    moment = dt.datetime.fromisoformat(there).replace(tzinfo=BERLIN)
    expected = dt.datetime.fromisoformat(ends).replace(tzinfo=BERLIN) if ends else None
    assert NIGHT.end(moment) == expected


@given(
    st.times(),
    st.times(),
    st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + dt.timedelta(minutes=minutes)),
    st.sampled_from([BERLIN, ZoneInfo("Asia/Shanghai")]),
)
def test_quiet_hours_end_within_a_day_and_are_over_then(
    start: dt.time, until: dt.time, moment: dt.datetime, zone: ZoneInfo
) -> None:
    quiet = QuietHours(start, until, zone)
    end = quiet.end(moment)
    if end is not None:
        assert moment < end <= moment + 26 * HOUR
        # The hour that clocks pass twice may be quiet twice.
        assert quiet.end(end) is None or end.astimezone(zone).fold != (end + HOUR).astimezone(zone).fold


def test_quiet_hours_hold_and_never_drop_and_what_is_grave_passes() -> None:
    late = dt.datetime(2026, 3, 3, 23, tzinfo=BERLIN)
    routes = [Route("desk", quiet_hours=NIGHT)]
    (held,) = route([MINOR], routes, late)
    assert held.state is DeliveryState.HELD
    assert held.next_attempt_at == dt.datetime(2026, 3, 4, 7, tzinfo=BERLIN)
    (passes,) = route([replace(MINOR, severity=Severity.HIGH)], routes, late)
    assert (passes.state, passes.next_attempt_at) == (DeliveryState.PENDING, late)


def test_of_several_routes_the_one_that_lets_it_through_soonest_decides() -> None:
    late = dt.datetime(2026, 3, 3, 23, tzinfo=BERLIN)
    routes = [
        Route("desk", mode=DeliveryMode.DIGEST),
        Route("desk", quiet_hours=NIGHT),
        Route("desk", mode=DeliveryMode.INSTANT, language="zh"),
    ]
    (verdict,) = verdicts(MINOR, routes, late)
    assert (verdict.mode, verdict.language, verdict.held) == (DeliveryMode.INSTANT, "zh", False)


@pytest.mark.parametrize("about", ["company", LEFT.event_id], ids=["an entity above", "the event"])
def test_a_mute_keeps_quiet_until_it_ends_or_is_lifted(about: str) -> None:
    mute = Mute("m", about, "Somebody", "we know", "Ada", NOW, NOW + 24 * HOUR)
    routes = [Route("desk")]
    (verdict,) = verdicts(LEFT, routes, NOW + HOUR, [mute])
    assert (verdict.mode, verdict.muted) == (None, True)
    assert "Somebody is muted until" in verdict.because
    assert "we know" in verdict.because
    assert verdicts(LEFT, routes, NOW + 24 * HOUR, [mute])[0].mode is not None
    assert verdicts(LEFT, routes, NOW - HOUR, [mute])[0].mode is not None
    assert verdicts(LEFT, routes, NOW + HOUR, [replace(mute, lifted_at=NOW + HOUR / 2)])[0].mode is not None
    assert verdicts(BROKEN_SOURCE, [Route("desk", kinds=frozenset({BROKEN_SOURCE.kind}))], NOW, [mute])[0].mode
