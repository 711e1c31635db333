"""Rebuild: events, facts and conflicts made anew from claims and judgements, and claims from stored texts."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flows.changed import Changed, changed, summary
from flows.clock import Clock
from flows.decisions import decided_on
from flows.news import line_change
from flows.progress import Progress, Silent
from flows.reports import counted
from flows.rereading import Rereading, read_again
from flows.stages import WRITER_WAIT, run_id_of
from flows.turns import WAIT, Busy, take_turn
from flows.write_turn import mutes_of
from pipeline.categories import AlertKind, EventType, Severity
from pipeline.config import Settings
from pipeline.errors import WarehouseBusyError, WarehouseError
from pipeline.ledger import Alert, Run
from pipeline.model import Problem, content_id
from pipeline.notify import route
from pipeline.reconcile.batches import reconcile_lines
from pipeline.reconcile.difference import differences
from pipeline.reconcile.entities import Registry
from pipeline.reconcile.lines import LineKey, line_of
from pipeline.reconcile.testimony import testimony_of
from warehouse import LineChange, Writer, writing
from warehouse.connect import PRIVATE_FILE
from warehouse.rewriting import Rewrite

CLAIMS_AT_ONCE = 5_000
"""Claims of the lines that are reconciled together: what a rebuild of any size holds in memory of them."""

LISTED = 5  # events that the alert of a rebuild names

StoredLine = tuple[str, str, str | None]


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found, and whether it was written (`applied`).

    `documents` counts those read again (None: none were), `idle` judgements that bear on nothing any more.
    """

    lines: int = 0
    changes: list[Changed] = field(default_factory=list)
    documents: int | None = None
    claims_new: int = 0
    claims_gone: int = 0
    by_model: int = 0
    idle: int = 0
    problems: list[Problem] = field(default_factory=list)
    alert: Alert | None = None
    applied: bool = False

    def headline(self) -> str:
        """One line: what was looked at, and how the ledger changes."""
        read = ""
        if self.documents is not None:
            read = (
                f"{counted(self.documents, 'document')} read again ({counted(self.claims_new, 'claim')} new, "
                f"{self.claims_gone} gone); "
            )
            read += f"{self.by_model} of them, read by a language model, left as they were; " if self.by_model else ""
        idle = f"; without effect any more: {counted(self.idle, 'judgement')}" if self.idle else ""
        return f"{read}{counted(self.lines, 'line')} of the ledger made anew: {summary(self.changes)}{idle}"


