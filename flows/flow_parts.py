"""What the three flows share: the names of their runs, and when a task is worth another try."""

from __future__ import annotations

import datetime as dt
from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from pipeline.errors import WarehouseBusyError


def run_name() -> str:
    """`monitor 2026-03-04 08:00`: the flow, and the moment it speaks of, in UTC."""
    at = flow_run.parameters.get("at") or flow_run.scheduled_start_time
    moment = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(str(at))
    return f"{flow_run.flow_name} {moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def is_busy(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a task failed only because another process was writing: anything else would fail again."""
    return isinstance(state.data, WarehouseBusyError)


WRITES: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 2,
    "retry_delay_seconds": [15, 60],
    "retry_condition_fn": is_busy,
}
"""Options of a task that takes the writer's turn, which itself waits a while before it gives up."""
