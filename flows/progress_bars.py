"""The progress display on a terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from flows.progress import LABELS, Progress


class Bars:
    """A bar a stage, shown from the moment that the stage has work."""

    def __init__(self, display: RichProgress) -> None:
        self._display = display
        self._lock = threading.Lock()
        self._tasks: dict[str, int] = {}

    def step(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            if stage not in self._tasks:
                self._tasks[stage] = self._display.add_task(LABELS.get(stage, stage), total=total)
            self._display.update(self._tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

    def say(self, line: str) -> None:
        self._display.console.print(Text(line))


@contextmanager
def bars() -> Iterator[Progress]:
    """Bars on standard error; they stay there when the run is over."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with RichProgress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as display:
        yield Bars(display)
