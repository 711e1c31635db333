"""Worker processes for work on hostile input: bounded in time and memory, killed and replaced where need be."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from typing import Any, ParamSpec, TypeVar, cast

from pipeline.fetch.inflate import size
from pipeline.isolation.messages import plain_records, receive, send
from pipeline.isolation.worker import DONE, OUT_OF_MEMORY, ready

P = ParamSpec("P")
T = TypeVar("T")

_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TZ", "LD_LIBRARY_PATH")
_IDLE_SECONDS = 60.0
_START_SECONDS = 60.0  # a loaded machine takes its time to import; no page is read meanwhile


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """The bounds of one piece of work, and how many are done at once. `memory` is a process's whole address space."""

    seconds: float = 8.0
    memory: int = 416 * 1024 * 1024
    processes: int = 2


@dataclass(frozen=True, slots=True)
class Broken:
    """Why work came to nothing, in words that follow the name of what was worked on.

    `by_input` is false where the machine is to blame, so that another try may well succeed.
    """

    reason: str
    by_input: bool = True


class Workers:
    """A few processes, each started when there is work for it; threads may share them.

    They are fresh interpreters that import what the work needs and nothing else, never forks of this process,
    whose threads and connections they would inherit. `warm_up` is called first in each, so that what it imports
    does not count as time of the first piece of work.
    """

    def __init__(self, limits: WorkerLimits | None = None, warm_up: Callable[[], None] | None = None) -> None:
        self._limits = limits or WorkerLimits()
        self._warm_up = warm_up
        self._owner = os.getpid()
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(self._limits.processes):
            self._free.put(None)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | Broken:
        """What `function` gives for `arguments`, or why it gives nothing.

        Both must be picklable, the function by its name, and the outcome must be made of the project's records.
        """
        with self._worker() as worker:
            answer: Any = worker.ask((function, arguments, named))
            return cast("T | Broken", answer)

    def close(self) -> None:
        """Ends the processes that are free; later work starts new ones."""
        if os.getpid() != self._owner:
            return  # a fork holds no processes of its own
        ended = 0
        with suppress(queue.Empty):
            while True:
                worker = self._free.get_nowait()
                ended += 1
                if worker is not None:
                    worker.end()
        for _ in range(ended):
            self._free.put(None)

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        worker = self._free.get()
        try:
            if worker is None or not worker.alive:
                worker = _Worker(self._limits, self._warm_up)
            yield worker
        finally:
            self._free.put(worker if worker is not None and worker.alive else None)


class _Worker:
    def __init__(self, limits: WorkerLimits, warm_up: Callable[[], None] | None) -> None:
        self._limits = limits
        self._warm_up = warm_up
        self._is_warm = False
        self._start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: object) -> object:
        answer = self._asked(request)
        if isinstance(answer, Broken) and self._process.returncode == 0:
            # It had left for want of work, just as this came.
            self._start()
            answer = self._asked(request)
        return answer

    def _asked(self, request: object) -> object:
        if not self._is_warm:
            prepared = self._exchange((self._warm_up or ready, (), {}), _START_SECONDS)
            if isinstance(prepared, Broken):
                self.end()
                return Broken(f"has no reader, whose process cannot start: {prepared.reason}", by_input=False)
        self._is_warm = True
        return self._exchange(request, self._limits.seconds)

    def end(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        self._process.wait()

    def _start(self) -> None:
        limits = self._limits
        bounds = (str(limits.memory), str(limits.seconds), str(_IDLE_SECONDS))
        command = [sys.executable, "-P", "-X", "utf8", "-m", "pipeline.isolation.worker", *bounds]
        # No secret of this process's environment is within reach of a page.
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        # Each thread of a numeric library would take its share of the address space.
        environment = {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self._is_warm = False

    def _exchange(self, request: object, seconds: float) -> object:
        """What is answered, or why nothing is; the process is dead then, unless the work itself went wrong."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("a worker has pipes")
        late = Event()
        timer = Timer(seconds, self._give_up, [late])
        timer.daemon = True
        timer.start()
        try:
            send(stdin, request)
            answered = receive(stdout, self._limits.memory)
        except OSError:
            answered = None
        finally:
            timer.cancel()
        if answered is None:
            self._see_off(seconds)
            return self._death(late.is_set(), seconds)
        try:
            kind, value = plain_records(answered)
        except Exception as error:  # noqa: BLE001 (a process that a page has taken over may answer anything)
            self.end()
            return Broken(f"gave an answer that is not understood: {error}")
        if kind == DONE:
            return value
        return Broken(str(value))

    def _give_up(self, late: Event) -> None:
        late.set()
        self._process.kill()

    def _see_off(self, seconds: float) -> None:
        """Waits for the end of a process that says no more; one that a page has taken over may not end by itself."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _death(self, late: bool, seconds: float) -> Broken:
        code = self._process.returncode
        self.end()
        if late:
            return Broken(f"takes longer than {seconds:g} s to read")
        if code == OUT_OF_MEMORY:
            return Broken(f"needs more than {size(self._limits.memory)} of memory to read")
        with suppress(ValueError):
            return Broken(f"ended the process that read it ({signal.Signals(-code).name})")
        return Broken(f"ended the process that read it (exit code {code})")
