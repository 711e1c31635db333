"""From alerts to deliveries, and from one try to the next state: when to try again, and when to give up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.categories import DeliveryState
from pipeline.config.settings import Route
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify.channel import Channel, Receipt, ReceiptState
from pipeline.notify.digest import RANK
from pipeline.notify.render import Message

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(hours=24)
# A machine that runs once a day has made two tries after 24 hours; that is too few to give up.
FEWEST_ATTEMPTS = 5


def route(alerts: Iterable[Alert], routes: Sequence[Route], now: dt.datetime) -> tuple[Delivery, ...]:
    """At most one delivery an alert and channel: pending where some route sends at once, else held."""
    found: list[Delivery] = []
    for alert in alerts:
        fitting = [each for each in routes if _fits(alert, each)]
        for channel in dict.fromkeys(each.channel for each in fitting):
            at_once = any(not each.digest for each in fitting if each.channel == channel)
            state = DeliveryState.PENDING if at_once else DeliveryState.HELD
            found.append(Delivery(alert.alert_id, channel, channel, state, next_attempt_at=now if at_once else None))
    return tuple(found)


def attempt(delivery: Delivery, message: Message, channel: Channel | Problem, now: dt.datetime) -> Delivery:
    """The delivery after one try; a channel that could not be opened counts as one that is down."""
    return settle(delivery, message, _send(message, channel), now)


def deliver(
    deliveries: Iterable[Delivery],
    messages: Mapping[str, Message],
    channels: Mapping[str, Channel | Problem],
    now: dt.datetime,
) -> Iterator[Delivery]:
    """Each delivery after its try, as soon as it is made; `messages` are by alert id.

    Once a channel is found to be down, its other deliveries wait without being tried, so that a dead channel
    holds up nobody. Deliveries to a channel that is no longer configured fail.
    """
    down: dict[str, Receipt] = {}
    for delivery in deliveries:
        message = messages.get(delivery.alert_id)
        channel = channels.get(delivery.channel)
        if message is None or channel is None:
            what = "the alert" if message is None else f"the channel {delivery.channel!r}"
            yield replace(
                delivery, state=DeliveryState.FAILED, next_attempt_at=None, error=f"{what} is no longer there"
            )
            continue
        receipt = down.get(delivery.channel) or _send(message, channel)
        if receipt.channel_down:
            down[delivery.channel] = receipt
        yield settle(delivery, message, receipt, now)


def settle(delivery: Delivery, message: Message, receipt: Receipt, now: dt.datetime) -> Delivery:
    """The next state of a delivery by what became of its send."""
    tried = replace(delivery, attempts=delivery.attempts + 1, next_attempt_at=None, error=receipt.error)
    if receipt.state is ReceiptState.SENT:
        return replace(tried, state=DeliveryState.SENT, sent_at=now, provider_id=receipt.provider_id)
    if receipt.state is ReceiptState.FAILED:
        return replace(tried, state=DeliveryState.FAILED)
    if now - message.created_at >= GIVE_UP_AFTER and tried.attempts >= FEWEST_ATTEMPTS:
        told = f"given up after {tried.attempts} tries: {receipt.error}"
        return replace(tried, state=DeliveryState.FAILED, error=told)
    wait = max(back_off(tried.attempts), receipt.retry_after or dt.timedelta())
    return replace(tried, state=DeliveryState.PENDING, next_attempt_at=now + wait)


def back_off(attempts: int) -> dt.timedelta:
    """How long to wait after so many tries: 1, 2, 4 … minutes, at most an hour."""
    return min(FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 10)), LONGEST_WAIT)


def given_up(deliveries: Iterable[Delivery]) -> tuple[Problem, ...]:
    """What the operator must hear: one problem a delivery that failed for good."""
    return tuple(
        Problem(
            "deliver",
            f"channel {delivery.channel!r}",
            f"alert {delivery.alert_id} was not delivered: {delivery.error}",
        )
        for delivery in deliveries
        if delivery.state is DeliveryState.FAILED
    )


def _fits(alert: Alert, route: Route) -> bool:
    return alert.kind in route.kinds and RANK[alert.severity] <= RANK[route.min_severity]


def _send(message: Message, channel: Channel | Problem) -> Receipt:
    if isinstance(channel, Problem):
        return Receipt(ReceiptState.RETRY, error=channel.message, channel_down=True)
    return channel.send(message)
