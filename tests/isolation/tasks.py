"""What the tests have a worker do; it must be found under its name in a fresh interpreter."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from pipeline.model import Problem


def double(number: int) -> int:
    return 2 * number


def nothing() -> None:
    """Prepares nothing."""


def record(moment: dt.datetime) -> Problem:
    return Problem("read", "here", moment.isoformat())


def environment() -> list[str]:
    return sorted(os.environ)


def modules() -> list[str]:
    return sorted(sys.modules)


def process() -> int:
    return os.getpid()


def print_a_lot() -> int:
    print("not an answer " * 10_000, flush=True)
    print("not an answer " * 10_000, file=sys.stderr, flush=True)
    return 1


def fail() -> int:
    raise ValueError("a defect")


def fail_to_start() -> None:
    raise ValueError("no such library")


def sleep() -> int:
    time.sleep(600)
    return 1


def spin() -> int:
    while True:
        pass


def swallow_memory() -> int:
    return len([bytes(1 << 20) for _ in range(4096)])


def crash() -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 1


def leave() -> int:
    os._exit(3)


class Trap:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch trapped",)


def trap() -> object:
    return Trap()


def fall_silent() -> None:
    """Closes the pipe for the answer, and lives on beyond every alarm."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.closerange(3, 16)
    time.sleep(20)


def announce_without_end() -> None:
    """Writes the length of an answer that fits into no memory, wherever it can be written."""
    for file in range(3, 16):
        with suppress(OSError):
            os.write(file, b"\xff" * 8)
    time.sleep(20)
