"""Deliveries: leased to one sender, offered again when the sender died, never undone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import DeliveryState
from pipeline.errors import WarehouseError
from tests.warehouse.records import NOW, WAIT, alert, delivery, rows_of, turn
from warehouse import Changes, Published, writing

MINUTE = dt.timedelta(minutes=1)
UNTIL = NOW + 10 * MINUTE


def outbox(data_dir: Path, *states: DeliveryState) -> None:
    alerts = [alert(f"alert {index}", NOW - index * MINUTE) for index, _ in enumerate(states)]
    deliveries = [delivery(one, state=state) for one, state in zip(alerts, states, strict=True)]
    turn(data_dir, Changes(alerts=alerts, deliveries=deliveries))


def test_what_is_not_settled_is_given_with_its_alert_oldest_first(data_dir: Path) -> None:
    outbox(data_dir, *[DeliveryState.PENDING] * 2, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.FAILED)
    with writing(data_dir, WAIT, NOW) as writer:
        waiting = writer.open_deliveries()
        assert [found.dedupe_key for _, found in waiting] == ["alert 3", "alert 1", "alert 0"]
        assert waiting[1] == (delivery(alert("alert 1", NOW - MINUTE)), alert("alert 1", NOW - MINUTE))


def test_a_thread_is_known_by_its_first_and_its_last_message_in_each_channel(data_dir: Path) -> None:
    told = [replace(alert(f"alert {index}", NOW + index * MINUTE), thread_id="event") for index in range(3)]
    sent = [
        replace(delivery(one, state=DeliveryState.SENT), sent_at=one.created_at, provider_id=f"m{index}")
        for index, one in enumerate(told)
    ]
    turn(data_dir, Changes(alerts=told, deliveries=[*sent[:2], replace(sent[2], channel="other")]))
    with writing(data_dir, WAIT, NOW) as writer:
        threads = {(sent[0].channel, "event"), ("other", "event")}
        first, last = writer.first_messages(["event"]), writer.last_messages(["event", "unknown"])
        assert first.keys() == last.keys() == threads
        ((begun, _),), (latest, _) = first[sent[0].channel, "event"], last[sent[0].channel, "event"]
        assert (begun.provider_id, latest.provider_id) == ("m0", "m1")
        assert writer.first_messages([]) == {}


def test_the_first_message_of_a_thread_is_known_with_all_that_it_told_of(data_dir: Path) -> None:
    told = [replace(alert(f"alert {index}", NOW), thread_id="event") for index in range(3)]
    leading = told[1].alert_id
    sent = [
        replace(delivery(one, state=DeliveryState.SENT), sent_at=NOW, message_id=leading, provider_id="m")
        for one in told
    ]
    turn(data_dir, Changes(alerts=told, deliveries=sent))
    with writing(data_dir, WAIT, NOW) as writer:
        first = writer.first_messages(["event"])[sent[0].channel, "event"]
        assert first[0][1] == told[1]
        assert {one for _, one in first} == set(told)


def test_an_event_keeps_the_thread_in_which_it_was_told_of_first(data_dir: Path) -> None:
    first = replace(alert("alert 1", NOW), event_id="event", thread_id="another")
    later = replace(alert("alert 2", NOW + MINUTE), event_id="event", thread_id="event")
    turn(data_dir, Changes(alerts=[later, first]))
    with writing(data_dir, WAIT, NOW) as writer:
        assert writer.threads(["event", "unknown"]) == {"event": "another"}


def test_a_leased_delivery_is_nobody_elses_to_take(data_dir: Path) -> None:
    outbox(data_dir, DeliveryState.PENDING)
    with writing(data_dir, WAIT, NOW) as writer:
        ((waiting, _),) = writer.open_deliveries()
        (leased,) = writer.lease([waiting], UNTIL)
        assert (leased.state, leased.attempts, leased.next_attempt_at) == (DeliveryState.SENDING, 1, UNTIL)
        assert writer.lease([waiting], UNTIL) == []

        ((left_behind, _),) = writer.open_deliveries()
        assert left_behind == leased
        (taken_over,) = writer.lease([left_behind], UNTIL + MINUTE)
        assert taken_over.attempts == 2


def test_what_was_sent_stays_sent(data_dir: Path) -> None:
    outbox(data_dir, DeliveryState.PENDING)
    with writing(data_dir, WAIT, NOW) as writer:
        ((waiting, _),) = writer.open_deliveries()
        (leased,) = writer.lease([waiting], UNTIL)
        sent = replace(leased, state=DeliveryState.SENT, sent_at=NOW, next_attempt_at=None, provider_id="ok")
        writer.record([sent])
        writer.record([replace(leased, state=DeliveryState.PENDING, error="a late sender gave up")])

        assert rows_of(writer, "SELECT state, provider_id, error FROM deliveries") == [("sent", "ok", None)]
        assert writer.lease([sent], UNTIL) == []


def test_recording_a_delivery_that_is_not_stored_is_refused(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer, pytest.raises(WarehouseError, match="not stored"):
        writer.record([delivery(alert())])


def test_a_second_commit_never_sends_a_delivery_again(data_dir: Path) -> None:
    outbox(data_dir, DeliveryState.PENDING)
    with writing(data_dir, WAIT, NOW) as writer:
        ((waiting, _),) = writer.open_deliveries()
        writer.record([replace(waiting, state=DeliveryState.SENT)])
        report = writer.commit(Changes(deliveries=[waiting]))

        assert report.deliveries == ()
        assert writer.open_deliveries() == []


def test_a_lease_alone_is_not_worth_a_copy_but_its_outcome_is(data_dir: Path) -> None:
    outbox(data_dir, DeliveryState.PENDING)
    with writing(data_dir, WAIT, NOW) as writer:
        ((waiting, _),) = writer.open_deliveries()
        (leased,) = writer.lease([waiting], UNTIL)
        assert not writer.publish()
        writer.record([replace(leased, state=DeliveryState.SENT)])
    assert Published(data_dir).query("SELECT state, attempts FROM deliveries").rows == (("sent", 1),)


def test_alerts_can_be_read_from_a_moment_on(data_dir: Path) -> None:
    outbox(data_dir, *[DeliveryState.PENDING] * 3)
    with writing(data_dir, WAIT, NOW) as writer:
        assert [one.dedupe_key for one in writer.alerts_since(NOW - MINUTE)] == ["alert 1", "alert 0"]
        assert len(writer.alerts_since(dt.datetime.min.replace(tzinfo=dt.UTC))) == 3
