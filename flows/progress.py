"""What a person sees while a run is under way: bars on a terminal, plain lines anywhere else."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

LABELS = {
    "fetch": "fetching sources",
    "extract": "reading documents",
    "write": "reconciling and writing",
    "deliver": "delivering alerts",
    "ingest": "extracting claims",
    "backfill": "asking archives",
}


class Progress(Protocol):
    """Told by the stages how far they are; called from several threads."""

    def step(self, stage: str, done: int, total: int) -> None: ...

    def say(self, line: str) -> None: ...


class Silent:
    """For callers that show nothing."""

    def step(self, stage: str, done: int, total: int) -> None:
        pass

    def say(self, line: str) -> None:
        pass


class Lines:
    """One line on standard error when a stage begins to have work and when it is through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, int] = {}

    def step(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            finished = total > 0 and done == total
            if finished and self._told.get(stage) != total:
                self._told[stage] = total
                self.say(f"{LABELS.get(stage, stage)}: {done} of {total}")

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


# A flow's parameters have to be plain data, so the display reaches the flow beside them.
current: contextvars.ContextVar[Progress] = contextvars.ContextVar("progress", default=Silent())  # noqa: B039


@contextmanager
def shown(quiet: bool = False) -> Iterator[Progress]:
    """The display that fits standard error, in force for what runs inside."""
    with _display(quiet) as display:
        token = current.set(display)
        try:
            yield display
        finally:
            current.reset(token)


@contextmanager
def _display(quiet: bool) -> Iterator[Progress]:
    if quiet:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        from flows.progress_bars import bars

        with bars() as display:
            yield display
