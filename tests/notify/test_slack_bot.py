"""Slack by bot token, against a receiver that keeps messages as Slack does: threads, edits, and looking up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipeline.model import Problem
from pipeline.notify.channel import Edits, Finds, ReceiptState
from pipeline.notify.slack_blocks import payloads
from pipeline.notify.slack_bot import SlackBotChannel
from tests.notify.examples import DEPARTURE, DISPUTE, EARLY, NOW
from tests.notify.receiver import Answer, Post, receiver

WORDY = tuple(replace(EARLY, text=f"{number} " + "and so on " * 300) for number in range(6))
LONG = replace(DEPARTURE, sides=(replace(DEPARTURE.sides[0], quotes=WORDY),))


class Workspace:
    """One channel's messages by their time; `errors` are answered first, and None stands for an answer of its own."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.pauses: list[float] = []
        self.errors: list[Answer | None] = []

    def answer(self, post: Post) -> Answer:
        if self.errors and (answer := self.errors.pop(0)) is not None:
            return answer
        method, data = post.path.partition("?")[0].strip("/"), post.data
        if method == "chat.postMessage":
            if data.get("thread_ts", "1.0") not in {"1.0", *self.messages}:
                return told(ok=False, error="thread_not_found")
            ts = f"{len(self.messages) + 1}.0"
            self.messages[ts] = data | {"ts": ts}
            return told(ok=True, channel="C01", ts=ts)
        if method == "chat.update":
            self.messages[data["ts"]] |= data
            return told(ok=True, channel="C01", ts=data["ts"])
        thread = data.get("ts")
        found = [one for one in self.messages.values() if one.get("thread_ts") == thread]
        found = [self.messages[thread], *found] if thread in self.messages else found
        half = len(found) // 2 if not data.get("cursor") else 0
        page = found[:half] if half else found[len(found) // 2 :]
        return told(ok=True, messages=page, response_metadata={"next_cursor": "2" if half else ""})


def told(**answer: object) -> Answer:
    return 200, json.dumps(answer), {"Content-Type": "application/json"}


@pytest.fixture
def workspace() -> Iterator[tuple[Workspace, SlackBotChannel]]:
    with receiver() as running:
        made = Workspace()
        running.answer = made.answer
        yield made, SlackBotChannel("xoxb-made-for-the-test", "C01", api_url=running.url, pause=made.pauses.append)


def test_a_follow_up_stands_under_the_first_message_and_changes_its_headline(
    workspace: tuple[Workspace, SlackBotChannel],
) -> None:
    slack, channel = workspace
    assert isinstance(channel, Edits)
    first = channel.send(DEPARTURE)
    assert first.provider_id == "C01/1.0"
    second = channel.send(DISPUTE, thread=first.provider_id)
    assert second.state is ReceiptState.SENT
    assert slack.messages["2.0"]["thread_ts"] == "1.0"
    assert channel.edit("C01/1.0", replace(DEPARTURE, title="Confirmed: Wei Ran left.")).state is ReceiptState.SENT
    assert slack.messages["1.0"]["blocks"][0]["text"]["text"] == "Confirmed: Wei Ran left."


def test_what_was_sent_is_found_by_its_alert_id_in_the_channel_and_in_a_thread(
    workspace: tuple[Workspace, SlackBotChannel],
) -> None:
    _, channel = workspace
    assert isinstance(channel, Finds)
    assert channel.find(DEPARTURE.alert_id, NOW) is None
    channel.send(DEPARTURE)
    channel.send(DISPUTE, thread="C01/1.0")
    assert channel.find(DEPARTURE.alert_id, NOW) == "C01/1.0"
    assert channel.find(DISPUTE.alert_id, NOW) is None
    assert channel.find(DISPUTE.alert_id, NOW, thread="C01/1.0") == "C01/2.0"


def test_a_thread_that_is_gone_does_not_lose_the_message(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    assert channel.send(DISPUTE, thread="C01/99.0").state is ReceiptState.SENT
    assert "thread_ts" not in slack.messages["1.0"]


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ((429, "{}", {"Retry-After": "37"}), ReceiptState.RETRY, ""),
        (told(ok=False, error="not_in_channel"), ReceiptState.RETRY, "/invite"),
        (told(ok=False, error="invalid_auth"), ReceiptState.RETRY, "check the bot token"),
        (told(ok=False, error="internal_error"), ReceiptState.UNKNOWN, "internal_error"),
        (told(ok=False, error="restricted_action"), ReceiptState.FAILED, "restricted_action"),
        ((503, "busy", {}), ReceiptState.RETRY, "503"),
    ],
)
def test_every_refusal_is_the_right_receipt(
    workspace: tuple[Workspace, SlackBotChannel], answer: Answer, state: ReceiptState, words: str
) -> None:
    slack, channel = workspace
    slack.errors = [answer]
    receipt = channel.send(DEPARTURE)
    assert receipt.state is state
    assert words in (receipt.error or "")
    assert receipt.retry_after == (dt.timedelta(seconds=37) if answer[0] == 429 else None)


