"""What the operator is told of a channel: once when it has taken nothing for an hour, once when it takes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.categories import AlertKind, Severity
from pipeline.config.settings import Route
from pipeline.ledger import Alert, Delivery
from pipeline.notify import route
from pipeline.notify.parcels import Item

TOLD_AFTER = dt.timedelta(hours=1)


def channel_alerts(
    waiting: Iterable[Item], last_sent: Mapping[str, dt.datetime], told: Collection[str], now: dt.datetime
) -> list[Alert]:
    """Alerts for the channels that had something to take for an hour and did not, and for those that are well again.

    `waiting` is everything unsettled, `last_sent` when each channel last took something, `told` the keys of the
    alerts raised before. An outage is named for when it began, so that each is told of once.
    """
    began: dict[str, tuple[dt.datetime, str]] = {}
    for item in sorted(waiting, key=_since):
        delivery, _ = item
        if delivery.attempts and delivery.error and delivery.channel not in began:
            since = max(_since(item), last_sent.get(delivery.channel, _since(item)))
            began[delivery.channel] = (since, delivery.error)
    alerts = [_failing(name, since, error, now) for name, (since, error) in began.items() if since + TOLD_AFTER <= now]
    alerts += [_recovered(name, key, now) for name, key in _over(last_sent, told)]
    return [alert for alert in alerts if alert.dedupe_key not in told]


def operators(alerts: Sequence[Alert], routes: Sequence[Route], now: dt.datetime) -> list[Delivery]:
    """Where such alerts go: never to the channel that they are about."""
    about = {alert.alert_id: alert.dedupe_key.partition(":channel:")[2].rpartition("@")[0] for alert in alerts}
    return [one for one in route(alerts, routes, now) if about[one.alert_id] != one.channel]


def _since(item: Item) -> dt.datetime:
    delivery, alert = item
    return delivery.composed_at or alert.created_at


def _over(last_sent: Mapping[str, dt.datetime], told: Collection[str]) -> Iterator[tuple[str, str]]:
    """The outages that were told of and since which the channel has taken something: channel and name."""
    for key in told:
        kind, _, outage = key.partition(":channel:")
        name, _, since = outage.rpartition("@")
        if kind == AlertKind.SOURCE_FAILING and name in last_sent and last_sent[name].isoformat() > since:
            yield name, outage


def _failing(channel: str, since: dt.datetime, error: str, now: dt.datetime) -> Alert:
    title = f"Channel {channel} has taken nothing since {since:%Y-%m-%d %H:%M} UTC"
    body = f"{error}. What goes there waits and is tried again."
    return _make(AlertKind.SOURCE_FAILING, Severity.HIGH, f"{channel}@{since.isoformat()}", title, body, now)


def _recovered(channel: str, outage: str, now: dt.datetime) -> Alert:
    title = f"Channel {channel} takes messages again"
    return _make(AlertKind.SOURCE_RECOVERED, Severity.LOW, outage, title, "What waited for it is on its way.", now)


def _make(kind: AlertKind, severity: Severity, outage: str, title: str, body: str, now: dt.datetime) -> Alert:
    return Alert(
        dedupe_key=f"{kind}:channel:{outage}",
        kind=kind,
        severity=severity,
        title=title,
        body=body,
        created_at=now,
    )
