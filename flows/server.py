"""The Prefect server that a run brings along: started, found by the client, and ended with the run.

Imports no Prefect at its head: the settings have to stand in the environment before anybody imports it, and
the server starts while this process is still importing.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import inspect
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.errors import QwenWatchError

START_LIMIT = dt.timedelta(minutes=3)
STOP_LIMIT = dt.timedelta(seconds=15)


@dataclass(slots=True)
class Server:
    """Where Prefect's API is; `process` is None where somebody else started it, and then it is ready."""

    api_url: str
    process: subprocess.Popen[str] | None = None
    note: IO[str] | None = None
    lasting: bool = False

    def wait_ready(self) -> None:
        """Return once the server answers; raises QwenWatchError when it has ended instead."""
        if self.process is None or self.process.stdout is None or self.note is None:
            return
        if self.process.stdout.readline().strip() != "ready":
            raise _did_not_start(Path(self.note.name).parent)
        json.dump({"api_url": self.api_url, "lasting": self.lasting}, self.note)
        self.note.flush()


def prepare_environment(data_dir: Path, verbose: bool = False) -> None:
    """Set what Prefect reads at its import, except where the user has set it."""
    environment = {
        "PREFECT_HOME": str(data_dir.resolve() / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(int(START_LIMIT.total_seconds())),
        # A run's log lines stay in the Prefect database; the terminal belongs to our own progress display.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "INFO" if verbose else "CRITICAL",
    }
    for name, value in environment.items():
        os.environ.setdefault(name, value)


@contextmanager
def embedded(data_dir: Path, *, lasting: bool = False, port: int = 0, verbose: bool = False) -> Iterator[Server]:
    """A Prefect API for this process: the user's where one is set, that of a running `serve`, or a new one.

    `lasting` starts the whole server, with scheduler and user interface, and lets other processes use it.
    Raises QwenWatchError where none can be had.
    """
    users = _users_server()
    prepare_environment(data_dir, verbose)
    if users is not None:
        os.environ["PREFECT_API_URL"] = users
        yield Server(users)
        return
    home = Path(os.environ["PREFECT_HOME"]).expanduser()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.json").open("a+") as note:
        running = None if _take(note, lasting) else _read(note)
        if running is not None:
            os.environ["PREFECT_API_URL"] = running["api_url"]
            yield Server(running["api_url"])
            return
        with _started(home, note, lasting, port) as server:
            os.environ["PREFECT_API_URL"] = server.api_url
            try:
                yield server
            finally:
                _send_last_words()


def _users_server() -> str | None:
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    if not {"PREFECT_HOME", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"} & set(os.environ):
        return None
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value()


def _take(note: IO[str], lasting: bool) -> bool:
    """Whether this process now holds `note` and starts a server; False where a lasting one runs already."""
    deadline = time.monotonic() + START_LIMIT.total_seconds()
    while True:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            known = _read(note)
        else:
            note.truncate(0)
            return True
        # The server of another `run` ends with that run, so it is of no use to this one.
        if known is not None and known["lasting"] and not lasting:
            return False
        if time.monotonic() > deadline or (known is not None and known["lasting"]):
            raise QwenWatchError(
                f"another process already serves from {Path(note.name).parent}; stop it first, or give this one "
                "another data directory"
            )
        time.sleep(0.2)


def _read(note: IO[str]) -> dict[str, str] | None:
    note.seek(0)
    try:
        return json.loads(note.read())
    except json.JSONDecodeError:  # not written yet, or half
        return None


@contextmanager
def _started(home: Path, note: IO[str], lasting: bool, port: int) -> Iterator[Server]:
    environment = dict(os.environ)
    if not lasting:
        environment |= {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_UI_ENABLED": "0"}
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            # -P keeps the directory that the user stands in off the import path.
            [sys.executable, "-P", "-m", "flows.server_process", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
            start_new_session=True,  # Ctrl-C is for us: the run's last words still need the server
        )
    try:
        got = process.stdout.readline().strip() if process.stdout else ""
        if not got:
            raise _did_not_start(home)
        yield Server(f"http://127.0.0.1:{got}/api", process, note, lasting)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let the server end in good order: its standard input closes, and it sees that we are done."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(STOP_LIMIT.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _send_last_words() -> None:
    """Send what Prefect's client has queued: it does so at exit, too, but then the server is gone."""
    if "prefect" not in sys.modules:
        return
    import asyncio

    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    async def drain() -> None:
        for drained in (APILogWorker.instance().drain(), EventsWorker.drain_all()):
            if inspect.isawaitable(drained):
                await drained

    asyncio.run(drain())


def _did_not_start(home: Path) -> QwenWatchError:
    return QwenWatchError(f"the embedded Prefect server did not start; {home / 'server.log'} says why")
