"""Alerts find their channels; a failed delivery waits longer each time, and a dead channel delays nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import AlertKind, DeliveryMode, DeliveryState, Severity
from pipeline.config.settings import SOURCE_HEALTH, Route
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify import Channel, attempt, given_up, route, send_parcels, settle
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.outbox import FEWEST_ATTEMPTS, GIVE_UP_AFTER, back_off, doubtful
from pipeline.notify.parcels import Parcel, ready
from pipeline.notify.render import Message
from pipeline.notify.slack import SlackChannel
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE, NOW, numbered
from tests.notify.slack_server import slack

MINUTE = dt.timedelta(minutes=1)
PENDING = Delivery(DEPARTURE.alert_id, "slack", "slack", DeliveryState.PENDING, next_attempt_at=NOW)
SENT = Receipt(ReceiptState.SENT)
AT_ONCE = Route("slack", mode=DeliveryMode.INSTANT)


@dataclass
class Recorder:
    """A channel of the tests: it keeps what it is given and answers with `receipt`."""

    receipt: Receipt = SENT
    given: list[str] = field(default_factory=list)
    idempotent: bool = False

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
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
        Route("slack", mode=DeliveryMode.DIGEST),
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
    routes = (Route("a"), Route("b", mode=DeliveryMode.DIGEST), Route("c", frozenset(AlertKind)))
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


def test_after_a_week_of_tries_it_is_given_up_and_the_operator_is_told() -> None:
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


def parcels(*deliveries: Delivery, alerts: Sequence[Alert]) -> list[Parcel]:
    by_id = {alert.alert_id: alert for alert in alerts}
    return ready([(one, by_id[one.alert_id]) for one in deliveries], {}, NOW, flush=True)


def sent(channel: Channel | Problem | None, ready_now: Sequence[Parcel], at: dt.datetime = NOW) -> list[Delivery]:
    return [delivery for each in send_parcels(ready_now, channel, lambda: at) for delivery in each]


def test_a_full_outbox_with_slack_down_waits_after_one_try_and_counts_no_other() -> None:
    alerts = [numbered(n) for n in range(50)]
    outbox = route(alerts, (AT_ONCE,), NOW)
    with slack() as webhook:
        webhook.script = [(503, "down", {})]
        after = sent(SlackChannel(webhook.url), parcels(*outbox, alerts=alerts))
        assert webhook.posts == 1
        assert {delivery.state for delivery in after} == {DeliveryState.PENDING}
        assert {delivery.next_attempt_at for delivery in after} == {NOW + MINUTE}
        assert sorted(delivery.attempts for delivery in after) == [0] * 49 + [1]

        by_id = {alert.alert_id: alert for alert in alerts}
        waiting = ready([(one, by_id[one.alert_id]) for one in after], {}, NOW + MINUTE)
        again = sent(SlackChannel(webhook.url), waiting, NOW + MINUTE)
        assert {delivery.state for delivery in again} == {DeliveryState.SENT}
        assert set(webhook.kept) == set(by_id)
        assert webhook.posts == 51


def test_one_bad_message_does_not_hold_up_the_next() -> None:
    alerts = [numbered(n) for n in range(2)]
    with slack() as webhook:
        webhook.script = [(400, "invalid_blocks", {}), (400, "invalid_blocks", {})]
        ready_now = parcels(*route(alerts, (AT_ONCE,), NOW), alerts=alerts)
        after = sent(SlackChannel(webhook.url), ready_now)
    assert sorted(delivery.state for delivery in after) == [DeliveryState.FAILED, DeliveryState.SENT]


def test_a_delivery_whose_channel_is_gone_fails_and_says_so() -> None:
    (gone,) = sent(None, parcels(PENDING, alerts=[DEPARTURE]))
    assert gone.state is DeliveryState.FAILED
    assert "is no longer there" in (gone.error or "")


@dataclass
class Memory(Recorder):
    """A channel that can be asked what it took: `knows` are ids, or the trouble that keeps it from saying."""

    knows: dict[str, str] | Problem = field(default_factory=dict)

    def find(self, alert_id: str, since: dt.datetime, /, *, thread: str | None = None) -> str | Problem | None:
        assert (since, thread) == (NOW, None)
        return self.knows if isinstance(self.knows, Problem) else self.knows.get(alert_id)


LOST = replace(PENDING, state=DeliveryState.SENDING, message_id=DEPARTURE.alert_id, composed_at=NOW, ambiguous_at=NOW)


def test_what_may_have_arrived_is_looked_up_and_not_sent_where_it_is_found() -> None:
    channel = Memory(knows={DEPARTURE.alert_id: "m7"})
    (found,) = sent(channel, parcels(LOST, alerts=[DEPARTURE]))
    assert (found.state, found.provider_id, channel.given) == (DeliveryState.SENT, "m7", [])


def test_what_may_have_arrived_and_did_not_is_sent() -> None:
    channel = Memory()
    (again,) = sent(channel, parcels(LOST, alerts=[DEPARTURE]))
    assert (again.state, channel.given) == (DeliveryState.SENT, [DEPARTURE.alert_id])


def test_nothing_is_sent_again_while_the_receiver_cannot_be_asked() -> None:
    channel = Memory(knows=Problem("slack", "channel 'slack'", "no answer"))
    (waits,) = sent(channel, parcels(LOST, alerts=[DEPARTURE]))
    assert (waits.state, channel.given) == (DeliveryState.PENDING, [])
    assert "not known whether it arrived" in (waits.error or "")


def test_a_second_copy_is_told_of_where_the_receiver_can_neither_be_asked_nor_keys() -> None:
    (lost,) = parcels(LOST, alerts=[DEPARTURE])
    told = doubtful(lost, Recorder())
    assert told is not None
    assert DEPARTURE.alert_id in told.message
    assert doubtful(lost, Memory()) is None
    assert doubtful(lost, Recorder(idempotent=True)) is None
    assert doubtful(replace(lost, items=((PENDING, DEPARTURE),)), Recorder()) is None


def test_an_answer_that_failed_to_come_leaves_the_delivery_in_doubt() -> None:
    receipt = Receipt(ReceiptState.UNKNOWN, error="no answer")
    waits = settle(PENDING, DEPARTURE, receipt, NOW)
    assert (waits.state, waits.ambiguous_at) == (DeliveryState.PENDING, NOW)
