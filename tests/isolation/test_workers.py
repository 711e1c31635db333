"""Workers: what they do, what stops them, and that the next piece of work never notices."""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.isolation.workers import Broken, WorkerLimits, Workers
from pipeline.model import Problem
from tests.isolation import tasks

MIB = 1024 * 1024
LIMITS = WorkerLimits(seconds=1.0, memory=160 * MIB, processes=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(LIMITS) as made:
        yield made


def test_work_comes_back_as_values_and_records(workers: Workers) -> None:
    moment = dt.datetime(2026, 3, 4, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert workers.run(tasks.double, 21) == 42
    assert workers.run(tasks.record, moment) == Problem("read", "here", moment.isoformat())


def test_one_process_serves_one_piece_of_work_after_the_other(workers: Workers) -> None:
    first = workers.run(tasks.process)
    assert first == workers.run(tasks.process) != os.getpid()


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (tasks.sleep, "takes longer than 1 s to read"),
        (tasks.spin, "takes longer than 1 s to read"),
        (tasks.swallow_memory, "needs more than 160 MiB of memory to read"),
        (tasks.crash, "ended the process that read it (SIGSEGV)"),
        (tasks.leave, "ended the process that read it (exit code 3)"),
        (tasks.fail, "unexpected ValueError while reading it: a defect"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_goes_wrong_is_a_value_and_the_next_work_is_done(workers: Workers, task: object, reason: str) -> None:
    assert workers.run(task) == Broken(reason)
    assert workers.run(tasks.double, 2) == 4


SWALLOW = """
import resource
from pipeline.isolation.workers import Workers
from tests.isolation import tasks
with Workers() as workers:
    workers.run(tasks.swallow_memory)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold the memory limit, or count otherwise")
def test_memory_stays_below_its_bound() -> None:
    """In a process of its own: the figure is the largest of all children that there ever were."""
    peak = subprocess.run([sys.executable, "-c", SWALLOW], capture_output=True, text=True, check=True).stdout
    assert int(peak) * 1024 < 512 * MIB


def test_what_a_library_prints_is_no_answer(workers: Workers) -> None:
    assert workers.run(tasks.print_a_lot) == 1


def test_no_secret_of_the_environment_is_within_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QWEN_WATCH_SLACK_WEBHOOK", "made for the test")
    with Workers(LIMITS) as fresh:
        names = fresh.run(tasks.environment)
    assert isinstance(names, list)
    assert "PYTHONPATH" in names
    assert not [name for name in names if name.startswith("QWEN_WATCH")]


def test_a_worker_imports_only_what_its_work_needs() -> None:
    with Workers(LIMITS) as fresh:
        names = fresh.run(tasks.modules)
    assert isinstance(names, list)
    assert not {"prefect", "duckdb", "httpx", "flows", "warehouse", "lxml"} & set(names)


def test_an_answer_that_names_a_function_is_refused_and_not_called(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = workers.run(tasks.trap)
    assert isinstance(answer, Broken)
    assert "system is no record of the project" in answer.reason
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("task", [tasks.fall_silent, tasks.announce_without_end], ids=lambda task: task.__name__)
def test_a_process_that_a_page_has_taken_over_holds_nobody_up(workers: Workers, task: Callable[[], None]) -> None:
    assert workers.run(task) == Broken("ended the process that read it (SIGKILL)")
    assert workers.run(tasks.double, 2) == 4


def test_a_worker_that_cannot_start_is_the_machine_s_fault_and_no_page_s() -> None:
    with Workers(LIMITS, warm_up=tasks.fail_to_start) as broken:
        answer = broken.run(tasks.double, 1)
    assert isinstance(answer, Broken)
    assert not answer.by_input
    assert "no such library" in answer.reason


def test_threads_share_workers() -> None:
    limits = WorkerLimits(seconds=20.0, processes=2)
    with Workers(limits, warm_up=tasks.nothing) as shared, ThreadPoolExecutor(8) as pool:
        processes = set(pool.map(lambda _: shared.run(tasks.process), range(40)))
        assert 1 <= len(processes) <= 2
        assert list(pool.map(lambda number: shared.run(tasks.double, number), range(40))) == list(range(0, 80, 2))


@pytest.mark.skipif(not hasattr(os, "kill"), reason="signals")
def test_nothing_is_left_running_after_the_end() -> None:
    with Workers(LIMITS) as fresh:
        process = fresh.run(tasks.process)
    assert isinstance(process, int)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_workers_that_nobody_uses_are_never_started() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with Workers(LIMITS):
        time.sleep(0)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == before
