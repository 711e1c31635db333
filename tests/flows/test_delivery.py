"""The outbox: sent once, tried again when a channel is down, and gathered for the digest."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.delivery import BATCH, LEASE, deliver_digest, deliver_pending
from flows.reports import DeliveryReport
from pipeline.categories import AlertKind, DeliveryMode, DeliveryState, Severity
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from pipeline.ledger import Alert, Delivery
from pipeline.notify import route
from tests.flows.command import SHIPPED_CONFIG
from tests.newsroom.receivers import Refusal, SlackReceiver
from warehouse import Changes, Published, writing

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
SLACK = ChannelSettings("newsroom", "slack", {"webhook_url_secret": "HOOK"})
DESK = ChannelSettings("desk", "console", {})
WAIT = dt.timedelta(seconds=10)


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    receiver = SlackReceiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(SHIPPED_CONFIG)


def configured(shipped: Settings, *routes: Route) -> Settings:
    return replace(shipped, channels=(SLACK, DESK), routes=routes)


def alert(number: int, severity: Severity = Severity.HIGH) -> Alert:
    return Alert(
        dedupe_key=f"new_event:e{number}::reported",
        kind=AlertKind.NEW_EVENT,
        severity=severity,
        event_id=f"e{number}",
        conflict_id=None,
        source_id=None,
        title=f"Event {number} happened: reported by one source.",
        body="From The Ledger, 4 March 2026.",
        sides=(),
        created_at=NOON,
    )


def raise_alerts(data: Path, settings: Settings, *alerts: Alert) -> None:
    with writing(data, WAIT, NOON) as writer:
        writer.commit(Changes(alerts=alerts, deliveries=route(alerts, settings.routes, NOON)))


def deliver(data: Path, settings: Settings, slack: SlackReceiver, at: dt.datetime) -> DeliveryReport:
    return deliver_pending(data, settings, lambda: at, {"HOOK": slack.url}.get, flush=True, stream=io.StringIO())


def states(data: Path) -> list[str]:
    return [state for (state,) in Published(data).query("SELECT state FROM deliveries ORDER BY alert_id").rows]


def test_every_alert_is_sent_once_however_often_delivery_runs(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom"))
    alerts = [alert(number) for number in range(BATCH + 5)]
    raise_alerts(tmp_path, settings, *alerts)
    assert deliver(tmp_path, settings, slack, NOON).sent == len(alerts)
    assert deliver(tmp_path, settings, slack, NOON + dt.timedelta(hours=1)) == DeliveryReport()
    assert {key: len(found) for key, found in slack.messages.items()} == {each.alert_id: 1 for each in alerts}


def test_a_channel_that_is_down_keeps_its_alerts_and_delays_nobody_else(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom"), Route("desk"))
    slack.refusals.extend([Refusal(503, "service_unavailable")] * 10)
    raise_alerts(tmp_path, settings, alert(1), alert(2))
    report = deliver(tmp_path, settings, slack, NOON)
    assert (report.sent, report.waiting, report.failed) == (2, 2, 0)
    assert "newsroom" in report.problems[0].item
    slack.refusals.clear()
    assert deliver(tmp_path, settings, slack, NOON + dt.timedelta(seconds=5)).sent == 0
    assert deliver(tmp_path, settings, slack, NOON + dt.timedelta(minutes=5)).sent == 2
    assert sorted(slack.messages) == sorted([alert(1).alert_id, alert(2).alert_id])


def test_a_secret_that_is_missing_is_named_and_nothing_is_lost(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom"))
    raise_alerts(tmp_path, settings, alert(1))
    report = deliver_pending(tmp_path, settings, lambda: NOON, lambda _: None, flush=True)
    assert report.waiting == 1
    assert "the secret HOOK is not set" in report.problems[0].message
    assert deliver(tmp_path, settings, slack, NOON + dt.timedelta(minutes=5)).sent == 1


def test_what_a_sender_took_before_it_died_is_sent_when_its_lease_has_run_out(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom"))
    raise_alerts(tmp_path, settings, alert(1))
    with writing(tmp_path, WAIT, NOON) as writer:
        writer.lease([delivery for delivery, _ in writer.open_deliveries()], NOON + LEASE)
    assert deliver(tmp_path, settings, slack, NOON + LEASE / 2) == DeliveryReport()
    assert deliver(tmp_path, settings, slack, NOON + LEASE).sent == 1


def test_the_digest_gathers_what_was_held_into_one_message(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom", mode=DeliveryMode.DIGEST))
    raise_alerts(tmp_path, settings, alert(1), alert(2), alert(3))
    assert deliver(tmp_path, settings, slack, NOON) == DeliveryReport()
    evening = NOON + dt.timedelta(hours=8)
    report = deliver_digest(tmp_path, settings, lambda: evening, {"HOOK": slack.url}.get)
    assert report.sent == 3
    assert slack.posts == 1
    assert states(tmp_path) == ["sent"] * 3
    assert deliver_digest(tmp_path, settings, lambda: evening, {"HOOK": slack.url}.get) == DeliveryReport()


def test_a_digest_that_cannot_be_sent_is_tried_again_as_it_is(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom", mode=DeliveryMode.DIGEST))
    raise_alerts(tmp_path, settings, alert(1))
    slack.refusals.append(Refusal(503, "service_unavailable"))
    assert deliver_digest(tmp_path, settings, lambda: NOON, {"HOOK": slack.url}.get).waiting == 1
    raise_alerts(tmp_path, settings, alert(2))
    assert sorted(states(tmp_path)) == [DeliveryState.HELD, DeliveryState.PENDING]
    assert deliver(tmp_path, settings, slack, NOON + dt.timedelta(minutes=2)).sent == 1
    assert states(tmp_path).count("held") == 1


def test_nothing_is_raised_for_a_channel_that_is_switched_off(tmp_path: Path, shipped: Settings) -> None:
    settings = replace(shipped, channels=(), routes=())
    raise_alerts(tmp_path, settings, alert(1))
    assert states(tmp_path) == []
    assert deliver_pending(tmp_path, settings, lambda: NOON) == DeliveryReport()


def test_a_delivery_to_a_channel_that_is_no_longer_there_fails_and_is_told(tmp_path: Path, shipped: Settings) -> None:
    with writing(tmp_path, WAIT, NOON) as writer:
        gone = Delivery(alert(1).alert_id, "pigeon", "pigeon", DeliveryState.PENDING, next_attempt_at=NOON)
        writer.commit(Changes(alerts=[alert(1)], deliveries=[gone]))
    report = deliver_pending(tmp_path, configured(shipped), lambda: NOON, flush=True)
    assert report.failed == 1
    assert "pigeon" in report.problems[0].message
