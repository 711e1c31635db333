"""From one try to the next state of a delivery: when to try again, when to give up, and what nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.categories import DeliveryState
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify.channel import Channel, Finds, Receipt, ReceiptState
from pipeline.notify.headlines import with_headline
from pipeline.notify.parcels import Parcel, message_of
from pipeline.notify.render import Message

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(days=7)
# A machine that runs once a week has made two tries after as long; that is too few to give up.
FEWEST_ATTEMPTS = 5


def attempt(delivery: Delivery, message: Message, channel: Channel | Problem, now: dt.datetime) -> Delivery:
    """The delivery after one try; a channel that could not be opened counts as one that is down."""
    return settle(delivery, message, _send(message, channel), now)


def send_parcels(
    parcels: Iterable[Parcel],
    channel: Channel | Problem | None,
    clock: Callable[[], dt.datetime],
    still_open: Sequence[Alert] = (),
    *,
    begun: Callable[[Parcel], None] = lambda _: None,
) -> Iterator[tuple[Delivery, ...]]:
    """The deliveries of each parcel after its try, as soon as it is made; `begun` is told before each send.

    Once the channel is found to be down the others wait without being tried, and so do later parcels of a thread
    of which one was not taken. What goes to a channel that is no longer configured fails.
    """
    down: dt.datetime | None = None
    blocked: dict[str, dt.datetime] = {}
    for parcel in parcels:
        now = clock()
        if channel is None:
            told = f"the channel {parcel.channel!r} is no longer there"
            yield tuple(
                replace(one, state=DeliveryState.FAILED, next_attempt_at=None, error=told) for one in parcel.deliveries
            )
            continue
        threads = {alert.thread_id for alert in parcel.alerts if alert.thread_id}
        until = down or max((blocked[thread] for thread in threads & blocked.keys()), default=None)
        if until is not None:
            yield tuple(untried(one, until) for one in parcel.deliveries)
            continue
        message = message_of(parcel, still_open)
        receipt = _reconciled(parcel, channel)
        if receipt is None:
            begun(parcel)
            receipt = _send(message, channel, parcel.thread)
        receipt = with_headline(parcel, channel, receipt)
        now = clock()
        settled = tuple(settle(one, message, receipt, now) for one in parcel.deliveries)
        waits = settled[0].next_attempt_at
        if waits is not None:
            down = waits if receipt.channel_down else None
            blocked |= dict.fromkeys(threads, waits)
        yield settled


def settle(delivery: Delivery, message: Message, receipt: Receipt, now: dt.datetime) -> Delivery:
    """The next state of a delivery by what became of its send."""
    tried = replace(delivery, attempts=delivery.attempts + 1, next_attempt_at=None, error=receipt.error)
    if receipt.state is ReceiptState.SENT:
        return replace(tried, state=DeliveryState.SENT, sent_at=now, provider_id=receipt.provider_id)
    if receipt.state is ReceiptState.FAILED:
        return replace(tried, state=DeliveryState.FAILED)
    if receipt.state is ReceiptState.UNKNOWN:
        tried = replace(tried, ambiguous_at=tried.ambiguous_at or now)
    if now - message.created_at >= GIVE_UP_AFTER and tried.attempts >= FEWEST_ATTEMPTS:
        told = f"given up after {tried.attempts} tries: {receipt.error}"
        return replace(tried, state=DeliveryState.FAILED, error=told)
    wait = max(back_off(tried.attempts), receipt.retry_after or dt.timedelta())
    return replace(tried, state=DeliveryState.PENDING, next_attempt_at=now + wait)


def untried(delivery: Delivery, until: dt.datetime) -> Delivery:
    """A delivery that was taken and not tried: it waits, and no attempt is counted."""
    return replace(delivery, state=DeliveryState.PENDING, next_attempt_at=until)


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


def doubtful(parcel: Parcel, channel: Channel | Problem | None) -> Problem | None:
    """What the operator should know of a parcel that is sent again though it may have arrived."""
    if not parcel.ambiguous or channel is None or isinstance(channel, Problem | Finds) or channel.idempotent:
        return None
    told = (
        f"alert {parcel.message_id} was on its way when a run was cut off; this channel cannot be asked whether it "
        "arrived, so it is sent again and may be there twice"
    )
    return Problem("deliver", f"channel {parcel.channel!r}", told)


def _reconciled(parcel: Parcel, channel: Channel | Problem) -> Receipt | None:
    """What the receiver says of a parcel that may have arrived; None where it has to be sent."""
    if not parcel.ambiguous or not isinstance(channel, Finds):
        return None
    found = channel.find(parcel.message_id, parcel.composed_at, thread=parcel.thread)
    if isinstance(found, Problem):
        return Receipt(ReceiptState.RETRY, error=f"not known whether it arrived: {found.message}", channel_down=True)
    return Receipt(ReceiptState.SENT, found) if found else None


def _send(message: Message, channel: Channel | Problem, thread: str | None = None) -> Receipt:
    if isinstance(channel, Problem):
        return Receipt(ReceiptState.RETRY, error=channel.message, channel_down=True)
    return channel.send(message, thread=thread)
