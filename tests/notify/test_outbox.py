"""Alerts find their channels; a failed delivery waits longer each time, and a dead channel delays nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import AlertKind, DeliveryState, Severity
from pipeline.config.settings import SOURCE_HEALTH, Route
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify import Channel, attempt, deliver, given_up, route, settle
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.outbox import FEWEST_ATTEMPTS, GIVE_UP_AFTER, back_off
from pipeline.notify.render import Message
from pipeline.notify.slack import SlackChannel
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE, NOW, numbered
from tests.notify.slack_server import slack

MINUTE = dt.timedelta(minutes=1)
PENDING = Delivery(DEPARTURE.alert_id, "slack", "slack", DeliveryState.PENDING, next_attempt_at=NOW)
SENT = Receipt(ReceiptState.SENT)


@dataclass
class Recorder:
    """A channel of the tests: it keeps what it is given and answers with `receipt`."""

    receipt: Receipt = SENT
    given: list[str] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        self.given.append(message.alert_id)
        return self.receipt


def states(deliveries: tuple[Delivery, ...]) -> dict[str, DeliveryState]:
    return {delivery.channel: delivery.state for delivery in deliveries}


def test_an_alert_goes_once_to_each_channel_with_a_route_for_it() -> None:
    routes = (Route("slack"), Route("slack", min_severity=Severity.HIGH), Route("email"))
    assert states(route([DEPARTURE], routes, NOW)) == {
        "slack": DeliveryState.PENDING,
        "email": DeliveryState.PENDING,
    }


def test_what_is_below_the_bar_is_held_for_the_digest() -> None:
    routes = (
        Route("slack", min_severity=Severity.MEDIUM),
        Route("slack", digest=True),
        Route("email", min_severity=Severity.HIGH),
    )
    (held,) = route([DISPUTE], routes, NOW)
    assert (held.channel, held.state, held.next_attempt_at) == ("slack", DeliveryState.HELD, None)
    assert states(route([DEPARTURE], routes, NOW))["slack"] is DeliveryState.PENDING


def test_trouble_with_a_source_goes_to_the_operator_and_not_to_readers() -> None:
    routes = (Route("readers"), Route("operator", kinds=SOURCE_HEALTH))
    assert states(route([BROKEN_SOURCE], routes, NOW)) == {"operator": DeliveryState.PENDING}
    assert states(route([DEPARTURE], routes, NOW)) == {"readers": DeliveryState.PENDING}


@given(st.permutations([DISPUTE, DEPARTURE, BROKEN_SOURCE, numbered(7)]))
def test_routing_does_not_depend_on_order_and_gives_the_same_ids_again(alerts: list[Alert]) -> None:
    routes = (Route("a"), Route("b", digest=True), Route("c", frozenset(AlertKind)))
    ids = {delivery.delivery_id for delivery in route(alerts, routes, NOW)}
    assert ids == {delivery.delivery_id for delivery in route([*alerts[::-1], *alerts], routes, NOW)}


def test_a_message_that_was_taken_is_sent() -> None:
    done = attempt(PENDING, DEPARTURE, Recorder(Receipt(ReceiptState.SENT, "m1")), NOW)
    assert (done.state, done.sent_at, done.provider_id, done.attempts) == (DeliveryState.SENT, NOW, "m1", 1)
    assert done.next_attempt_at is None


def test_the_wait_doubles_up_to_an_hour() -> None:
    assert [back_off(tries) / MINUTE for tries in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert back_off(10_000) == 60 * MINUTE


@given(st.integers(0, 40), st.integers(0, 100_000))
def test_a_wait_that_is_asked_for_only_lengthens_ours(tries: int, asked: int) -> None:
    receipt = Receipt(ReceiptState.RETRY, retry_after=dt.timedelta(seconds=asked), error="busy")
    waiting = settle(replace(PENDING, attempts=tries), DEPARTURE, receipt, NOW)
    assert waiting.state is DeliveryState.PENDING
    assert waiting.next_attempt_at == NOW + max(back_off(tries + 1), dt.timedelta(seconds=asked))


def test_after_a_day_of_tries_it_is_given_up_and_the_operator_is_told() -> None:
    down = Recorder(Receipt(ReceiptState.RETRY, error="Slack answered 503: no reason given"))
    delivery, now = PENDING, NOW
    while delivery.state is DeliveryState.PENDING:
        assert delivery.next_attempt_at is not None
        now = delivery.next_attempt_at
        delivery = attempt(delivery, DEPARTURE, down, now)
    assert delivery.state is DeliveryState.FAILED
    assert GIVE_UP_AFTER <= now - NOW < GIVE_UP_AFTER + dt.timedelta(hours=1)
    (told,) = given_up([delivery, PENDING])
    assert told.item == "channel 'slack'"
    assert "given up after" in told.message
    assert "503" in told.message


def test_an_alert_that_is_old_before_its_first_try_gets_its_tries() -> None:
    late = NOW + dt.timedelta(days=9)
    receipt = Receipt(ReceiptState.RETRY, error="busy")
    assert settle(PENDING, DEPARTURE, receipt, late).state is DeliveryState.PENDING
    worn = replace(PENDING, attempts=FEWEST_ATTEMPTS - 1)
    assert settle(worn, DEPARTURE, receipt, late).state is DeliveryState.FAILED


def test_a_message_that_can_never_be_taken_fails_at_once() -> None:
    receipt = Receipt(ReceiptState.FAILED, error="looks like spam")
    assert settle(PENDING, DEPARTURE, receipt, NOW).state is DeliveryState.FAILED


def test_a_channel_without_its_secret_keeps_its_deliveries() -> None:
    shut = Problem("secrets", "channel 'slack'", "the secret X is not set")
    waiting = attempt(PENDING, DEPARTURE, shut, NOW)
    assert (waiting.state, waiting.error) == (DeliveryState.PENDING, "the secret X is not set")
    assert attempt(waiting, DEPARTURE, Recorder(), NOW).state is DeliveryState.SENT


def test_a_full_outbox_with_slack_down_waits_and_the_other_channels_go_on() -> None:
    alerts = [numbered(n) for n in range(50)]
    messages: dict[str, Message] = {alert.alert_id: alert for alert in alerts}
    outbox = route(alerts, (Route("slack"), Route("console")), NOW)
    console = Recorder()
    with slack() as webhook:
        webhook.script = [(503, "down", {})]
        channels: dict[str, Channel | Problem] = {"slack": SlackChannel(webhook.url), "console": console}
        after = list(deliver(outbox, messages, channels, NOW))
        assert webhook.posts == 1
        waiting = [delivery for delivery in after if delivery.channel == "slack"]
        assert {delivery.state for delivery in waiting} == {DeliveryState.PENDING}
        assert {delivery.next_attempt_at for delivery in waiting} == {NOW + MINUTE}
        assert len(console.given) == 50

        again = list(deliver(waiting, messages, channels, NOW + MINUTE))
        assert {delivery.state for delivery in again} == {DeliveryState.SENT}
        assert set(webhook.kept) == set(messages)
        assert webhook.posts == 51


def test_one_bad_message_does_not_hold_up_the_next() -> None:
    alerts = [numbered(n) for n in range(2)]
    messages: dict[str, Message] = {alert.alert_id: alert for alert in alerts}
    with slack() as webhook:
        webhook.script = [(400, "invalid_blocks", {}), (400, "invalid_blocks", {})]
        after = list(
            deliver(route(alerts, (Route("slack"),), NOW), messages, {"slack": SlackChannel(webhook.url)}, NOW)
        )
    assert [delivery.state for delivery in after] == [DeliveryState.FAILED, DeliveryState.SENT]


@pytest.mark.parametrize("messages", [{}, {DEPARTURE.alert_id: DEPARTURE}])
def test_a_delivery_whose_alert_or_channel_is_gone_fails_and_says_so(messages: dict[str, Message]) -> None:
    (gone,) = deliver([PENDING], messages, {}, NOW)
    assert gone.state is DeliveryState.FAILED
    assert "is no longer there" in (gone.error or "")
