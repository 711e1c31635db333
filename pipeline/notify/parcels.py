"""Parcels: which deliveries of a channel go out now, which of them together, and in which order.

All of it is decided from what is stored and the moment. A parcel that was put together once goes out as it is on
every try, so that a receiver that keys on its id takes it once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.categories import AlertKind, DeliveryMode, DeliveryState
from pipeline.ledger import Alert, Delivery, Side, Wording
from pipeline.notify.digest import RANK, digest
from pipeline.notify.render import Message, worded

GROUP_WAIT = dt.timedelta(seconds=30)
APART = dt.timedelta(minutes=5)

Item = tuple[Delivery, Alert]
Thread = tuple[str, str]
"""A channel, and the event whose messages there stand under each other."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Deliveries of one channel that go out as one message; `root` is what the thread's first one told, if sent."""

    channel: str
    message_id: str
    composed_at: dt.datetime
    items: tuple[Item, ...]
    root: tuple[Item, ...] = ()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(delivery for delivery, _ in self.items)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return tuple(alert for _, alert in self.items)

    @property
    def thread(self) -> str | None:
        """What the channel calls the message that this one stands under."""
        return self.root[0][0].provider_id if self.root else None

    @property
    def first_alerts(self) -> tuple[Alert, ...]:
        """The alerts that the thread's first message told of."""
        return tuple(alert for _, alert in self.root)

    @property
    def ambiguous(self) -> bool:
        """True when it was on its way once and nobody knows whether it arrived."""
        return any(delivery.ambiguous_at for delivery in self.deliveries)

    @property
    def oldest(self) -> dt.datetime:
        return min(alert.created_at for alert in self.alerts)


def under_root(parcel: Parcel, roots: Mapping[Thread, tuple[Item, ...]]) -> Parcel:
    """The parcel with what the first message of its thread told of; a digest stands under none."""
    if parcel.deliveries[0].mode is DeliveryMode.DIGEST:
        return parcel
    return replace(parcel, root=roots.get(thread_of(parcel.items[0]), ()))


def message_of(parcel: Parcel, still_open: Sequence[Alert] = ()) -> Message:
    """What is sent for a parcel, the same on every try; `still_open` is what a digest tells besides."""
    if parcel.deliveries[0].mode is DeliveryMode.DIGEST:
        made = digest(parcel.alerts, parcel.composed_at, still_open)
        assert made is not None, "a parcel holds at least one alert"
        return worded(made, parcel.deliveries[0].language)
    return worded(combined(parcel.alerts), parcel.deliveries[0].language)


def combined(alerts: Sequence[Alert]) -> Alert:
    """One alert that tells of several of one event: the weightiest leads and gives its id, the others follow."""
    first, *others = sorted(alerts, key=_weight)
    if not others:
        return first
    translations = tuple(_with_others(one.language, first, others) for one in first.translations)
    in_english = _with_others(None, first, others)
    sides = tuple(side for alert in (first, *others) for side in _new_sides(alert, first))
    return replace(first, body=in_english.body, sides=sides, translations=translations)


def _with_others(language: str | None, first: Alert, others: Sequence[Alert]) -> Wording:
    """The words of the first alert in a language, with the headlines of the others below."""
    leads, *follow = (in_language(alert, language) for alert in (first, *others))
    more = "\n".join(f"• {title}" for title in dict.fromkeys(other.title for other in follow))
    labels = [side.label for side in leads.sides]
    for alert, spoken in zip(others, follow, strict=True):
        kept = _new_sides(alert, first)
        labels += [said.label for side, said in zip(alert.sides, spoken.sides, strict=True) if side in kept]
    return Wording(language or "en", leads.title, f"{leads.body}\n{more}".strip(), tuple(labels))


def in_language(alert: Alert, language: str | None) -> Alert:
    """The alert in a language; as it is with None."""
    told = worded(alert, language)
    assert isinstance(told, Alert), "an alert stays one in every language"
    return told


def _new_sides(alert: Alert, first: Alert) -> tuple[Side, ...]:
    """The sides of an alert; of a further one only those that the first does not show as they are."""
    return alert.sides if alert is first else tuple(side for side in alert.sides if side not in first.sides)


