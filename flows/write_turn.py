"""The write turn: what was read becomes stories, testimony, a ledger, alerts and deliveries in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from flows.batch import Batch
from flows.reports import TurnReport
from flows.source_alerts import source_alerts
from pipeline.categories import AlertKind
from pipeline.config import Settings
from pipeline.ledger import Alert, Mute, Run
from warehouse import Changes, Writer


def commit_batch(
    writer: Writer,
    settings: Settings,
    batch: Batch,
    now: dt.datetime,
    *,
    send: bool = True,
    run: Callable[[TurnReport], Run] | None = None,
) -> TurnReport:
    """Write the batch in one transaction; without `send` alerts are raised and go nowhere."""
    changes, report = changes_of(writer, settings, batch, now)
    if send and changes.alerts:
        from pipeline.notify import route  # channels take a while to import, and most cycles have nothing to tell

        routed = route(changes.alerts, settings.routes, now, mutes_of(writer, settings))
        changes = replace(changes, deliveries=routed)
    committed = writer.commit(replace(changes, run=run(report) if run else None))
    return replace(
        report,
        alerts=committed.alerts,
        new_events=_of_kind(committed.alerts, AlertKind.NEW_EVENT),
        new_conflicts=_of_kind(committed.alerts, AlertKind.CONFLICT_OPENED),
    )


def mutes_of(writer: Writer, settings: Settings) -> list[Mute]:
    """What the configuration and people have muted."""
    return [*settings.mutes, *writer.mutes()]


def changes_of(writer: Writer, settings: Settings, batch: Batch, now: dt.datetime) -> tuple[Changes, TurnReport]:
    """What the batch changes in what is stored; writes nothing."""
    sources = {source.source_id: source for source in settings.sources}
    checked = Changes(
        states=batch.states,
        hosts=batch.hosts,
        robots=batch.robots,
        fetches=batch.fetches,
        alerts=source_alerts(sources.values(), writer.states(), batch.states, now),
        problems=batch.problems,
        unread=batch.unread,
        broken=batch.broken,
        mended=batch.mended,
    )
    if not (batch.documents or batch.again):
        return checked, TurnReport(problems=tuple(batch.problems))
    from flows.news import with_news  # reconciling takes a while to import, and most cycles find no news

    return with_news(checked, writer, settings, batch, now)


def _of_kind(alerts: Iterable[Alert], kind: AlertKind) -> int:
    return sum(alert.kind is kind for alert in alerts)
