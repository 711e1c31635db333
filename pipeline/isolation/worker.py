"""The inside of a worker process: does what it is told, one thing at a time, within its bounds.

It is started as `python -m pipeline.isolation.worker BYTES SECONDS IDLE_SECONDS` and speaks over its standard
input and output. Where the platform has no memory limit (Windows; macOS does not enforce it), time is the only
bound. It ends by itself when its owner is gone, also in the middle of its work, and when it is idle for long.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import IO, Any, NoReturn

from pipeline.isolation.messages import receive, send

DONE, BROKE = "done", "broke"
OUT_OF_MEMORY = 12
"""The exit code of a process that needs more memory than it may have; saying so would need some, too."""

_GRACE = 5.0  # seconds that the owner has for killing it, before it does so itself


def main(memory: int, seconds: float, idle: float) -> None:
    """Answers every request on standard input until it ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A library that prints must not print into the answers.
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    _bound(memory)
    try:
        while True:
            _alarm(idle, _leave)
            content = receive(requests)
            if content is None:
                return
            _alarm(seconds + _GRACE, None)
            _answer(answers, content)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def ready() -> None:
    """Does nothing: that it is answered says that the process has started."""


def _answer(answers: IO[bytes], content: bytes) -> None:
    try:
        # From the owner, who may name any function; only what goes the other way is not trusted.
        function, arguments, named = pickle.loads(content)
        send(answers, (DONE, function(*arguments, **named)))
    except MemoryError:
        # Whatever failed half-way is in an unknown state: the next page gets a new process.
        raise
    except Exception as error:  # noqa: BLE001 (a page of the open web found a defect: the other pages go on)
        send(answers, (BROKE, f"unexpected {type(error).__name__} while reading it: {error}"[:1000]))


def _bound(memory: int) -> None:
    try:
        import resource
    except ImportError:
        return
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CORE: 0}
    for kind, limit in limits.items():
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(kind, (limit, limit))


def _alarm(seconds: float, then: Any) -> None:
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, then or signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _leave(*_: object) -> NoReturn:
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
