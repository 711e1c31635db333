"""What goes out together, when, and in which order: decided from what is stored and the moment alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import AlertKind, DeliveryMode, DeliveryState, Severity
from pipeline.ledger import Alert, Delivery
from pipeline.notify.digest import Digest
from pipeline.notify.parcels import APART, GROUP_WAIT, Item, Parcel, combined, message_of, ready, under_root
from tests.notify.examples import NOW, numbered

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def of_event(event: str, number: int, after: dt.timedelta = dt.timedelta(), **changes: object) -> Alert:
    return numbered(number, event_id=event, thread_id=event, created_at=NOW + after, title=f"Title {number}", **changes)


def waiting(alert: Alert, **changes: object) -> Item:
    pending = Delivery(alert.alert_id, "desk", "desk", DeliveryState.PENDING)
    return replace(pending, **changes), alert  # type: ignore[arg-type]


def told(parcels: Sequence[Parcel]) -> list[list[str]]:
    return [sorted(alert.title for alert in parcel.alerts) for parcel in parcels]


def test_what_belongs_to_one_event_goes_as_one_message_after_half_a_minute() -> None:
    items = [waiting(of_event("a", 1)), waiting(of_event("a", 2, 10 * SECOND)), waiting(of_event("b", 3, 20 * SECOND))]
    assert ready(items, {}, NOW + GROUP_WAIT - SECOND) == []
    assert told(ready(items, {}, NOW + GROUP_WAIT)) == [["Title 1", "Title 2"]]
    assert told(ready(items, {}, NOW, flush=True)) == [["Title 1", "Title 2"], ["Title 3"]]


def test_an_event_is_told_of_once_in_five_minutes() -> None:
    items = [waiting(of_event("a", 1))]
    last = {("desk", "a"): NOW}
    assert ready(items, last, NOW + APART - SECOND, flush=True) == []
    assert told(ready(items, last, NOW + APART)) == [["Title 1"]]
    assert told(ready(items, {("other", "a"): NOW}, NOW + GROUP_WAIT)) == [["Title 1"]]


def test_what_is_asked_for_at_once_waits_for_nothing_and_goes_alone() -> None:
    items = [waiting(of_event("a", number), mode=DeliveryMode.INSTANT) for number in (1, 2)]
    assert told(ready(items, {("desk", "a"): NOW}, NOW)) == [["Title 1"], ["Title 2"]]


def test_what_is_held_goes_at_the_end_of_quiet_hours_and_the_digest_at_its_time() -> None:
    morning = NOW + 8 * 60 * MINUTE
    quiet = waiting(of_event("a", 1), state=DeliveryState.HELD, next_attempt_at=morning)
    for_digest = [waiting(of_event(event, 2), state=DeliveryState.HELD) for event in ("b", "c")]
    assert ready([quiet, *for_digest], {}, morning - SECOND) == []
    assert told(ready([quiet, *for_digest], {}, morning)) == [["Title 1"]]
    (digest,) = ready(for_digest, {}, NOW, digests=True)
    assert isinstance(message_of(digest), Digest)
    assert {delivery.mode for delivery in digest.deliveries} == {DeliveryMode.DIGEST}


def test_a_message_is_the_same_on_every_try_whatever_has_come_since() -> None:
    (first,) = ready([waiting(of_event("a", 1))], {}, NOW, flush=True)
    tried = [(replace(delivery, attempts=1, next_attempt_at=NOW + MINUTE), alert) for delivery, alert in first.items]
    later = waiting(of_event("a", 2, 40 * SECOND, severity=Severity.HIGH))
    (again,) = ready([*tried, later], {}, NOW + APART)
    assert (again.message_id, message_of(again)) == (first.message_id, message_of(first))


@pytest.mark.parametrize("mode", [DeliveryMode.INSTANT, DeliveryMode.GROUPED])
def test_nothing_of_a_thread_overtakes_what_waits_for_its_next_try(mode: DeliveryMode) -> None:
    stuck = waiting(of_event("a", 1), message_id="m1", composed_at=NOW, next_attempt_at=NOW + 60 * MINUTE, mode=mode)
    items = [stuck, waiting(of_event("a", 2, MINUTE), mode=mode), waiting(of_event("b", 3, MINUTE), mode=mode)]
    assert told(ready(items, {}, NOW + 30 * MINUTE)) == [["Title 3"]]


def test_one_message_of_several_alerts_is_led_by_the_weightiest_and_names_the_others() -> None:
    low = of_event("a", 1, severity=Severity.LOW, kind=AlertKind.FACT_CHANGED)
    new = of_event("a", 2, MINUTE, severity=Severity.HIGH)
    message = combined([low, new])
    assert (message.alert_id, message.title) == (new.alert_id, "Title 2")
    assert "• Title 1" in message.body
    assert message.sides == new.sides  # the same quotes are not shown twice


ALERTS = st.lists(
    st.builds(
        lambda event, number, seconds, mode: waiting(of_event(event, number, seconds * SECOND), mode=mode),
        st.sampled_from("abc"),
        st.integers(0, 99),
        st.integers(0, 600),
        st.sampled_from([DeliveryMode.INSTANT, DeliveryMode.GROUPED]),
    ),
    unique_by=lambda item: item[1].alert_id,
    max_size=12,
)


@given(ALERTS, st.randoms())
def test_everything_goes_exactly_once_and_at_most_one_message_an_event_in_five_minutes(items, chance) -> None:  # type: ignore[no-untyped-def]
    """Whatever the order of the rows, minute by minute."""
    left = [(replace(delivery, mode=DeliveryMode.GROUPED), alert) for delivery, alert in items]
    last: dict[tuple[str, str], dt.datetime] = {}
    gone: list[str] = []
    for minute in range(90):
        now = NOW + minute * MINUTE
        there = [item for item in left if item[1].created_at <= now]
        chance.shuffle(there)
        for parcel in ready(there, last, now):
            thread = ("desk", str(parcel.alerts[0].thread_id))
            assert now - last.get(thread, NOW - APART) >= APART
            last[thread] = now
            gone += [alert.alert_id for alert in parcel.alerts]
            left = [item for item in left if item[1] not in parcel.alerts]
    assert sorted(gone) == sorted(alert.alert_id for _, alert in items)


@given(ALERTS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(items, chance) -> None:  # type: ignore[no-untyped-def]
    expected = ready(items, {}, NOW + 10 * MINUTE)
    chance.shuffle(items)
    found = ready(items, {}, NOW + 10 * MINUTE)
    assert [parcel.message_id for parcel in found] == [parcel.message_id for parcel in expected]


def test_a_follow_up_stands_under_the_first_message_of_its_thread_and_a_digest_under_none() -> None:
    first = waiting(of_event("a", 1), state=DeliveryState.SENT, provider_id="first")
    later = [waiting(of_event("a", 2)), waiting(of_event("a", 3), state=DeliveryState.HELD), waiting(of_event("b", 4))]
    parcels = [under_root(one, {("desk", "a"): (first,)}) for one in ready(later, {}, NOW, flush=True, digests=True)]
    assert {tuple(titles): one.thread for titles, one in zip(told(parcels), parcels, strict=True)} == {
        ("Title 2",): "first",
        ("Title 3",): None,
        ("Title 4",): None,
    }
