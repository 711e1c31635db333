"""What the operator is told of a source: once when it has failed for a while, once when it is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from pipeline.categories import AlertKind, Severity, SourceStatus
from pipeline.ledger import Alert
from pipeline.model import Source, SourceState

FAILURES_TOLD = 3


def source_alerts(
    sources: Iterable[Source],
    before: Mapping[str, SourceState],
    after: Iterable[SourceState],
    now: dt.datetime,
) -> tuple[Alert, ...]:
    """Alerts for the sources whose health changed between the two states; pure, at most one a source."""
    by_id = {source.source_id: source for source in sources}
    alerts = []
    for state in after:
        source = by_id.get(state.source_id)
        if source is not None:
            alert = _alert(source, before.get(state.source_id, SourceState(state.source_id)), state, now)
            alerts += [alert] if alert else []
    return tuple(alerts)


def _alert(source: Source, before: SourceState, after: SourceState, now: dt.datetime) -> Alert | None:
    if after.status is SourceStatus.GONE and before.status is not SourceStatus.GONE:
        title = f"{source.name} is gone and is no longer checked"
        body = f"{source.url} answered that it is gone for good. Take it out of sources.yaml or correct its address."
        return _make(AlertKind.SOURCE_FAILING, Severity.MEDIUM, source, title, body, now)
    if before.consecutive_failures < FAILURES_TOLD <= after.consecutive_failures:
        title = f"{source.name} has failed {after.consecutive_failures} times in a row"
        again = f"; next try at {after.next_check_at:%Y-%m-%d %H:%M} UTC" if after.next_check_at else ""
        body = f"{source.url}: {after.last_error or 'no reason given'}{again}."
        return _make(AlertKind.SOURCE_FAILING, Severity.MEDIUM, source, title, body, now)
    if before.consecutive_failures >= FAILURES_TOLD and after.consecutive_failures == 0:
        title = f"{source.name} is back"
        body = f"{source.url} answers again after {before.consecutive_failures} failures in a row."
        return _make(AlertKind.SOURCE_RECOVERED, Severity.LOW, source, title, body, now)
    return None


def _make(kind: AlertKind, severity: Severity, source: Source, title: str, body: str, now: dt.datetime) -> Alert:
    # A streak has no name of its own, so the moment of the check that ended or completed it is part of the key.
    return Alert(
        dedupe_key=f"{kind}:{source.source_id}:{now.isoformat()}",
        kind=kind,
        severity=severity,
        event_id=None,
        conflict_id=None,
        source_id=source.source_id,
        title=title,
        body=body,
        sides=(),
        created_at=now,
    )
