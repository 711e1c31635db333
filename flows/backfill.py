"""The flow `backfill`: the past of sources out of archives under Prefect, a task for each source or address."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote

from flows.backfill_reports import BackfillReport, joined
from flows.backfilling import WAYBACK, Wish
from flows.backfilling import backfill as backfilled
from flows.cli_options import config_directory
from flows.clock import utc_now
from flows.flow_parts import WRITES, run_name
from flows.progress import current
from flows.secret_blocks import secrets_of
from pipeline.config import load_settings
from pipeline.sources.robots import OBEY
from pipeline.sources.wayback import Span


@flow(name="backfill", flow_run_name=run_name, persist_result=False)
async def backfill(
    since: dt.datetime,
    until: dt.datetime | None = None,
    targets: list[str] | None = None,
    origins: list[str] | None = None,
    limit: int | None = None,
    any_site: bool = False,
    robots: str = OBEY,
    data_dir: str = "data",
    config_dir: str | None = None,
) -> State[BackfillReport]:
    """Ask archives for the past of sources or addresses, and write it as of then; nothing is sent.

    Parameters are the options of `qwen-watch backfill`. A run goes on where the one before left off.
    """
    settings = await asyncio.to_thread(load_settings, config_directory(Path(config_dir) if config_dir else None))
    secret = await secrets_of(settings)
    span = Span(_utc(since), _utc(until or utc_now()))
    wish = Wish(tuple(targets or ()), span, tuple(origins or (WAYBACK,)), limit, any_site, robots)
    # Files are looked through once for all targets, captures are asked for target by target.
    parts = [replace(wish, targets=(one,)) for one in wish.targets] if set(wish.origins) == {WAYBACK} else []
    reports = []
    for part in parts or [wish]:
        work = partial(backfilled, part, settings, Path(data_dir), utc_now, secret=secret, progress=current.get())
        reports.append(await backfill_task(", ".join(part.targets) or "all sources", quote(work)))
    report = joined(reports)
    for problem in report.problems:
        get_run_logger().warning("%s: %s: %s", problem.stage, problem.item, problem.message)
    ended = Failed if report.failed else Completed
    return ended(message="; ".join(report.lines()), data=report)


@task(name="backfill", task_run_name="backfill {name}", **WRITES)
async def backfill_task(name: str, work: Callable[[], BackfillReport]) -> BackfillReport:  # noqa: ARG001
    """Ask, read and write what is missing of one target, up to the limit."""
    return await asyncio.to_thread(work)


def _utc(moment: dt.datetime) -> dt.datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
