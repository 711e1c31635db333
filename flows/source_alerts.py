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
    if _is_told(after) != _is_told(before):
        return _failing(source, after, now) if _is_told(after) else _recovered(source, before, after, now)
    if after.quiet_since and not before.quiet_since:
        title = f"{source.name} has gone quiet"
        news = f"{after.last_news_at:%Y-%m-%d %H:%M} UTC" if after.last_news_at else "never"
        body = f"{source.url} answers as it should, and lists nothing new; its last news: {news}. Has it moved?"
        return _make(AlertKind.SOURCE_FAILING, Severity.LOW, source, title, body, now)
    if before.quiet_since and not after.quiet_since and not _is_told(after):
        title = f"{source.name} has news again"
        body = f"{source.url} was quiet since {before.quiet_since:%Y-%m-%d %H:%M} UTC."
        return _make(AlertKind.SOURCE_RECOVERED, Severity.LOW, source, title, body, now)
    return None


def _is_told(state: SourceState) -> bool:
    """Whether the operator knows of the trouble: at once where a source is gone, else after a few failures."""
    return state.status is SourceStatus.GONE or state.consecutive_failures >= FAILURES_TOLD


def _failing(source: Source, after: SourceState, now: dt.datetime) -> Alert:
    again = f"; next try at {after.next_check_at:%Y-%m-%d %H:%M} UTC" if after.next_check_at else ""
    body = f"{source.url}: {after.last_error or 'no reason given'}{again}."
    title = f"{source.name} has failed {after.consecutive_failures} times in a row"
    if after.status is SourceStatus.GONE:
        title = f"{source.name} is gone and is no longer checked"
        body = f"{source.url} answered that it is gone for good. Take it out of sources.yaml or correct its address."
    elif after.status is SourceStatus.BLOCKED:
        title = f"{source.name} may not be asked: {after.consecutive_failures} checks in a row were refused"
    return _make(AlertKind.SOURCE_FAILING, Severity.MEDIUM, source, title, body, now)


def _recovered(source: Source, before: SourceState, after: SourceState, now: dt.datetime) -> Alert | None:
    if after.consecutive_failures:
        return None  # asked again by force, and failing for another reason
    failures = before.consecutive_failures
    body = f"{source.url} answers again after {failures} failure{'s' if failures != 1 else ''} in a row."
    return _make(AlertKind.SOURCE_RECOVERED, Severity.LOW, source, f"{source.name} is back", body, now)


def _make(kind: AlertKind, severity: Severity, source: Source, title: str, body: str, now: dt.datetime) -> Alert:
    # A streak has no name of its own, so the moment of the check that ended or completed it is part of the key.
    return Alert(
        dedupe_key=f"{kind}:{source.source_id}:{now.isoformat()}",
        kind=kind,
        severity=severity,
        source_id=source.source_id,
        title=title,
        body=body,
        created_at=now,
    )
