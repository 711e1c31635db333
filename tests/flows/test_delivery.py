"""The outbox: sent once, tried again when a channel is down, and gathered for the digest."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.cycle import cycle
from flows.delivery import BATCH, LEASE, deliver_digest, deliver_pending
from flows.reports import CycleReport, DeliveryReport
from flows.send_journal import FOLDER
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


def quiet_cycle(data: Path, settings: Settings, slack: SlackReceiver, at: dt.datetime) -> CycleReport:
    """A cycle that has nobody to ask, so that its write turn leaves nothing new to deliver."""
    return cycle(replace(settings, sources=()), data, at, lambda: at, secret={"HOOK": slack.url}.get)


@pytest.mark.parametrize(
    ("state", "waits_until"),
    [
        (DeliveryState.PENDING, NOON),
        (DeliveryState.PENDING, NOON + LEASE),
        (DeliveryState.SENDING, NOON),
        (DeliveryState.SENDING, NOON + LEASE),
    ],
    ids=["waiting", "kept over quiet hours", "taken by one that died", "being sent"],
)
def test_a_cycle_without_news_sends_what_is_due_and_keeps_the_rest(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver, state: DeliveryState, waits_until: dt.datetime
) -> None:
    settings = configured(shipped, Route("newsroom"))
    waiting = replace(route([alert(1)], settings.routes, NOON)[0], state=state, next_attempt_at=waits_until)
    with writing(tmp_path, WAIT, NOON) as writer:
        writer.commit(Changes(alerts=[alert(1)], deliveries=[waiting]))
    first = quiet_cycle(tmp_path, settings, slack, NOON)
    assert (first.outbox, first.delivery.sent) == (True, int(waits_until == NOON))
    second = quiet_cycle(tmp_path, settings, slack, NOON + LEASE)
    assert first.delivery.sent + second.delivery.sent == 1
    assert states(tmp_path) == ["sent"]
    third = quiet_cycle(tmp_path, settings, slack, NOON + 2 * LEASE)
    assert (third.outbox, third.delivery) == (False, DeliveryReport())


def test_a_cycle_without_news_keeps_what_is_held_for_the_digest(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    settings = configured(shipped, Route("newsroom", mode=DeliveryMode.DIGEST))
    raise_alerts(tmp_path, settings, alert(1))
    assert quiet_cycle(tmp_path, settings, slack, NOON).outbox
    assert states(tmp_path) == ["held"]
    assert deliver_digest(tmp_path, settings, lambda: NOON, {"HOOK": slack.url}.get).sent == 1


def test_a_cycle_without_news_puts_away_the_journal_of_a_sender_that_died(
    tmp_path: Path, shipped: Settings, slack: SlackReceiver
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "of-one-that-died.jsonl").write_text('{"leased": {}}\n')
    assert quiet_cycle(tmp_path, configured(shipped, Route("newsroom")), slack, NOON).outbox
    assert list((tmp_path / FOLDER).iterdir()) == []
