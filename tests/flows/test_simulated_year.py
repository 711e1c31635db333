"""What the rules would have sent of a replayed year is what is sent of it as it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from flows.delivery import deliver_pending
from flows.ingest import ingest
from flows.simulating import simulated
from pipeline.config import ChannelSettings, Route, load_settings
from pipeline.notify import route
from tests.flows.command import ROOT, SHIPPED_CONFIG
from tests.newsroom.receivers import SlackReceiver
from warehouse import Changes, Published, writing

BLOG = ROOT.parent / "shared" / "replay" / "qwen-blog-2024.warc.gz"
WAIT = dt.timedelta(seconds=10)
EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
CHANNEL = ChannelSettings("newsroom", "slack", {"webhook_url_secret": "HOOK"})


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    receiver = SlackReceiver()
    yield receiver
    receiver.close()


@pytest.mark.soak
@pytest.mark.skipif(not BLOG.exists(), reason="the archive does not lie beside this checkout")
def test_a_simulation_of_the_replayed_year_equals_what_is_sent_as_it_goes(tmp_path: Path, slack: SlackReceiver) -> None:
    settings = replace(load_settings(SHIPPED_CONFIG), channels=(CHANNEL,), routes=(Route("newsroom"),))
    ingest([BLOG], settings, tmp_path / "ledger", lambda: NOW)
    with writing(tmp_path / "ledger", WAIT, NOW) as writer:
        raised = writer.alerts_since(EVER)
    assert len(raised) > 10
    for moment, together in groupby(raised, key=lambda alert: alert.created_at):
        alerts = list(together)
        with writing(tmp_path / "sent", WAIT, moment) as writer:
            writer.commit(Changes(alerts=alerts, deliveries=route(alerts, settings.routes, moment)))
        deliver_pending(tmp_path / "sent", settings, lambda at=moment: at, {"HOOK": slack.url}.get, flush=True)
    query = "SELECT alert_id, message_id, sent_at FROM deliveries WHERE state = 'sent'"
    sent = {alert_id: (message_id, at) for alert_id, message_id, at in Published(tmp_path / "sent").query(query).rows}
    outcomes = [one for one in simulated(tmp_path / "ledger", settings, EVER, NOW) if one.sent_at]
    assert {one.alert.alert_id: (one.message_id, one.sent_at) for one in outcomes} == sent
    told = {message_id for message_id, _ in sent.values()}
    assert {message_id: len(copies) for message_id, copies in slack.messages.items()} == dict.fromkeys(told, 1)