def test_who_cannot_be_asked_has_not_said_no(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    slack.errors = [told(ok=False, error="missing_scope")]
    found = channel.find(DEPARTURE.alert_id, NOW)
    assert isinstance(found, Problem)
    assert "channels:history" in found.message


def test_a_long_message_goes_on_below_its_first_part_in_order(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    receipt = channel.send(LONG)
    parts = payloads(LONG)
    assert (receipt.state, receipt.provider_id, receipt.error) == (ReceiptState.SENT, "C01/1.0", None)
    assert len(parts) > 2
    assert [one["blocks"] for one in slack.messages.values()] == [part["blocks"] for part in parts]
    assert [one.get("thread_ts") for one in slack.messages.values()] == [None, *["1.0"] * (len(parts) - 1)]
    assert slack.pauses == [1.0] * (len(parts) - 1)


def test_a_long_follow_up_goes_on_in_the_thread_that_it_stands_in(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    channel.send(DEPARTURE)
    channel.send(replace(LONG, dedupe_key="another"), thread="C01/1.0")
    assert {one.get("thread_ts") for ts, one in slack.messages.items() if ts != "1.0"} == {"1.0"}


def test_a_try_that_broke_between_two_parts_is_gone_on_with(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    nothing_there = None  # the first question is what an earlier try has posted
    slack.errors = [nothing_there, None, (503, "", {})]
    broken = channel.send(LONG)
    assert (broken.state, broken.channel_down) == (ReceiptState.RETRY, True)
    assert broken.error == f"part 2 of {len(payloads(LONG))}: Slack answered 503"
    assert channel.find(LONG.alert_id, NOW) is None
    assert channel.send(LONG).state is ReceiptState.SENT
    assert [one["blocks"] for one in slack.messages.values()] == [part["blocks"] for part in payloads(LONG)]
    assert channel.find(LONG.alert_id, NOW) == "C01/1.0"


def test_a_short_wait_between_two_parts_is_waited_for(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    slack.errors = [None, None, (429, "{}", {"Retry-After": "7"})]
    assert channel.send(LONG).state is ReceiptState.SENT
    assert slack.pauses[:2] == [1.0, 7.0]
    assert len(slack.messages) == len(payloads(LONG))


def test_a_long_message_is_edited_part_by_part(workspace: tuple[Workspace, SlackBotChannel]) -> None:
    slack, channel = workspace
    sent = channel.send(LONG)
    assert channel.edit(sent.provider_id or "", replace(LONG, title="Confirmed.")).state is ReceiptState.SENT
    assert len(slack.messages) == len(payloads(LONG))
    assert slack.messages["2.0"]["blocks"][0]["elements"][0]["text"].endswith("· Confirmed.")
