"""One message for a day: what was not worth a message of its own, and what is still disputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.categories import Severity
from pipeline.ledger import Alert
from pipeline.model import content_id

RANK = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's alerts, the weightiest first; `open_conflicts` are the alerts that opened what is still disputed."""

    day: dt.date
    alerts: tuple[Alert, ...]
    open_conflicts: tuple[Alert, ...]
    created_at: dt.datetime
    language: str | None = None

    @property
    def alert_id(self) -> str:
        """The same for the same alerts of the same day, so that a receiver that keys on it takes them once."""
        return content_id("digest", self.day, *sorted(alert.alert_id for alert in self.alerts))


def digest(alerts: Sequence[Alert], now: dt.datetime, open_conflicts: Sequence[Alert] = ()) -> Digest | None:
    """The digest of the day of `now` (UTC), each alert once; None when there is nothing to tell."""
    told = {alert.alert_id: alert for alert in alerts}
    still_open = {alert.alert_id: alert for alert in open_conflicts if alert.alert_id not in told}
    if not told and not still_open:
        return None
    return Digest(now.astimezone(dt.UTC).date(), _ordered(told.values()), _ordered(still_open.values()), now)


def _ordered(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: (RANK[alert.severity], alert.created_at, alert.alert_id)))
