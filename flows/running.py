"""`run` and `serve`: the flows under an embedded Prefect server, or the user's own."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING

from flows.output import clean
from flows.progress import shown
from flows.reports import CycleReport
from flows.server import embedded
from flows.turns import Busy, take_turn
from pipeline.errors import QwenWatchError
from pipeline.model import Problem

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


def run_once(
    data_dir: Path, config_dir: Path, *, at: dt.datetime | None, force: bool, quiet: bool, verbose: bool
) -> int:
    """One cycle under Prefect; gives the exit code."""
    with shown(quiet) as display:
        # Before the server, so that two runs never set up one Prefect database at once.
        turn = take_turn(data_dir, waiting=display.say)
        if isinstance(turn, Busy):
            print(turn.reason)
            return 0
        with turn, turn.shared(), embedded(data_dir, verbose=verbose) as server:
            # All of this is checked and imported while the server starts; Prefect last, it takes the longest.
            _check(data_dir, config_dir)
            from flows.monitor import monitor

            server.wait_ready()
            report = asyncio.run(_report_of(monitor(str(data_dir), str(config_dir), at, force, return_state=True)))
    _tell(report, quiet)
    return 1 if report.failed else 0


def _check(data_dir: Path, config_dir: Path) -> None:
    from flows.run_settings import run_settings

    run_settings(data_dir, config_dir, check_lexicons=True)


async def _report_of(running: Awaitable[State[CycleReport]]) -> CycleReport:
    state = await running
    report = await state.aresult(raise_on_failure=False)
    if isinstance(report, BaseException):
        raise report
    return report


def _tell(report: CycleReport, quiet: bool) -> None:
    for problem in (*report.turn.problems, *report.delivery.problems):
        print(line_of(problem), file=sys.stderr)
    if not quiet:
        print(report.headline())


def line_of(problem: Problem) -> str:
    """A problem as one line for a log."""
    return clean(f"{problem.stage}: {problem.item}: {problem.message}")


def serve_forever(data_dir: Path, config_dir: Path, *, every: int, digest_at: dt.time, port: int, verbose: bool) -> int:
    """A cycle at once, then the three flows on their schedules until Ctrl-C; gives the exit code."""
    with embedded(data_dir, lasting=True, port=port, verbose=verbose) as server:
        _check(data_dir, config_dir)
        from flows.monitor import monitor
        from flows.serving import serve_flows

        server.wait_ready()
        page = server.api_url.removesuffix("/api")
        print(f"serving {data_dir} with {config_dir}: a cycle every {every} minutes; runs on {page}; Ctrl-C ends it")
        sys.stdout.flush()
        try:
            with shown():
                report = asyncio.run(_report_of(monitor(str(data_dir), str(config_dir), return_state=True)))
            _tell(report, quiet=False)
        except QwenWatchError as error:  # such as another writer at work: the schedule brings the next cycle
            print(error, file=sys.stderr)
        sys.stdout.flush()
        serve_flows(data_dir, config_dir, every=dt.timedelta(minutes=every), digest_at=digest_at)
    print("stopped")
    return 0
