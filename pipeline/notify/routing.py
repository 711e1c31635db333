"""Routing: what the rules say of an alert and each channel, with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.categories import DeliveryMode, DeliveryState
from pipeline.config.settings import Route
from pipeline.ledger import Alert, Delivery, Mute
from pipeline.notify.digest import RANK

_AT_ONCE = (DeliveryMode.INSTANT, DeliveryMode.GROUPED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an alert goes to a channel, and from when; or, where `mode` is None, `because` says why it does not."""

    channel: str
    mode: DeliveryMode | None
    because: str
    not_before: dt.datetime | None = None
    held: bool = False
    muted: bool = False
    language: str | None = None


def route(
    alerts: Iterable[Alert], routes: Sequence[Route], now: dt.datetime, mutes: Sequence[Mute] = ()
) -> tuple[Delivery, ...]:
    """At most one delivery an alert and channel: pending where some route sends at once, else held."""
    return tuple(
        delivery_of(alert, verdict)
        for alert in alerts
        for verdict in verdicts(alert, routes, now, mutes)
        if verdict.mode is not None
    )


def verdicts(alert: Alert, routes: Sequence[Route], now: dt.datetime, mutes: Sequence[Mute] = ()) -> list[Verdict]:
    """What the rules say at `now`, channel by channel in the order of the routes."""
    muted = next((mute for mute in mutes if mute.holds(now) and _is_about(alert, mute)), None)
    channels = dict.fromkeys(each.channel for each in routes)
    return [_verdict(alert, name, [each for each in routes if each.channel == name], now, muted) for name in channels]


def _verdict(alert: Alert, channel: str, routes: Sequence[Route], now: dt.datetime, muted: Mute | None) -> Verdict:
    fitting = [each for each in routes if not any(_misfits(alert, each))]
    if not fitting:
        reasons = dict.fromkeys(reason for each in routes for reason in _misfits(alert, each))
        return Verdict(channel, None, f"no route takes it: {'; '.join(reasons)}")
    if muted is not None:
        told = f"{muted.name} is muted until {muted.until:%Y-%m-%d %H:%M} UTC: {muted.because}"
        return Verdict(channel, None, told, muted=True)
    at_once = [each for each in fitting if each.mode in _AT_ONCE]
    if not at_once:
        return Verdict(channel, DeliveryMode.DIGEST, "for the digest", held=True, language=fitting[0].language)
    # The route that lets it through soonest decides; of two, the one that stands first.
    waits = [(_quiet_until(alert, each, now) or now, each) for each in at_once]
    moment, chosen = min(waits, key=lambda wait: wait[0])
    because = f"quiet hours until {moment:%Y-%m-%d %H:%M} UTC" if moment > now else "at once"
    return Verdict(channel, chosen.mode, because, moment, held=moment > now, language=chosen.language)


def delivery_of(alert: Alert, verdict: Verdict) -> Delivery:
    """The delivery that a verdict asks for; its mode must not be None."""
    return Delivery(
        alert_id=alert.alert_id,
        channel=verdict.channel,
        target=verdict.channel,
        state=DeliveryState.HELD if verdict.held else DeliveryState.PENDING,
        next_attempt_at=verdict.not_before,
        mode=verdict.mode or DeliveryMode.GROUPED,
        language=verdict.language,
    )


def _misfits(alert: Alert, route: Route) -> Iterator[str]:
    """Everything in which an alert is not what a route takes."""
    if alert.kind not in route.kinds:
        yield f"kind {alert.kind} is not asked for"
    if RANK[alert.severity] > RANK[route.min_severity]:
        yield f"severity {alert.severity} is below {route.min_severity}"
    for what, value, wanted in (
        ("event type", alert.event_type, route.events),
        ("status", alert.status, route.statuses),
        ("conflict kind", alert.conflict_kind, route.conflicts),
    ):
        if wanted and value not in wanted:
            yield f"{what} {value or 'none'} is not asked for"
    if route.entities and not route.entities.intersection(alert.entities):
        yield "it is about nobody asked for"


def _quiet_until(alert: Alert, route: Route, now: dt.datetime) -> dt.datetime | None:
    quiet = route.quiet_hours
    if quiet is None or RANK[alert.severity] <= RANK[quiet.passes]:
        return None
    return quiet.end(now)


def _is_about(alert: Alert, mute: Mute) -> bool:
    return mute.about in (alert.event_id, alert.thread_id, alert.source_id, *alert.entities)
