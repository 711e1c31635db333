"""Delivery: what waits in the outbox goes to its channels, and what came of it is written down."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from flows.channel_alerts import channel_alerts, operators
from flows.clock import Clock
from flows.environment import Secret, environment_secret
from flows.progress import Progress, Silent
from flows.reports import DeliveryReport
from flows.send_journal import SendJournal, keeping_journal, left_behind
from flows.stages import WRITER_WAIT
from pipeline.categories import AlertKind, DeliveryMode, DeliveryState
from pipeline.config import Route, Settings
from pipeline.ledger import Alert, Delivery
from pipeline.model import Problem
from pipeline.notify import Channel, given_up, open_channels, send_parcels
from pipeline.notify.outbox import doubtful
from pipeline.notify.parcels import Item, Parcel, ready, under_root
from warehouse import Changes, Published, Writer, writing

OUTAGE = dt.timedelta(days=30)
"""How long ago the operator may have been told of a channel that takes messages again."""
LEASE = dt.timedelta(minutes=10)
BATCH = 20
"""Messages taken at once for a channel."""


def deliver_pending(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    secret: Secret = environment_secret,
    *,
    flush: bool = False,
    digests: bool = False,
    progress: Progress | None = None,
    stream: TextIO | None = None,
) -> DeliveryReport:
    """Try every delivery that is due, channel beside channel; the console writes to `stream` or standard output.

    With `flush`, which the end of a run says, nothing waits for more of its event; with `digests` what was held
    for the day's digest goes, too. A delivery is leased before it is tried, so that two processes do not send it
    at once; what a process that died had taken is put right first. Raises WarehouseBusyError.
    """
    with keeping_journal(data_dir) as journal:
        outbox = _Outbox(data_dir, clock, journal, progress or Silent(), flush=flush, digests=digests)
        first = outbox.take()
        if first:
            channels = open_channels(settings.channels, secret, stream, clock)
            with ThreadPoolExecutor(len(first), thread_name_prefix="channel") as pool:
                running = [
                    pool.submit(outbox.serve, name, parcels, channels.get(name)) for name, parcels in first.items()
                ]
            for each in running:
                each.result()
            outbox.tell_operator(settings.routes)
    return _report(outbox.results, outbox.problems)


def deliver_digest(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    secret: Secret = environment_secret,
    *,
    stream: TextIO | None = None,
) -> DeliveryReport:
    """Send each channel one message with what was held for it, and whatever else is due."""
    return deliver_pending(data_dir, settings, clock, secret, digests=True, stream=stream)


class _Outbox:
    """Hands out parcels: each writer's turn records what came of a channel's last ones and leases its next."""

    def __init__(
        self, data_dir: Path, clock: Clock, journal: SendJournal, progress: Progress, *, flush: bool, digests: bool
    ) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._journal = journal
        self._progress = progress
        self._flush = flush
        self._digests = digests
        self._turn = threading.Lock()
        self._still_open: list[Alert] = []
        self.results: list[Delivery] = []
        self.problems: list[Problem] = []

    def serve(self, name: str, parcels: Sequence[Parcel], channel: Channel | Problem | None) -> None:
        """Send a channel everything that is due, portion by portion."""
        while parcels:
            self.problems += [problem for one in parcels if (problem := doubtful(one, channel))]
            settled: list[Delivery] = []
            for each in send_parcels(parcels, channel, self._clock, self._still_open, begun=self._begun):
                self._journal.ended(each)
                settled += each
            down = any(one.next_attempt_at for one in settled)
            parcels = self.take(settled, only=name, size=0 if down else BATCH).get(name, [])

    def tell_operator(self, routes: Sequence[Route]) -> None:
        """Raise what the operator should know of the channels; it goes out with the next delivery."""
        if not any(one.error or one.attempts > 1 for one in self.results):
            return
        with writing(self._data_dir, WRITER_WAIT, now := self._clock()) as writer:
            told = {one.dedupe_key for one in writer.alerts_since(now - OUTAGE)}
            alerts = channel_alerts(writer.open_deliveries(), writer.last_sent(), told, now)
            writer.commit(Changes(alerts=alerts, deliveries=operators(alerts, routes, now)))

    def take(
        self, settled: Sequence[Delivery] = (), *, only: str | None = None, size: int = BATCH
    ) -> Mapping[str, Sequence[Parcel]]:
        """Record what was settled, and lease up to `size` parcels a channel, or for the channel `only`."""
        with self._turn, writing(self._data_dir, WRITER_WAIT, now := self._clock()) as writer:
            writer.record(settled)
            self.results += settled
            if only is None:
                self._put_right(writer, now)
            found = self._ready(writer, now, only) if size else []
            parcels: defaultdict[str, list[Parcel]] = defaultdict(list)
            for parcel in found:
                if len(parcels[parcel.channel]) < size:
                    parcels[parcel.channel].append(parcel)
            self._lease(writer, [one for portion in parcels.values() for one in portion], now + LEASE)
            self._progress.step("deliver", len(self.results), len(self.results) + len(found))
            return parcels

    def _put_right(self, writer: Writer, now: dt.datetime) -> None:
        """What processes that died had taken: settled by their journals, or free to be taken again."""
        with left_behind(self._data_dir) as journals:
            for left in journals:
                stored = writer.deliveries(list(left.leases))
                writer.record([each for one in stored.values() if (each := left.settled(one, now))])

    def _ready(self, writer: Writer, now: dt.datetime, only: str | None) -> list[Parcel]:
        waiting = [_as_left(item, now) for item in writer.open_deliveries() if only in (None, item[0].channel)]
        threads = {alert.thread_id for _, alert in waiting if alert.thread_id}
        sent = {thread: sent.sent_at for thread, (sent, _) in writer.last_messages(threads).items() if sent.sent_at}
        parcels = ready(waiting, sent, now, flush=self._flush, digests=self._digests)
        roots = writer.first_messages(threads) if parcels else {}
        if not self._still_open and any(one.deliveries[0].mode is DeliveryMode.DIGEST for one in parcels):
            self._still_open = _open_conflicts(writer, self._data_dir)
        return [under_root(one, roots) for one in parcels]

    def _lease(self, writer: Writer, parcels: Iterable[Parcel], until: dt.datetime) -> None:
        taken = [delivery for parcel in parcels for delivery in parcel.deliveries]
        if taken:
            self._journal.leased(replace(one, attempts=one.attempts + 1, next_attempt_at=until) for one in taken)
            # Read and leased in one turn, so that nobody can have come between.
            writer.lease(taken, until)

    def _begun(self, parcel: Parcel) -> None:
        self._journal.begun(parcel.deliveries)


def _as_left(item: Item, now: dt.datetime) -> Item:
    """A delivery whose sender let its lease run out may have arrived."""
    delivery, alert = item
    until = delivery.next_attempt_at
    lost = delivery.state is DeliveryState.SENDING and (until is None or until <= now)
    return (replace(delivery, ambiguous_at=delivery.ambiguous_at or now), alert) if lost else item


def _open_conflicts(writer: Writer, data_dir: Path) -> list[Alert]:
    """The alerts that opened what is still disputed."""
    writer.publish()
    found = Published(data_dir).query("SELECT conflict_id FROM conflicts WHERE status = 'open'")
    still_open = {conflict_id for (conflict_id,) in found.rows}
    ever = writer.alerts_since(dt.datetime.min.replace(tzinfo=dt.UTC))
    return [alert for alert in ever if alert.kind is AlertKind.CONFLICT_OPENED and alert.conflict_id in still_open]


def _report(results: Sequence[Delivery], doubts: Sequence[Problem]) -> DeliveryReport:
    states = Counter(delivery.state for delivery in results)
    waiting = {one.channel: one for one in results if one.state is not DeliveryState.FAILED and one.error}
    problems = [Problem("deliver", f"channel {name!r}", str(each.error)) for name, each in waiting.items()]
    return DeliveryReport(
        sent=states[DeliveryState.SENT],
        waiting=states[DeliveryState.PENDING] + states[DeliveryState.HELD],
        failed=states[DeliveryState.FAILED],
        problems=(*given_up(results), *doubts, *problems),
    )