def rebuild(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    *,
    apply: bool,
    extract: bool = False,
    since: dt.datetime | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Make the ledger anew and say what differs; with `apply` it is written, in one transaction with one alert.

    Stored documents are read again with `extract`, and where other rules than today's made the claims. `since`
    keeps to what was learned from then on. No cycle runs meanwhile. Raises WarehouseBusyError, and WarehouseError
    where nothing is stored.
    """
    if not (data_dir / PRIVATE_FILE).exists():
        raise WarehouseError(f"{data_dir}: nothing is stored there yet; give the data directory with --data")
    shown = progress or Silent()
    turn = take_turn(data_dir, WAIT, shown.say)
    if isinstance(turn, Busy):
        raise WarehouseBusyError(turn.reason)
    rules = settings.rules
    with turn, tempfile.TemporaryDirectory(prefix="qwen-watch-") as folder:
        with writing(data_dir, WRITER_WAIT, clock()) as writer:
            extract = extract or writer.rules() != rules
        rereading = read_again(data_dir, settings, clock, Path(folder), since, shown) if extract else None
        now = clock()
        with writing(data_dir, WRITER_WAIT, now) as writer, writer.rewriting() as rewrite:
            work = _Rebuild(writer, rewrite, settings, shown)
            touched = work.read(rereading, since) if rereading else set()
            work.reconcile(since, touched)
            if apply:
                work.finish(now, rules if rereading and since is None else None)
    return work.rebuilt


class _Rebuild:
    """One rebuild within its transaction."""

    def __init__(self, writer: Writer, rewrite: Rewrite, settings: Settings, progress: Progress) -> None:
        self._writer = writer
        self._rewrite = rewrite
        self._settings = settings
        self._progress = progress
        self._told: set[str] = set()
        self._entities_changed = False
        self.rebuilt = Rebuilt()

    def read(self, rereading: Rereading, since: dt.datetime | None) -> set[StoredLine]:
        """Put today's claims in place of those that are not made any more; gives the lines they bear on."""
        registry = Registry(self._settings.watchlist)
        late = [id for id in self._writer.document_ids(since) if id not in rereading.read]
        if late:  # came in while the others were read
            rereading.read_portion(self._writer, late, self._settings, registry)
        self._renew_watched(registry)
        touched: set[StoredLine] = set()
        for portion in rereading.portions():
            stored = self._writer.testimony_of_documents(portion)
            claims = [claim for said in portion.values() for claim in said]
            mentions = {one for claim in claims for one in (claim.subject, claim.object) if one}
            known = self._writer.entities({one.entity_id for mention in mentions for one in registry.lineage(mention)})
            documents = self._writer.documents(portion).values()
            given, entities, names = testimony_of(claims, documents, registry, known)
            before = {one.claim.claim_id for one in stored}
            after = {one.claim.claim_id for one in given}
            self._rewrite.replace_claims(before - after, given, entities, names)
            self._rewrite.read_again(portion)
            self.rebuilt.claims_gone += len(before - after)
            self.rebuilt.claims_new += len(after - before)
            keys = (line_of(one) for one in (*stored, *given))
            touched |= {(key.event_type, key.subject_id, key.metric) for key in keys}
        self.rebuilt.documents = len(rereading.read)
        self.rebuilt.by_model = rereading.by_model
        self.rebuilt.problems = rereading.problems
        return touched

    def reconcile(self, since: dt.datetime | None, touched: set[StoredLine]) -> None:
        """Make every line anew, and write those that are not what is stored."""
        judgements = self._writer.judgements()
        lines = self._writer.all_lines(since)
        lines += [(line, 0) for line in sorted(touched - {line for line, _ in lines}, key=_order)]
        idle = {one.judgement_id for one in judgements}
        for batch in _batches(lines):
            testimony = self._writer.testimony(batch)
            kin = self._writer.entities(
                {id for one in testimony for id in (one.subject_id, one.object_id) if id} | {line[1] for line in batch}
            )
            made = reconcile_lines(testimony, judgements, kin)
            stored = self._writer.stored_lines(batch)
            changes: list[LineChange] = []
            for line in batch:
                key = LineKey(EventType(line[0]), line[1], line[2])
                after = line_change(key, made[key]) if key in made else LineChange(*_key(key))
                found = differences(stored[line], after)
                idle -= {one.judgement_id for one in decided_on(after, judgements)}
                if found:
                    changes.append(after)
                    self.rebuilt.changes += changed(found, after, kin)
                    self._told |= {one.dedupe_key for one in made[key].transitions} if key in made else set()
            self._rewrite.put_lines(changes)
            self.rebuilt.lines += len(batch)
            self._progress.step("reconcile", self.rebuilt.lines, len(lines))
        self.rebuilt.idle = len(idle) if since is None else 0

    def finish(self, now: dt.datetime, rules: str | None) -> None:
        """Have it committed, with one alert where the ledger changed; nothing is where there is nothing to write."""
        rebuilt = self.rebuilt
        rebuilt.applied = True
        changes = (rebuilt.changes, rebuilt.claims_new, rebuilt.claims_gone, self._entities_changed)
        if not any(changes) and (rules is None or rules == self._writer.rules()):
            return
        rebuilt.alert = _summary_alert(rebuilt, now) if rebuilt.changes else None
        alerts = [rebuilt.alert] if rebuilt.alert else []
        counts = {"lines": rebuilt.lines, "changes": len(rebuilt.changes), "documents": rebuilt.documents or 0}
        run = Run(run_id_of("rebuild", now), "rebuild", now, now, "completed", counts)
        mutes = mutes_of(self._writer, self._settings)
        deliveries = route(alerts, self._settings.routes, now, mutes)
        self._rewrite.keep(rebuilt.alert, deliveries, self._told, rules, run)

    def _renew_watched(self, registry: Registry) -> None:
        """What the watchlist says of stored entities, such as who they are part of, is as it stands there now."""
        watched = {entity.entity_id: entity for entity in registry.entities()}
        stored = self._writer.entities(watched)
        stale = [watched[id] for id in sorted(watched.keys() & stored.keys()) if watched[id] != stored[id]]
        if stale:
            self._entities_changed = True
            self._rewrite.replace_claims((), (), stale, ())


def _batches(lines: Iterable[tuple[StoredLine, int]]) -> Iterator[list[StoredLine]]:
    batch: list[StoredLine] = []
    claims = 0
    for line, number in lines:
        if batch and claims + number > CLAIMS_AT_ONCE:
            yield batch
            batch, claims = [], 0
        batch.append(line)
        claims += number + 1
    if batch:
        yield batch


def _summary_alert(rebuilt: Rebuilt, now: dt.datetime) -> Alert:
    told = content_id("rebuild", now.isoformat(), *(part for one in rebuilt.changes for part in one.row))
    by_event: defaultdict[str, list[str]] = defaultdict(list)
    for one in rebuilt.changes:
        by_event[one.event].append(f"{one.change} ({one.attribute})" if one.attribute else one.change)
    events = [f"{event}: {', '.join(what)}" for event, what in by_event.items()]
    more = f"; and {len(events) - LISTED} more" if len(events) > LISTED else ""
    return Alert(
        dedupe_key=f"{AlertKind.CORRECTION}:rebuild:{told}",
        kind=AlertKind.CORRECTION,
        severity=Severity.MEDIUM,
        title=f"Rebuilt: {summary(rebuilt.changes)}.",
        body=f"{'; '.join(events[:LISTED])}{more}.",
        created_at=now,
    )


def _key(key: LineKey) -> tuple[EventType, str, str | None]:
    return key.event_type, key.subject_id, key.metric


def _order(line: StoredLine) -> tuple[str, str, str]:
    return line[0], line[1], line[2] or ""
