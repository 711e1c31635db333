"""Judging: a person's decision is written in the writer's turn, and the line concerned reconciled at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.changed import Changed, changed, event_words
from flows.decisions import Request, Target, decided_on, judgement_of, target_of
from flows.news import line_change
from flows.stages import WRITER_WAIT
from flows.write_turn import mutes_of
from pipeline.categories import AlertKind, EventType, Severity
from pipeline.config import Settings
from pipeline.errors import JudgementError
from pipeline.ledger import Alert, Entity, EntityName, Judgement, Testimony
from pipeline.notify import route
from pipeline.reconcile.alerts import alerts_of
from pipeline.reconcile.batches import reconcile_lines
from pipeline.reconcile.difference import differences
from pipeline.reconcile.lines import Line, LineKey
from pipeline.reconcile.rulings import MERGE, SPLIT
from warehouse import Changes, LineChange, Writer, writing
from warehouse.connect import PRIVATE_FILE

_CONFLICTS = frozenset({AlertKind.CONFLICT_OPENED, AlertKind.CONFLICT_RESOLVED})


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and what it changed; `note` is what the person should know, `alerts` what was raised."""

    judgement: Judgement
    changes: tuple[Changed, ...]
    alerts: tuple[Alert, ...]
    note: str | None = None


def judge(data_dir: Path, settings: Settings, request: Request) -> Judged:
    """Write a decision with all that follows from it in one transaction, and publish.

    The alerts that it deserves wait in the outbox for the next delivery. Raises JudgementError where there is
    nothing to decide, WarehouseBusyError where another process writes for long; then nothing is written.
    """
    if not (data_dir / PRIVATE_FILE).exists():
        raise JudgementError(f"{data_dir}: nothing is stored there yet; give the data directory with --data")
    with writing(data_dir, WRITER_WAIT, request.made_at) as writer:
        return _judge(writer, settings, request)


def _judge(writer: Writer, settings: Settings, request: Request) -> Judged:
    target = target_of(writer, request)
    line = target.event.line
    key = LineKey(EventType(line[0]), line[1], line[2])
    before, testimony, made = writer.stored_lines([line])[line], writer.testimony([line]), writer.judgements()
    _check_moment(request, testimony, decided_on(before, made))
    judgement, note = judgement_of(request, target, before, testimony, made)
    kin = writer.entities({id for one in testimony for id in (one.subject_id, one.object_id) if id})
    reconciled = reconcile_lines(testimony, [*made, judgement], kin)[key]
    after = line_change(key, reconciled)
    _check_effect(judgement, target, before, after)
    rows = changed(differences(before, after), after, kin)
    by_claim = {one.claim.claim_id: one for one in testimony}
    names = writer.entity_names(kin)
    alerts, summed_up = _alerts(judgement, target, reconciled, after, by_claim, kin, names)
    threads = writer.threads({one.event_id for one in alerts if one.event_id})
    alerts = [replace(one, thread_id=threads.get(one.event_id or "", one.event_id)) for one in alerts]
    report = writer.commit(
        Changes(
            lines=[after],
            judgements=[judgement],
            alerts=alerts,
            deliveries=route(alerts, settings.routes, request.made_at, mutes_of(writer, settings)),
            summed_up=summed_up,
        )
    )
    return Judged(judgement, tuple(rows), report.alerts, note)


def _check_moment(request: Request, testimony: Iterable[Testimony], made: Iterable[Judgement]) -> None:
    """What was held before a decision must not change by it, so it comes after all that it decides about."""
    known = [moment for one in testimony for moment in (one.claim.known_at, one.voice.withdrawn_at) if moment]
    latest = max([*known, *(one.made_at for one in made)], default=None)
    if latest is not None and request.made_at <= latest:
        raise JudgementError(
            f"the decision is dated {request.made_at:%Y-%m-%dT%H:%M:%S}, and the last thing known is of "
            f"{latest:%Y-%m-%dT%H:%M:%S} (UTC): date it later with --at"
        )


def _check_effect(judgement: Judgement, target: Target, before: LineChange, after: LineChange) -> None:
    """Refuse what would not do what it says."""
    conflict = target.conflict
    now = next((one for one in after.conflicts if conflict and one.conflict_id == conflict.conflict_id), None)
    if judgement.decision == "resolve" and now is not None and now.resolved_at is None:
        raise JudgementError(
            f"conflict {now.conflict_id} would stay open with {judgement.value!r}: nothing was written"
        )
    if judgement.decision == "reopen" and not differences(before, after):
        by = f", but by {conflict.resolved_by}" if conflict else ""
        what = f"conflict {conflict.conflict_id}" if conflict else f"event {judgement.event_id}"
        raise JudgementError(f"{what} was not settled by a person{by}: there is nothing to reopen")


def _alerts(
    judgement: Judgement,
    target: Target,
    reconciled: Line,
    after: LineChange,
    testimony: Mapping[str, Testimony],
    kin: Mapping[str, Entity],
    names: Sequence[EntityName],
) -> tuple[list[Alert], dict[str, str]]:
    """What to tell of a decision; after a merge or split one alert, and what is disputed from then on."""
    since = judgement.made_at - dt.timedelta(microseconds=1)
    alerts = list(alerts_of([reconciled], testimony, kin, judgement.made_at, since=since, names=names))
    if judgement.decision not in (MERGE, SPLIT):
        return alerts, {}
    told = _regrouped(judgement, target, after, kin)
    rest = [one.dedupe_key for one in reconciled.transitions if one.moment > since and one.kind not in _CONFLICTS]
    return [told, *(one for one in alerts if one.kind in _CONFLICTS)], dict.fromkeys(rest, told.alert_id)


def _regrouped(judgement: Judgement, target: Target, after: LineChange, kin: Mapping[str, Entity]) -> Alert:
    event_id = after.claim_events[judgement.other_claims[0]]
    standing = {version.event.event_id: version.event for version in after.events if version.known_to is None}
    words = event_words(standing[event_id], kin, after.metric)
    merged = judgement.decision == MERGE
    what = "two events that were held apart are one" if merged else "what was held for one event is two"
    ids = ", ".join(one.event_id for one in target.events)
    return Alert(
        dedupe_key=f"{AlertKind.CORRECTION}:{event_id}::{judgement.decision}#{judgement.judgement_id}",
        kind=AlertKind.CORRECTION,
        severity=Severity.MEDIUM,
        event_id=event_id,
        title=f"Correction on the {words}: {what}.",
        body=f"Decided by {judgement.who}: {judgement.reason} (before: {ids})",
        created_at=judgement.made_at,
    )
