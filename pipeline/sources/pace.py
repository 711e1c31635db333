"""The time of a run: moments that begin with the cycle's own, and waits that end early when something is done."""

from __future__ import annotations

import datetime as dt
import time
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

T = TypeVar("T")


class Pace(Protocol):
    """What a run waits by; a test has one whose waits take no time."""

    def now(self) -> dt.datetime: ...

    def receive(self, done: SimpleQueue[T], until: dt.datetime, running: int) -> T | None:
        """The next of what is done; None when `until` has come first. `running` is how many are on their way."""
        ...

    def sleep_until(self, moment: dt.datetime) -> None: ...


class RunTime:
    """The time that passes, counted from `start`, which may be a moment of the past that is replayed."""

    def __init__(self, start: dt.datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=time.monotonic() - self._began)

    def receive(self, done: SimpleQueue[T], until: dt.datetime, running: int) -> T | None:  # noqa: ARG002
        try:
            return done.get(timeout=max(0.0, (until - self.now()).total_seconds()))
        except Empty:
            return None

    def sleep_until(self, moment: dt.datetime) -> None:
        time.sleep(max(0.0, (moment - self.now()).total_seconds()))
