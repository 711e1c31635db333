"""Runs of the flows, and the problems they met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

from pipeline.ledger import Run
from pipeline.model import Problem, content_id
from warehouse import rows


def put_run(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    rows.replace(connection, "runs", ["run_id"], [_run_row(run)])


def put_problems(
    connection: duckdb.DuckDBPyConnection, problems: Sequence[Problem], run: Run | None, now: dt.datetime
) -> None:
    """Writes the problems that `run` met; `now` is when they were noticed."""
    run_id = run.run_id if run else None
    rows.replace(connection, "problems", ["problem_id"], [_problem_row(problem, run_id, now) for problem in problems])


def _run_row(run: Run) -> rows.Row:
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "state": run.state,
        "counts": dict(run.counts),
    }


def _problem_row(problem: Problem, run_id: str | None, now: dt.datetime) -> rows.Row:
    # Outside a run the same problem counts anew each time it is met.
    scope = run_id or now.isoformat()
    return {
        "problem_id": content_id("problem", scope, problem.stage, problem.item, problem.message),
        "run_id": run_id,
        "stage": problem.stage,
        "item": problem.item,
        "message": problem.message,
        "noticed_at": now,
    }
