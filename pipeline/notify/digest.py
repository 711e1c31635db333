"""One message for a day: what was not worth a message of its own, and what is still disputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.categories import AlertKind, Severity
from pipeline.ledger import Alert
from pipeline.model import content_id

HEADINGS = {
    AlertKind.NEW_EVENT: "New",
    AlertKind.STATUS_RAISED: "Better supported than before",
    AlertKind.CORRECTION: "Corrected",
    AlertKind.CONFLICT_OPENED: "Sources disagree",
    AlertKind.CONFLICT_RESOLVED: "Settled",
    AlertKind.FACT_CHANGED: "Details changed",
    AlertKind.SOURCE_FAILING: "Sources that fail",
    AlertKind.SOURCE_RECOVERED: "Sources that answer again",
}
STILL_OPEN = "Still disputed"
RANK = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's alerts under headings; `open_conflicts` are the alerts that opened what is still disputed."""

    day: dt.date
    alerts: tuple[Alert, ...]
    open_conflicts: tuple[Alert, ...]
    created_at: dt.datetime
    language: str | None = None

    @property
    def alert_id(self) -> str:
        """The same for the same alerts of the same day, so that a receiver that keys on it takes them once."""
        return content_id("digest", self.day, *sorted(alert.alert_id for alert in self.alerts))

    @property
    def title(self) -> str:
        told = [_counted(len(self.alerts), "change")] if self.alerts else []
        told += [_counted(len(self.open_conflicts), "open dispute")] if self.open_conflicts else []
        return f"Digest for {self.day.day} {self.day:%B %Y}: {' and '.join(told)}"

    @property
    def sections(self) -> tuple[tuple[str, tuple[Alert, ...]], ...]:
        """Headings with their alerts, the weightiest first; headings without an alert are left out."""
        groups = [
            (heading, tuple(alert for alert in self.alerts if alert.kind is kind)) for kind, heading in HEADINGS.items()
        ]
        groups.append((STILL_OPEN, self.open_conflicts))
        return tuple((heading, found) for heading, found in groups if found)


def digest(alerts: Sequence[Alert], now: dt.datetime, open_conflicts: Sequence[Alert] = ()) -> Digest | None:
    """The digest of the day of `now` (UTC), each alert once; None when there is nothing to tell."""
    told = {alert.alert_id: alert for alert in alerts}
    still_open = {alert.alert_id: alert for alert in open_conflicts if alert.alert_id not in told}
    if not told and not still_open:
        return None
    return Digest(now.astimezone(dt.UTC).date(), _ordered(told.values()), _ordered(still_open.values()), now)


def _ordered(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: (RANK[alert.severity], alert.created_at, alert.alert_id)))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