def ready(
    waiting: Iterable[Item],
    last_sent: Mapping[Thread, dt.datetime],
    now: dt.datetime,
    *,
    flush: bool = False,
    digests: bool = False,
) -> list[Parcel]:
    """The parcels that go out at `now`, oldest first.

    `waiting` is everything unsettled. What is grouped waits 30 s for more of its event, unless `flush` says that
    the run which found it has ended, and 5 minutes after the event's last message. `digests` lets the held out.
    Nothing of a thread overtakes what was put together before it.
    """
    parcels: list[Parcel] = []
    fresh: list[Item] = []
    composed: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
    for delivery, alert in waiting:
        if delivery.message_id is None:
            fresh.append((delivery, alert))
        else:
            composed[delivery.channel, delivery.message_id].append((delivery, alert))
    open_threads: dict[Thread, bool] = {}
    for items in composed.values():
        goes = all(_is_due(delivery, now) for delivery, _ in items)
        for thread in {thread_of(item) for item in items if item[0].mode is not DeliveryMode.DIGEST}:
            open_threads[thread] = open_threads.get(thread, True) and goes
        first = items[0][0]
        if goes:
            parcels.append(Parcel(first.channel, str(first.message_id), first.composed_at or now, tuple(items)))
    for items in _fresh(fresh, open_threads, last_sent, now, flush=flush, digests=digests):
        parcels.append(_composed(items, now))
    return _in_order(parcels, open_threads)


def next_moment(waiting: Iterable[Item], last_sent: Mapping[Thread, dt.datetime], now: dt.datetime) -> dt.datetime:
    """The next moment at which something of this could go out that does not at `now`, or the end of time."""
    moments = [delivery.next_attempt_at for delivery, _ in waiting if delivery.next_attempt_at]
    for item in waiting:
        moments.append(item[1].created_at + GROUP_WAIT)
        if (last := last_sent.get(thread_of(item))) is not None:
            moments.append(last + APART)
    return min((moment for moment in moments if moment > now), default=dt.datetime.max.replace(tzinfo=dt.UTC))


def _fresh(
    items: Iterable[Item],
    open_threads: Mapping[Thread, bool],
    last_sent: Mapping[Thread, dt.datetime],
    now: dt.datetime,
    *,
    flush: bool,
    digests: bool,
) -> list[list[Item]]:
    """What was in no message yet and may be in one now, message by message."""
    threads: defaultdict[Thread, list[Item]] = defaultdict(list)
    gathered: defaultdict[str, list[Item]] = defaultdict(list)
    found: list[list[Item]] = []
    for item in items:
        delivery, alert = item
        if delivery.state is DeliveryState.HELD and delivery.next_attempt_at is None:
            gathered[delivery.channel].append((replace(delivery, mode=DeliveryMode.DIGEST), alert))
        elif not _is_due(delivery, now):
            continue
        elif delivery.mode is DeliveryMode.GROUPED:
            threads[thread_of(item)].append(item)
        else:
            found.append([item])
    for thread, together in threads.items():
        waited = flush or min(alert.created_at for _, alert in together) + GROUP_WAIT <= now
        last = last_sent.get(thread)
        if waited and thread not in open_threads and (last is None or last + APART <= now):
            found.append(together)
    return [*found, *(gathered.values() if digests else ())]


def _composed(items: Sequence[Item], now: dt.datetime) -> Parcel:
    draft = Parcel(items[0][0].channel, "", now, tuple(items))
    name = message_of(draft).alert_id
    named = tuple((replace(delivery, message_id=name, composed_at=now), alert) for delivery, alert in items)
    return replace(draft, message_id=name, items=named)


def _in_order(parcels: Iterable[Parcel], open_threads: Mapping[Thread, bool]) -> list[Parcel]:
    """Oldest first; nothing of a thread of which something older is still on its way or waits for its next try."""
    return [
        parcel
        for parcel in sorted(parcels, key=lambda one: (one.oldest, one.composed_at, one.message_id))
        if parcel.deliveries[0].mode is DeliveryMode.DIGEST
        or all(open_threads.get(thread_of(item), True) for item in parcel.items)
    ]


def _is_due(delivery: Delivery, now: dt.datetime) -> bool:
    return delivery.next_attempt_at is None or delivery.next_attempt_at <= now


def thread_of(item: Item) -> Thread:
    """The thread in which a delivery is told. What belongs to no event is a thread of its own."""
    delivery, alert = item
    return delivery.channel, alert.thread_id or alert.event_id or alert.alert_id


def _weight(alert: Alert) -> tuple[int, bool, dt.datetime, str]:
    return RANK[alert.severity], alert.kind is not AlertKind.NEW_EVENT, alert.created_at, alert.dedupe_key
