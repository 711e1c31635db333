"""The flow `monitor`: one cycle under Prefect, in few tasks, each with a lot to do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote

from flows.artifacts import leave_tables
from flows.cli_options import config_directory
from flows.clock import Clock, clock_of
from flows.cycle import batches, documents_of, store, with_report
from flows.deliver import deliver_task
from flows.environment import environment_secret
from flows.flow_parts import WRITES, run_name
from flows.model_reading import open_model
from flows.places import ARCHIVE_FOLDER
from flows.prefect_events import emit_changes
from flows.progress import current
from flows.reports import CycleReport
from flows.run_settings import run_settings
from flows.secret_blocks import secrets_of
from flows.stages import (
    Extraction,
    Fetched,
    Plan,
    due_sources,
    extract_batch,
    fetch_all,
    open_archive,
    run_id_of,
)
from flows.turns import Busy, take_turn
from pipeline.config import Settings
from pipeline.config.secrets import named_secrets


@flow(name="monitor", flow_run_name=run_name, persist_result=False)
async def monitor(
    data_dir: str = "data", config_dir: str | None = None, at: dt.datetime | None = None, force: bool = False
) -> State[CycleReport]:
    """Fetch what is due, read it, reconcile it with what is known, and alert.

    `at` replays a moment; `force` also asks sources that are not due. A run that finds another at work in
    `data_dir` waits for it a while, and then ends as Skipped.
    """
    settings = await asyncio.to_thread(
        run_settings, Path(data_dir), config_directory(Path(config_dir) if config_dir else None)
    )
    clock, shown = clock_of(at), current.get()
    turn = await asyncio.to_thread(take_turn, Path(data_dir), waiting=shown.say)
    if isinstance(turn, Busy):
        skipped = CycleReport(run_id_of("monitor", clock()), clock(), skipped=turn.reason)
        return Completed(name="Skipped", message=turn.reason, data=skipped)
    with turn:
        report = await _cycle(settings, Path(data_dir), clock, force=force)
        if report.outbox:
            delivery = await deliver_task(Path(data_dir), quote(settings), quote(clock), flush=True)
            report = replace(report, delivery=delivery)
        report = await asyncio.to_thread(with_report, report, Path(data_dir), clock)
        await leave_tables(Path(data_dir), report.started_at)
        await emit_changes(report.turn.alerts, Path(data_dir))
    for problem in (*report.turn.problems, *report.delivery.problems):
        get_run_logger().warning("%s: %s: %s", problem.stage, problem.item, problem.message)
    ended = Failed if report.failed else Completed
    return ended(message=report.headline(), data=report)


async def _cycle(settings: Settings, data_dir: Path, clock: Clock, *, force: bool) -> CycleReport:
    shown = current.get()
    plan = await plan_task(data_dir, quote(settings), clock(), force)
    secret = await secrets_of(settings) if _names_secrets(settings) else environment_secret
    with open_archive(data_dir, plan.run_id) as archive:
        told = partial(shown.step, "fetch", total=len(plan.sources))
        fetching = partial(fetch_all, plan, settings, archive, secret, told=told)
        fetched = await fetch_task(len(plan.sources), quote(fetching)) if plan.sources else Fetched()
    documents = [*documents_of(fetched), *plan.unread]
    extractions: list[Extraction] = []
    with open_model(settings, data_dir / ARCHIVE_FOLDER, plan.run_id, plan.now, secret) as model:
        for batch in batches(documents):
            done = sum(each.documents for each in extractions)
            work = partial(extract_batch, batch, settings, model)
            extractions.append(await extract_task(done + 1, done + len(batch), quote(work)))
            shown.step("extract", done + len(batch), len(documents))
    written = partial(store, data_dir, settings, plan, fetched, extractions, clock)
    report = await write_task(quote(written))
    shown.step("write", 1, 1)
    return report


def _names_secrets(settings: Settings) -> bool:
    """Whether reading takes secrets: only then the server is asked for blocks."""
    return settings.llm is not None or any(map(named_secrets, (source.options for source in settings.sources)))


# No tags on tasks: a tagged task asks the server for a concurrency slot, which costs a second or two each
# (Prefect 3.8.8). The deployments carry the tags.
@task(name="due sources", **WRITES)
async def plan_task(data_dir: Path, settings: Settings, now: dt.datetime, force: bool) -> Plan:
    """Which sources are to be asked now, and what is known of them."""
    return await asyncio.to_thread(due_sources, data_dir, settings, now, force=force)


@task(name="fetch", task_run_name="fetch {sources} sources", cache_policy=NO_CACHE)
async def fetch_task(sources: int, work: Callable[[], Fetched]) -> Fetched:  # noqa: ARG001
    """Ask all hosts at once, each at its own pace, and read what is new."""
    return await asyncio.to_thread(work)


@task(name="extract", task_run_name="extract {first} to {last}", cache_policy=NO_CACHE)
async def extract_task(
    first: int,  # noqa: ARG001
    last: int,  # noqa: ARG001
    work: Callable[[], Extraction],
) -> Extraction:
    """The claims of a batch of documents."""
    return await asyncio.to_thread(work)


@task(name="write turn", **WRITES)
async def write_task(work: Callable[[], CycleReport]) -> CycleReport:
    """Stories, ledger, alerts and deliveries in one transaction; then the read copy."""
    return await asyncio.to_thread(work)
