"""The schedules of `qwen-watch serve`: the three flows in processes of their own, one after another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.flows import Flow

from flows.deliver import deliver
from flows.digest import digest
from flows.monitor import monitor

DELIVER_EVERY = dt.timedelta(minutes=5)
"""The monitor sends new alerts itself; this is how soon what failed before is tried again."""


def serve_flows(data_dir: Path, config_dir: Path, *, every: dt.timedelta, digest_at: dt.time) -> None:
    """Run the flows on their schedules until the process is interrupted."""
    places = {"data_dir": str(data_dir.resolve()), "config_dir": str(config_dir.resolve())}
    serve(
        _deployment(monitor, places, interval=every),
        _deployment(deliver, places, interval=DELIVER_EVERY),
        _deployment(digest, places, cron=f"{digest_at.minute} {digest_at.hour} * * *"),
        print_starting_message=False,
        limit=3,
    )


def _deployment(
    flow: Flow, places: dict[str, str], interval: dt.timedelta | None = None, cron: str | None = None
) -> RunnerDeployment:
    return flow.to_deployment(
        name="serve",
        parameters=places,
        interval=interval,
        cron=cron,
        tags=["qwen-watch"],
        # What was missed while nobody served is not made up for: the next run finds it all the same.
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
