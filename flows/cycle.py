"""One cycle, the plain way, without Prefect: what is due is fetched, read, extracted, written, delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from flows.batch import Batch
from flows.clock import Clock
from flows.environment import Secret, environment_secret
from flows.model_reading import open_model
from flows.outbox import anything_to_deliver
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress, Silent
from flows.reporting import refresh_report
from flows.reports import CycleReport, TurnReport, outcomes
from flows.stages import (
    WRITER_WAIT,
    Extraction,
    Fetched,
    Plan,
    due_sources,
    extract_batch,
    fetch_all,
    open_archive,
    run_id_of,
)
from flows.turns import WAIT, Busy, take_turn
from flows.write_turn import commit_batch
from pipeline.config import Settings
from pipeline.ledger import Run
from pipeline.model import Document
from pipeline.sources.pace import Pace
from warehouse import writing

EXTRACTED_AT_ONCE = 50


def cycle(
    settings: Settings,
    data_dir: Path,
    now: dt.datetime,
    clock: Clock,
    *,
    force: bool = False,
    secret: Secret = environment_secret,
    progress: Progress | None = None,
    wait: dt.timedelta = WAIT,
    pace: Pace | None = None,
) -> CycleReport:
    """Run every stage once. `now` is the moment of the cycle; `clock` tells when it ends and messages go.

    `pace` is what waiting for hosts goes by; left out, it is the time that passes.
    It is skipped where another cycle keeps the data directory for all of `wait`. Raises WarehouseBusyError
    where another writer does.
    """
    shown = progress or Silent()
    turn = take_turn(data_dir, wait, shown.say)
    if isinstance(turn, Busy):
        return CycleReport(run_id_of("monitor", now), now, skipped=turn.reason)
    with turn:
        plan = due_sources(data_dir, settings, now, force=force)
        with open_archive(data_dir, plan.run_id) as archive:
            told = partial(shown.step, "fetch", total=len(plan.sources))
            fetched = fetch_all(plan, settings, archive, secret, pace, told)
        documents = [*documents_of(fetched), *plan.unread]
        extractions: list[Extraction] = []
        with open_model(settings, data_dir / ARCHIVE_FOLDER, plan.run_id, now, secret) as model:
            for batch in batches(documents):
                extractions.append(extract_batch(batch, settings, model))
                shown.step("extract", sum(one.documents for one in extractions), len(documents))
        report = store(data_dir, settings, plan, fetched, extractions, clock)
        shown.step("write", 1, 1)
        if report.outbox:
            from flows.delivery import deliver_pending  # channels take a while to import, and most cycles need none

            delivery = deliver_pending(data_dir, settings, clock, secret, flush=True, progress=shown)
            report = replace(report, delivery=delivery)
        return with_report(report, data_dir, clock)


def with_report(report: CycleReport, data_dir: Path, clock: Clock) -> CycleReport:
    """Renew the report page after a cycle that changed something; that it could not be made is one more problem."""
    problem = refresh_report(data_dir, clock(), changed=report.turn != TurnReport())
    if problem is None:
        return report
    return replace(report, turn=replace(report.turn, problems=(*report.turn.problems, problem)))


def documents_of(fetched: Fetched) -> list[Document]:
    return [document for harvest in fetched.round.harvests for document in harvest.documents]


def batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """The documents in portions that one task extracts."""
    for start in range(0, len(documents), EXTRACTED_AT_ONCE):
        yield documents[start : start + EXTRACTED_AT_ONCE]


def store(
    data_dir: Path,
    settings: Settings,
    plan: Plan,
    fetched: Fetched,
    extractions: Sequence[Extraction],
    clock: Clock,
) -> CycleReport:
    """Write what the stages before have found, with the row of the run itself, and report on the cycle."""
    harvests, surprises = fetched.round.harvests, fetched.surprises
    batch = Batch(
        fetches=[fetch for harvest in harvests for fetch in harvest.fetches],
        states=[state for harvest in harvests for state in harvest.states],
        documents=documents_of(fetched),
        claims={id: claims for one in extractions for id, claims in one.claims.items()},
        problems=[
            *(problem for harvest in harvests for problem in harvest.problems),
            *fetched.round.problems,
            *(problem for one in extractions for problem in one.problems),
            *surprises,
        ],
        again=plan.unread,
        unread=[each for one in extractions for each in one.unread],
        broken=[each for harvest in fetched.round.harvests for each in harvest.broken],
        mended=[sha256 for harvest in fetched.round.harvests for sha256 in harvest.mended],
        hosts=list(fetched.round.hosts.values()),
        robots=list(fetched.round.robots.values()),
    )
    report = CycleReport(plan.run_id, plan.now, len(plan.sources), outcomes(batch.fetches), surprises=surprises)

    def row(turn: TurnReport) -> Run:
        written = replace(report, turn=turn)
        return Run(
            plan.run_id,
            "monitor",
            plan.now,
            clock(),
            "failed" if surprises else "completed",
            written.counts(),
        )

    with writing(data_dir, WRITER_WAIT, plan.now) as writer:
        turn = commit_batch(writer, settings, batch, plan.now, run=row)
        return replace(report, turn=turn, outbox=anything_to_deliver(writer, data_dir))
