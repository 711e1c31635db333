"""One cycle, the plain way, without Prefect: what is due is fetched, read, extracted, written, delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from flows.clock import Clock
from flows.delivery import Secret, deliver_pending, environment_secret
from flows.model_reading import open_model
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress, Silent
from flows.reports import CycleReport, TurnReport, outcomes
from flows.stages import (
    WRITER_WAIT,
    Extraction,
    Plan,
    due_sources,
    extract_batch,
    fetch_group,
    open_archive,
    run_id_of,
    surprise,
)
from flows.turns import WAIT, Busy, take_turn
from flows.write_turn import Batch, write_turn
from pipeline.config import Settings
from pipeline.fetch.archive import Archive
from pipeline.ledger import Run
from pipeline.model import Document, Problem, Source
from pipeline.sources.harvest import Harvest

EXTRACTED_AT_ONCE = 50

Fetched = tuple[list[Harvest], list[Problem]]


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
) -> CycleReport:
    """Run every stage once. `now` is the moment of the cycle; `clock` tells when it ends and messages go.

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
            harvests, surprises = _fetch_all(plan, settings, archive, shown)
        documents = [*documents_of(harvests), *plan.unread]
        extractions: list[Extraction] = []
        with open_model(settings, data_dir / ARCHIVE_FOLDER, plan.run_id, now, secret) as model:
            for batch in batches(documents):
                extractions.append(extract_batch(batch, settings, model))
                shown.step("extract", sum(one.documents for one in extractions), len(documents))
        report = store(data_dir, settings, plan, harvests, extractions, surprises, clock)
        shown.step("write", 1, 1)
        return replace(report, delivery=deliver_pending(data_dir, settings, clock, secret, flush=True, progress=shown))


def _fetch_all(plan: Plan, settings: Settings, archive: Archive, shown: Progress) -> Fetched:
    """The harvest of every group of hosts, at once; what broke one group without warning is a problem."""
    harvests: list[Harvest] = []
    surprises: list[Problem] = []
    asked = 0
    with ThreadPoolExecutor(max(1, len(plan.groups))) as pool:
        running = {pool.submit(fetch_group, group, plan, settings, archive): group for group in plan.groups}
        for done in as_completed(running):
            group = running[done]
            try:
                harvests.append(done.result())
            except Exception as error:  # noqa: BLE001 (a defect that one group met: the others are written)
                surprises.append(surprise("fetch", names_of(group), error))
            asked += len(group)
            shown.step("fetch", asked, len(plan.sources))
    return harvests, surprises


def documents_of(harvests: Sequence[Harvest]) -> list[Document]:
    return [document for harvest in harvests for document in harvest.documents]


def batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """The documents in portions that one task extracts."""
    for start in range(0, len(documents), EXTRACTED_AT_ONCE):
        yield documents[start : start + EXTRACTED_AT_ONCE]


def names_of(group: Sequence[Source]) -> str:
    return ", ".join(source.name for source in group)


def store(
    data_dir: Path,
    settings: Settings,
    plan: Plan,
    harvests: Sequence[Harvest],
    extractions: Sequence[Extraction],
    surprises: Sequence[Problem],
    clock: Clock,
) -> CycleReport:
    """Write what the stages before have found, with the row of the run itself, and report on the cycle."""
    batch = Batch(
        fetches=[fetch for harvest in harvests for fetch in harvest.fetches],
        states=[state for harvest in harvests for state in harvest.states],
        documents=documents_of(harvests),
        claims={id: claims for one in extractions for id, claims in one.claims.items()},
        problems=[
            *(problem for harvest in harvests for problem in harvest.problems),
            *(problem for one in extractions for problem in one.problems),
            *surprises,
        ],
        again=plan.unread,
        unread=[each for one in extractions for each in one.unread],
    )
    report = CycleReport(plan.run_id, plan.now, len(plan.sources), outcomes(batch.fetches), surprises=tuple(surprises))

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

    turn = write_turn(data_dir, settings, batch, plan.now, wait=WRITER_WAIT, run=row)
    return replace(report, turn=turn)
