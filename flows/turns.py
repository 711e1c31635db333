"""One cycle at a time in one data directory: the lock that holds it, whoever starts the second one.

A deployment's concurrency limit in Prefect does not reach a run that a person starts by hand.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

WAIT = dt.timedelta(minutes=2)
POLL_SECONDS = 0.2

# The command line takes the turn before it starts a server; the flow that it then runs is in that turn.
_ours: contextvars.ContextVar[Path | None] = contextvars.ContextVar("ours", default=None)


@dataclass(frozen=True, slots=True)
class Busy:
    """Another cycle holds the data directory and did not finish within the wait; `reason` says which."""

    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Holds a data directory until it is left; without a lock it is part of a turn that is held already."""

    data_dir: Path
    lock: IO[str] | None = None

    def __enter__(self) -> Turn:
        return self

    def __exit__(self, *_: object) -> None:
        if self.lock is not None:
            self.lock.close()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """What runs inside, in this context, takes part in this turn instead of waiting for its end."""
        token = _ours.set(self.data_dir.resolve())
        try:
            yield
        finally:
            _ours.reset(token)


def take_turn(
    data_dir: Path, wait: dt.timedelta = WAIT, waiting: Callable[[str], None] = lambda _: None
) -> Turn | Busy:
    """The data directory for one cycle, or who has it; `waiting` is told once, in one line, who that is."""
    if _ours.get() == data_dir.resolve():
        return Turn(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = (data_dir / "cycle.lock").open("a+")
    try:
        busy = _wait_for(lock, data_dir, wait, waiting)
    except BaseException:  # an interrupt, too, must not leave the file open
        lock.close()
        raise
    if busy is not None:
        lock.close()
        return busy
    lock.truncate(0)
    lock.write(f"process {os.getpid()}")
    lock.flush()
    return Turn(data_dir, lock)


def _wait_for(lock: IO[str], data_dir: Path, wait: dt.timedelta, waiting: Callable[[str], None]) -> Busy | None:
    deadline = time.monotonic() + wait.total_seconds()
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = f"another run ({lock.read().strip() or 'just started'}) is at work in {data_dir}"
        else:
            return None
        if time.monotonic() >= deadline:
            return Busy(f"skipped: {holder}, and still was after {wait.total_seconds():g} s; nothing is lost")
        if not told:
            waiting(f"waiting: {holder}")
            told = True
        time.sleep(POLL_SECONDS)
