"""What a set of rules would send of a course of alerts: the same decisions as delivery's, over an outbox in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.categories import DeliveryState
from pipeline.config.settings import Route
from pipeline.ledger import Alert, Mute
from pipeline.notify.parcels import Item, Parcel, Thread, next_moment, ready, thread_of
from pipeline.notify.routing import Verdict, delivery_of, verdicts

END = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What becomes of one alert at one channel. `outcome` is sent, digest, held, muted or no route.

    `message_id` is the message that tells of it, `sent_at` when; both are None where it has none by the end.
    """

    alert: Alert
    channel: str
    outcome: str
    because: str
    sent_at: dt.datetime | None = None
    message_id: str | None = None


def simulate(
    alerts: Iterable[Alert],
    routes: Sequence[Route],
    mutes: Sequence[Mute],
    until: dt.datetime,
    digest_at: dt.time = dt.time(8),
) -> list[Simulated]:
    """What would have become of each alert at each channel that a route names, in the order of the alerts.

    Every channel takes what it is sent; the end of each run lets go what it found, and digests go daily at
    `digest_at` (UTC).
    """
    outbox = _Outbox()
    by_moment: dict[dt.datetime, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda one: (one.created_at, one.alert_id)):
        by_moment.setdefault(alert.created_at, []).append(alert)
    for moment, raised in by_moment.items():
        outbox.pass_time(moment, digest_at)
        for alert in raised:
            for verdict in verdicts(alert, routes, moment, mutes):
                outbox.take(alert, verdict)
        outbox.send(moment, flush=True)
    outbox.pass_time(until, digest_at)
    return outbox.told()


class _Outbox:
    def __init__(self) -> None:
        self._waiting: list[Item] = []
        self._last: dict[Thread, dt.datetime] = {}
        self._verdicts: list[tuple[Alert, Verdict]] = []
        self._sent: dict[tuple[str, str], tuple[dt.datetime, str]] = {}
        self._now: dt.datetime | None = None

    def take(self, alert: Alert, verdict: Verdict) -> None:
        self._verdicts.append((alert, verdict))
        if verdict.mode is not None:
            self._waiting.append((delivery_of(alert, verdict), alert))

    def send(self, now: dt.datetime, *, flush: bool = False, digests: bool = False) -> None:
        self._now = now
        for parcel in ready(self._waiting, self._last, now, flush=flush, digests=digests):
            self._settle(parcel, now)

    def pass_time(self, until: dt.datetime, digest_at: dt.time) -> None:
        """Send at every moment before `until` at which something has come due."""
        while self._waiting and self._now is not None:
            digest = _next_digest(self._now, digest_at) if any(map(_for_digest, self._waiting)) else END
            moment = min(next_moment(self._waiting, self._last, self._now), digest)
            if moment >= until:
                return
            self.send(moment, digests=moment == digest)

    def told(self) -> list[Simulated]:
        return [self._told(alert, verdict) for alert, verdict in self._verdicts]

    def _settle(self, parcel: Parcel, now: dt.datetime) -> None:
        gone = {delivery.delivery_id for delivery in parcel.deliveries}
        self._waiting = [item for item in self._waiting if item[0].delivery_id not in gone]
        for delivery, alert in parcel.items:
            self._sent[delivery.channel, alert.alert_id] = (now, parcel.message_id)
            if not _for_digest((delivery, alert)):
                self._last[thread_of((delivery, alert))] = now

    def _told(self, alert: Alert, verdict: Verdict) -> Simulated:
        sent_at, message_id = self._sent.get((verdict.channel, alert.alert_id), (None, None))
        if verdict.mode is None:
            return Simulated(alert, verdict.channel, "muted" if verdict.muted else "no route", verdict.because)
        because = verdict.because
        if message_id not in (None, alert.alert_id) and verdict.not_before is not None:
            because = f"together with alert {message_id}"
        outcome = "sent" if sent_at is not None else "held"
        return Simulated(alert, verdict.channel, outcome, because, sent_at, message_id)


def _for_digest(item: Item) -> bool:
    delivery, _ = item
    return delivery.state is DeliveryState.HELD and delivery.next_attempt_at is None


def _next_digest(now: dt.datetime, at: dt.time) -> dt.datetime:
    today = dt.datetime.combine(now.date(), at, dt.UTC)
    return today if today > now else today + dt.timedelta(days=1)
