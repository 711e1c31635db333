"""A follow-up changes the headline of the first message where the channel can, and is sent whether or not it can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.categories import AlertKind, DeliveryState
from pipeline.ledger import Alert, Delivery
from pipeline.notify import send_parcels
from pipeline.notify.parcels import Item, Parcel, combined, ready
from pipeline.notify.slack_bot import SlackBotChannel
from tests.notify.examples import DEPARTURE, DISPUTE, NOW, numbered
from tests.notify.receiver import receiver
from tests.notify.test_slack_bot import Workspace, told

CONFIRMED = replace(
    DEPARTURE,
    dedupe_key="status_raised:e1::confirmed",
    kind=AlertKind.STATUS_RAISED,
    title="Now confirmed by the company: Wei Ran leaves the model team.",
    translations=(replace(DEPARTURE.translations[0], title="公司已证实：魏然从模型团队离职。"),),
)


@pytest.fixture
def slack() -> Iterator[tuple[Workspace, SlackBotChannel]]:
    with receiver() as running:
        workspace = Workspace()
        running.answer = workspace.answer
        yield workspace, SlackBotChannel("xoxb-made-for-the-test", "C01", api_url=running.url)


def parcel(*alerts: Alert, root: tuple[Item, ...] = (), language: str | None = None) -> Parcel:
    waiting = [
        (Delivery(one.alert_id, "slack", "slack", DeliveryState.PENDING, language=language), one) for one in alerts
    ]
    (found,) = ready(waiting, {}, NOW, flush=True)
    return replace(found, root=root)


def sent(channel: SlackBotChannel, given: Parcel) -> tuple[Item, ...]:
    (settled,) = send_parcels([given], channel, lambda: NOW)
    assert {one.state for one in settled} == {DeliveryState.SENT}
    return tuple(zip(settled, given.alerts, strict=True))


def headline(workspace: Workspace, ts: str) -> str:
    return str(workspace.messages[ts]["blocks"][0]["text"]["text"])


def words(workspace: Workspace, ts: str) -> str:
    return str(workspace.messages[ts]["blocks"])


@pytest.mark.parametrize("follow_up", [CONFIRMED, DISPUTE], ids=lambda one: one.kind)
def test_the_first_message_says_what_became_of_it_and_still_what_it_said(
    slack: tuple[Workspace, SlackBotChannel], follow_up: Alert
) -> None:
    workspace, channel = slack
    first = sent(channel, parcel(DEPARTURE))
    before = workspace.messages["1.0"]["metadata"]
    sent(channel, parcel(follow_up, root=first))
    assert workspace.messages["2.0"]["thread_ts"] == "1.0"
    assert headline(workspace, "1.0") == follow_up.title[:150]
    assert DEPARTURE.title in words(workspace, "1.0")
    assert DEPARTURE.sides[0].quotes[0].text in words(workspace, "1.0")
    assert workspace.messages["1.0"]["metadata"] == before


def test_the_latest_follow_up_counts_and_the_reader_s_language(slack: tuple[Workspace, SlackBotChannel]) -> None:
    workspace, channel = slack
    first = sent(channel, parcel(DEPARTURE, language="zh"))
    for follow_up in (DISPUTE, CONFIRMED):
        sent(channel, parcel(follow_up, root=first, language="zh"))
    assert headline(workspace, "1.0") == CONFIRMED.translations[0].title
    assert DEPARTURE.translations[0].title in words(workspace, "1.0")
    assert DISPUTE.translations[0].title not in words(workspace, "1.0")


def test_all_that_the_first_message_told_of_stays_in_it(slack: tuple[Workspace, SlackBotChannel]) -> None:
    workspace, channel = slack
    thread = {"event_id": DEPARTURE.event_id, "thread_id": DEPARTURE.event_id}
    together = [replace(DEPARTURE, **thread), replace(numbered(7, title="Wei Ran founds a firm."), **thread)]
    first = sent(channel, parcel(*together))
    sent(channel, parcel(CONFIRMED, root=first))
    assert all(one.title in words(workspace, "1.0") for one in together)
    assert headline(workspace, "1.0") == CONFIRMED.title
    assert combined(together).alert_id == workspace.messages["1.0"]["metadata"]["event_payload"]["alert_id"]


def test_news_of_a_further_event_leaves_the_headline(slack: tuple[Workspace, SlackBotChannel]) -> None:
    workspace, channel = slack
    first = sent(channel, parcel(DEPARTURE))
    sent(channel, parcel(numbered(8, title="Wei Ran founds a firm."), root=first))
    assert headline(workspace, "1.0") == DEPARTURE.title


def test_a_headline_that_cannot_be_changed_does_not_undo_the_delivery(slack: tuple[Workspace, SlackBotChannel]) -> None:
    workspace, channel = slack
    first = sent(channel, parcel(DEPARTURE))
    taken = workspace.answer

    def refuses_edits(post):  # type: ignore[no-untyped-def]
        return told(ok=False, error="cant_update_message") if "chat.update" in post.path else taken(post)

    with receiver() as running:
        running.answer = refuses_edits
        refusing = SlackBotChannel("xoxb-made-for-the-test", "C01", api_url=running.url)
        ((delivery, _),) = sent(refusing, parcel(CONFIRMED, root=first))
    assert delivery.error == (
        "sent, but the headline of the first message was not changed: Slack refuses: cant_update_message"
    )
    assert set(workspace.messages) == {"1.0", "2.0"}
