"""The flow `deliver`: what waits in the outbox is sent; what could not be sent before is tried again."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.utilities.annotations import quote

from flows.cli_options import config_directory
from flows.clock import Clock, clock_of
from flows.delivery import deliver_pending
from flows.flow_parts import WRITES, run_name
from flows.progress import current
from flows.reports import DeliveryReport
from flows.run_settings import run_settings
from flows.secret_blocks import secrets_of
from pipeline.config import Settings


@flow(name="deliver", flow_run_name=run_name, persist_result=False)
async def deliver(
    data_dir: str = "data", config_dir: str | None = None, at: dt.datetime | None = None
) -> State[DeliveryReport]:
    """Send every alert that is due, to every channel that it is routed to."""
    settings = await asyncio.to_thread(
        run_settings, Path(data_dir), config_directory(Path(config_dir) if config_dir else None)
    )
    report = await deliver_task(Path(data_dir), quote(settings), quote(clock_of(at)))
    for problem in report.problems:
        get_run_logger().warning("%s: %s", problem.item, problem.message)
    return Completed(message=report.headline(), data=report)


@task(name="deliver", **WRITES)
async def deliver_task(data_dir: Path, settings: Settings, clock: Clock, *, flush: bool = False) -> DeliveryReport:
    """Send what is due now; with `flush` nothing waits for more of its event."""
    secret = await secrets_of(settings)
    shown = current.get()
    return await asyncio.to_thread(deliver_pending, data_dir, settings, clock, secret, flush=flush, progress=shown)
