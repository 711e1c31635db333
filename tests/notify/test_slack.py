"""Every answer of a real receiver on loopback becomes the right receipt, and none raises."""

from __future__ import annotations

import datetime as dt
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.notify.channel import ReceiptState
from pipeline.notify.slack import SlackChannel
from pipeline.notify.slack_blocks import payloads
from tests.notify.examples import DEPARTURE, DISPUTE, EARLY
from tests.notify.slack_server import Webhook, slack


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with slack() as running:
        yield running


def channel(webhook: Webhook) -> SlackChannel:
    return SlackChannel(webhook.url, dt.timedelta(seconds=5))


def test_a_message_arrives_whole_and_is_sent(webhook: Webhook) -> None:
    receipt = channel(webhook).send(DISPUTE)
    assert (receipt.state, receipt.error) == (ReceiptState.SENT, None)
    assert webhook.kept[DISPUTE.alert_id]["blocks"][0]["text"]["text"] == DISPUTE.title


def test_the_same_alert_twice_is_one_for_a_receiver_that_keys_on_its_id(webhook: Webhook) -> None:
    for _ in range(2):
        channel(webhook).send(DISPUTE)
    assert webhook.posts == 2
    assert list(webhook.kept) == [DISPUTE.alert_id]


def test_blocks_that_are_refused_are_sent_again_as_bare_words(webhook: Webhook) -> None:
    webhook.script = [(400, "invalid_blocks", {})]
    receipt = channel(webhook).send(DEPARTURE)
    assert receipt.state is ReceiptState.SENT
    assert receipt.error == "sent as bare words, as Slack refused it: invalid_blocks"
    assert DEPARTURE.alert_id in webhook.kept


def test_a_message_that_is_refused_in_every_form_has_failed(webhook: Webhook) -> None:
    webhook.script = [(400, "invalid_blocks", {}), (400, "no_text", {})]
    receipt = channel(webhook).send(DEPARTURE)
    assert receipt.state is ReceiptState.FAILED
    assert not receipt.channel_down


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_webhook_that_is_gone_waits_for_the_operator(webhook: Webhook, status: int) -> None:
    webhook.script = [(status, "no_service", {})]
    receipt = channel(webhook).send(DEPARTURE)
    assert receipt.state is ReceiptState.RETRY
    assert receipt.channel_down
    assert "make a new webhook" in (receipt.error or "")


def test_too_many_messages_wait_as_long_as_slack_asks(webhook: Webhook) -> None:
    webhook.script = [(429, "rate_limited", {"Retry-After": "37"})]
    receipt = channel(webhook).send(DEPARTURE)
    assert receipt.state is ReceiptState.RETRY
    assert receipt.retry_after == dt.timedelta(seconds=37)


@pytest.mark.parametrize("asked", ["soon", "-5", "", "9" * 30, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_is_no_number_of_seconds_is_left_to_our_own(webhook: Webhook, asked: str) -> None:
    webhook.script = [(429, "rate_limited", {"Retry-After": asked})]
    assert channel(webhook).send(DEPARTURE).retry_after is None


def test_a_wait_of_years_is_a_day(webhook: Webhook) -> None:
    webhook.script = [(429, "", {"Retry-After": "99999999"})]
    assert channel(webhook).send(DEPARTURE).retry_after == dt.timedelta(days=1)


@pytest.mark.parametrize("answer", [(500, "oops", {}), (503, "", {}), (200, "<html>Sign in</html>", {})])
def test_trouble_at_the_other_end_is_tried_again_later(webhook: Webhook, answer: object) -> None:
    webhook.script = [answer]
    receipt = channel(webhook).send(DEPARTURE)
    assert receipt.state is ReceiptState.RETRY
    assert receipt.channel_down
    assert receipt.error
    assert webhook.posts == 1


@pytest.mark.parametrize("answer", ["reset", "garbage"])
def test_a_line_that_breaks_after_the_message_leaves_it_unknown_whether_it_was_taken(
    webhook: Webhook, answer: str
) -> None:
    webhook.script = [answer]
    receipt = channel(webhook).send(DEPARTURE)
    assert (receipt.state, receipt.channel_down, webhook.posts) == (ReceiptState.UNKNOWN, True, 1)
    assert receipt.error


def test_a_receiver_that_does_not_answer_is_given_up_in_time(webhook: Webhook) -> None:
    webhook.script = ["slow"]
    receipt = SlackChannel(webhook.url, dt.timedelta(seconds=1)).send(DEPARTURE)
    assert receipt.state is ReceiptState.UNKNOWN
    assert "timed out" in (receipt.error or "")


def test_nobody_listening_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    receipt = SlackChannel(f"http://127.0.0.1:{port}/x").send(DEPARTURE)
    assert receipt.state is ReceiptState.RETRY
    assert receipt.channel_down


def test_the_address_of_the_webhook_is_in_no_log_and_no_error(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.script = [(404, "no_service", {}), "reset", "garbage"]
    with caplog.at_level(logging.DEBUG):
        told = [channel(webhook).send(DEPARTURE).error or "" for _ in range(4)]
    assert "made-for-the-test" not in caplog.text + "".join(told)


def test_a_long_message_is_posted_in_parts_that_each_carry_its_id(webhook: Webhook) -> None:
    pauses: list[float] = []
    wordy = tuple(replace(EARLY, text=f"{number} " + "and so on " * 300) for number in range(6))
    long = replace(DEPARTURE, sides=(replace(DEPARTURE.sides[0], quotes=wordy),))
    receipt = SlackChannel(webhook.url, dt.timedelta(seconds=5), pause=pauses.append).send(long)
    assert (receipt.state, receipt.error) == (ReceiptState.SENT, None)
    assert webhook.posts == len(payloads(long)) == len(pauses) + 1 > 2
    assert list(webhook.kept) == [long.alert_id]
