"""Delivery: what waits in the outbox goes to its channels, and what came of it is written down."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from flows.clock import Clock
from flows.progress import Progress, Silent
from flows.reports import DeliveryReport
from flows.stages import WRITER_WAIT
from pipeline.categories import AlertKind, DeliveryState
from pipeline.config import Settings
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify import Message, attempt, deliver, digest, given_up, open_channels
from warehouse import Published, Writer, writing

LEASE = dt.timedelta(minutes=10)
BATCH = 20
"""Deliveries taken at once: as many at most are sent again, with the same alert id, after a kill."""

Secret = Callable[[str], str | None]


def environment_secret(name: str) -> str | None:
    """The secret of that name in the environment."""
    return os.environ.get(name)


def deliver_pending(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    secret: Secret = environment_secret,
    *,
    progress: Progress | None = None,
    stream: TextIO | None = None,
) -> DeliveryReport:
    """Try every delivery that is due; console messages go to `stream`, or to standard output.

    A delivery is leased before it is tried, so that two processes do not send it at once; the lease of a
    process that died runs out, and then it is tried again. Raises WarehouseBusyError.
    """
    outbox = _Outbox(data_dir, clock, progress or Silent())
    first = outbox.take()
    if not first:
        return DeliveryReport()
    channels = open_channels(settings.channels, secret, stream, clock)
    for settled in deliver(outbox.all_from(first), outbox.messages, channels, clock()):
        outbox.settled.append(settled)
    outbox.take(0)
    return _report(outbox.results)


class _Outbox:
    """Hands out deliveries batch by batch: each writer's turn records the last batch and leases the next."""

    def __init__(self, data_dir: Path, clock: Clock, progress: Progress) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._progress = progress
        self.messages: dict[str, Message] = {}
        self.settled: list[Delivery] = []
        self.results: list[Delivery] = []

    def all_from(self, first: Sequence[Delivery]) -> Iterator[Delivery]:
        batch = first
        while batch:
            yield from batch
            batch = self.take()

    def take(self, size: int = BATCH) -> Sequence[Delivery]:
        now = self._clock()
        with writing(self._data_dir, WRITER_WAIT, now) as writer:
            writer.record(self.settled)
            waiting = writer.pending_deliveries(now) if size else []
            batch = waiting[:size]
            leased = {each.delivery_id for each in writer.lease([one for one, _ in batch], now + LEASE)}
        self.results += self.settled
        self.settled = []
        self.messages |= {alert.alert_id: alert for _, alert in batch}
        self._progress.step("deliver", len(self.results), len(self.results) + len(waiting))
        # `deliver` counts the attempt itself, so it is given the deliveries as they were before the lease.
        return [delivery for delivery, _ in batch if delivery.delivery_id in leased]


def deliver_digest(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    secret: Secret = environment_secret,
    *,
    stream: TextIO | None = None,
) -> DeliveryReport:
    """Send each channel one message with what was held for it; what cannot be sent stays held for the next."""
    now = clock()
    with writing(data_dir, WRITER_WAIT, now) as writer:
        held = writer.held_deliveries()
        still_open = _open_conflicts(writer, data_dir)
    if not held:
        return DeliveryReport()
    channels = open_channels(settings.channels, secret, stream, clock)
    results: list[Delivery] = []
    for name in dict.fromkeys(delivery.channel for delivery, _ in held):
        ours = [(delivery, alert) for delivery, alert in held if delivery.channel == name]
        message = digest([alert for _, alert in ours], now, still_open)
        if message is None:
            continue
        channel = channels.get(name) or Problem("deliver", f"channel {name!r}", "it is no longer configured")
        sent = attempt(Delivery(message.alert_id, name, name, DeliveryState.PENDING), message, channel, now)
        results += [_as_in_digest(delivery, sent) for delivery, _ in ours]
    with writing(data_dir, WRITER_WAIT, clock()) as writer:
        writer.record(results)
    return _report(results)


def _as_in_digest(delivery: Delivery, digest_sent: Delivery) -> Delivery:
    if digest_sent.state is DeliveryState.SENT:
        return replace(
            delivery,
            state=DeliveryState.SENT,
            attempts=delivery.attempts + 1,
            sent_at=digest_sent.sent_at,
            provider_id=digest_sent.provider_id,
            error=None,
        )
    return replace(delivery, attempts=delivery.attempts + 1, error=digest_sent.error)


def _open_conflicts(writer: Writer, data_dir: Path) -> list[Alert]:
    """The alerts that opened what is still disputed."""
    writer.publish()
    found = Published(data_dir).query("SELECT conflict_id FROM conflicts WHERE status = 'open'")
    still_open = {conflict_id for (conflict_id,) in found.rows}
    ever = writer.alerts_since(dt.datetime.min.replace(tzinfo=dt.UTC))
    return [alert for alert in ever if alert.kind is AlertKind.CONFLICT_OPENED and alert.conflict_id in still_open]


def _report(results: Sequence[Delivery]) -> DeliveryReport:
    states = Counter(delivery.state for delivery in results)
    waiting = {one.channel: one for one in results if one.state is not DeliveryState.FAILED and one.error}
    problems = [Problem("deliver", f"channel {name!r}", str(each.error)) for name, each in waiting.items()]
    return DeliveryReport(
        sent=states[DeliveryState.SENT],
        waiting=states[DeliveryState.PENDING] + states[DeliveryState.HELD],
        failed=states[DeliveryState.FAILED],
        problems=(*given_up(results), *problems),
    )
