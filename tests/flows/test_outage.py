"""A channel that is down for a day: everything arrives, in order within its event, once; the operator hears of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.delivery import deliver_pending
from pipeline.categories import AlertKind, DeliveryMode
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from pipeline.config.settings import SOURCE_HEALTH
from pipeline.ledger import Alert
from pipeline.notify import route
from tests.flows.command import SHIPPED_CONFIG
from tests.newsroom.receivers import Refusal, SlackReceiver
from tests.notify.examples import numbered
from warehouse import Changes, Published, writing

MORNING = dt.datetime(2026, 3, 4, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WAIT = dt.timedelta(seconds=10)
SLACK = ChannelSettings("newsroom", "slack", {"webhook_url_secret": "HOOK"})
DESK = ChannelSettings("desk", "console", {})
ROUTES = (Route("newsroom", mode=DeliveryMode.INSTANT), Route("desk", kinds=SOURCE_HEALTH))


class BusySlack(SlackReceiver):
    """Down while `allowed` is None; else it takes that many messages and answers 429 to the next."""

    allowed: int | None = None

    def take(self, path: str, body: bytes) -> Refusal:
        if self.allowed is None:
            return Refusal(503, "service_unavailable")
        if self.allowed == 0:
            return Refusal(429, "ratelimited", retry_after=30)
        self.allowed -= 1
        return super().take(path, body)


@pytest.fixture
def slack() -> Iterator[BusySlack]:
    receiver = BusySlack()
    yield receiver
    receiver.close()


def told_of(event: str, number: int, at: dt.datetime) -> Alert:
    return numbered(number, event_id=event, thread_id=event, created_at=at, title=f"{event} {number}")


def raise_alerts(data: Path, *alerts: Alert) -> None:
    at = max(one.created_at for one in alerts)
    with writing(data, WAIT, at) as writer:
        writer.commit(Changes(alerts=alerts, deliveries=route(alerts, ROUTES, at)))


def test_a_slack_that_is_down_for_a_day_and_then_busy_gets_everything_once_and_in_order(
    tmp_path: Path, slack: BusySlack
) -> None:
    settings: Settings = replace(load_settings(SHIPPED_CONFIG), channels=(SLACK, DESK), routes=ROUTES)
    desk = io.StringIO()
    raised: list[Alert] = []

    def deliver(at: dt.datetime) -> None:
        deliver_pending(tmp_path, settings, lambda: at, {"HOOK": slack.url}.get, stream=desk)

    for hour in range(0, 26, 4):  # news of two events, and a try with each
        now = MORNING + hour * 60 * MINUTE
        news = [told_of(event, hour * 2 + place, now) for place, event in enumerate("ab")]
        raised += news
        raise_alerts(tmp_path, *news)
        deliver(now)
    assert slack.messages == {}
    assert desk.getvalue().count("Channel newsroom has taken nothing since 2026-03-04 08:00 UTC") == 1

    for minutes in range(0, 180, 5):
        slack.allowed = 3
        deliver(MORNING + 26 * 60 * MINUTE + minutes * MINUTE)
        if len(slack.messages) == len(raised) and "takes messages again" in desk.getvalue():
            break
    assert {key: len(found) for key, found in slack.messages.items()} == {one.alert_id: 1 for one in raised}
    arrived = {alert_id: place for place, alert_id in enumerate(slack.messages)}
    for event in "ab":
        places = [arrived[one.alert_id] for one in raised if one.event_id == event]
        assert places == sorted(places)
    assert desk.getvalue().count("Channel newsroom takes messages again") == 1
    kinds = Published(tmp_path).query("SELECT kind, count(*) FROM alerts WHERE event_id IS NULL GROUP BY kind").rows
    assert dict(kinds) == {AlertKind.SOURCE_FAILING: 1, AlertKind.SOURCE_RECOVERED: 1}
