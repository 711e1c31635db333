"""What a set of rules would have sent, from the alerts in the ledger, before it is switched on."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from flows.reports import counted
from pipeline.config import Settings
from pipeline.ledger import Mute
from pipeline.notify.simulation import Simulated, simulate
from warehouse import Published
from warehouse.alerts import published_alerts
from warehouse.mutes import published_mutes

COLUMNS = (
    *("raised_at", "channel", "outcome", "sent_at", "because"),
    *("severity", "kind", "title", "message_id", "alert_id"),
)
BRIEF = ("raised_at", "channel", "outcome", "sent_at", "because", "title")


def simulated(data_dir: Path, settings: Settings, since: dt.datetime, until: dt.datetime) -> list[Simulated]:
    """What would have become of every alert raised since then. Raises WarehouseError where nothing is published."""
    with Published(data_dir).reading() as reader:
        alerts = published_alerts(reader, since)
        mutes: Sequence[Mute] = [*settings.mutes, *published_mutes(reader)]
    return simulate(alerts, settings.routes, mutes, until)


def row(one: Simulated) -> tuple[object, ...]:
    """One outcome in the order of COLUMNS."""
    alert = one.alert
    return (
        *(alert.created_at, one.channel, one.outcome, one.sent_at, one.because, alert.severity, alert.kind),
        *(alert.title, one.message_id, alert.alert_id),
    )


def summary(outcomes: Sequence[Simulated]) -> list[str]:
    """A line a channel: `slack: 12 messages telling of 20 alerts; 3 muted, 8 on no route`."""
    channels: defaultdict[str, list[Simulated]] = defaultdict(list)
    for one in outcomes:
        channels[one.channel].append(one)
    return [_of_channel(name, found) for name, found in channels.items()]


def _of_channel(name: str, found: Sequence[Simulated]) -> str:
    number = Counter(one.outcome for one in found)
    messages = len({one.message_id for one in found if one.message_id})
    told = f"{name}: {counted(messages, 'message')} telling of {counted(number['sent'], 'alert')}"
    words = {"held": "still held", "muted": "muted", "no route": "on no route"}
    rest = ", ".join(f"{number[outcome]} {said}" for outcome, said in words.items() if number[outcome])
    return f"{told}; {rest}" if rest else told
