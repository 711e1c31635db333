"""Runs plain cycles on request, each in a process of its own that may be killed: `CONFIG DATA` as arguments.

A line on standard input is the moment of a cycle, and after how many seconds to kill it, if at all; it is
answered with how the cycle ended. Everything is imported once, so a cycle begins as soon as it is asked for.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from flows.clock import clock_of
from flows.cycle import cycle
from pipeline.config import Settings, load_settings


def main() -> None:
    settings, data = load_settings(Path(sys.argv[1])), Path(sys.argv[2])
    for line in sys.stdin:
        moment, *seconds = line.split()
        child = os.fork()
        if child == 0:
            _run(settings, data, dt.datetime.fromisoformat(moment))
        for wait in seconds:
            time.sleep(float(wait))
            os.kill(child, signal.SIGKILL)  # also where it is through: it is still ours to wait for
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(settings: Settings, data: Path, at: dt.datetime) -> None:
    # Standard output is for the answers, and one of the channels writes to it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    failed = True
    try:
        failed = cycle(settings, data, at, clock_of(at), force=True).failed
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()  # the exit below would swallow what a test needs to know
        os._exit(int(failed))


if __name__ == "__main__":
    main()
