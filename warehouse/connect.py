"""Opens the databases: the private one under the writer's lock, the published one for reading."""

from __future__ import annotations

import datetime as dt
import fcntl
import functools
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import WarehouseBusyError, WarehouseError

PRIVATE_FILE = "private.duckdb"
PUBLISHED_FILE = "qwen.duckdb"
LOCK_FILE = "writer.lock"

_RETRY_S = 0.05
# Threads share out a table by its groups of 122,880 rows. Where no table has many of them, a second thread
# has nothing to do and costs as much as the work: half of a checkpoint's processor time (DuckDB 1.5.6). Half of
# the other half goes to weighing the costliest compression of texts, which spares little of a file of that size.
_SMALL_BYTES = 64 << 20
_PRIVATE = "private"
_DRAFT = "draft"
_ONE_AT_A_TIME = threading.Lock()
# An extension that is missing must fail here, not be fetched from the network behind the user's back.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
# A checkpoint is never made in the private file, neither here nor by DuckDB itself: see `folding`.
_NO_CHECKPOINT: dict[str, str | bool | int | float | list[str]] = {"checkpoint_threshold": "1 TiB"}


@contextmanager
def writers_turn(path: Path, wait: dt.timedelta, now: dt.datetime) -> Iterator[None]:
    """Holds `path` locked (flock), with this process's id and `now` written into it.

    Raises WarehouseBusyError, naming the holder, when another holds it for the whole of `wait`.
    """
    deadline = time.monotonic() + wait.total_seconds()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WarehouseError(
            f"{path.parent}: cannot hold the data: {error.strerror}; name another directory with --data"
        ) from error
    try:
        while not _locked(descriptor):
            if time.monotonic() >= deadline:
                raise _busy(path, path.read_text(errors="replace").strip() or "another process", wait)
            time.sleep(_RETRY_S)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, since {now.isoformat(timespec='seconds')}".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def open_private(path: Path, wait: dt.timedelta) -> duckdb.DuckDBPyConnection:
    """A connection that writes to the log beside the file; the log of a killed writer is replayed.

    Raises WarehouseBusyError when a program outside the writer's lock (a SQL shell) keeps the file open
    during the whole of `wait`, and WarehouseError when it is no database this DuckDB can open.
    """
    # What does not fit into memory goes beside the file; left alone, DuckDB would take the working directory.
    small = _is_small(path)
    own = {"temp_directory": f"{path}.tmp"} | ({"threads": "1"} if small else {})
    connection = duckdb.connect(config={**_OFFLINE, **_NO_CHECKPOINT, **own})
    if small:
        connection.execute("SET disabled_compression_methods = 'fsst'")
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    try:
        attach_private(_in_utc(connection), path, wait)
    except WarehouseError:
        connection.close()
        raise
    return connection


def attach_private(connection: duckdb.DuckDBPyConnection, path: Path, wait: dt.timedelta) -> None:
    """Opens the database again in a connection of `open_private` that has let go of it; raises the same."""
    deadline = time.monotonic() + wait.total_seconds()
    while True:
        try:
            connection.execute(f"ATTACH {_quoted(path)} AS {_PRIVATE}")
            connection.execute(f"USE {_PRIVATE}")
        except duckdb.Error as error:
            holder = re.search(r"Conflicting lock is held in (\S+) \(PID (\d+)\)", str(error))
            if not holder:
                raise _unreadable(path, error) from error
            if time.monotonic() >= deadline:
                raise _busy(path, f"process {holder[2]} ({holder[1]})", wait) from error
            time.sleep(_RETRY_S)
        else:
            return


def detach_private(connection: duckdb.DuckDBPyConnection) -> None:
    """Closes the database, and leaves the connection to open the next: a new one costs as much as all its reading."""
    connection.execute("USE memory")
    connection.execute(f"DETACH {_PRIVATE}")


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection; what does not fit into memory goes to the system's temporary directory."""
    config = {**_OFFLINE, "temp_directory": _temporary_directory()}
    try:
        return _in_utc(duckdb.connect(str(path), read_only=True, config=config))
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


def checkpoint(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Moves what is committed from the log of the closed database at `path` into the file. Raises WarehouseError."""
    try:
        connection.execute(f"ATTACH {_quoted(path)} AS {_DRAFT}")
        try:
            connection.execute(f"CHECKPOINT {_DRAFT}")
        finally:
            connection.execute(f"DETACH {_DRAFT}")
    except duckdb.Error as error:
        raise WarehouseError(f"{path}: its log could not be moved into it: {error}") from error


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_small(path: Path) -> bool:
    return not path.exists() or path.stat().st_size < _SMALL_BYTES


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _in_utc(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@functools.cache
def _directory_of_process() -> tempfile.TemporaryDirectory[str]:
    # One for the whole process: DuckDB refuses to open one file twice with different settings.
    return tempfile.TemporaryDirectory(prefix="qwen-watch-")


def _temporary_directory() -> str:
    with _ONE_AT_A_TIME:  # a cache alone lets two threads that ask first make one each
        return _directory_of_process().name


def _busy(path: Path, holder: str, wait: dt.timedelta) -> WarehouseBusyError:
    return WarehouseBusyError(
        f"{path}: in use by {holder}, and not free within {wait.total_seconds():g} s. "
        "Wait for that process to finish and try again; if it hangs, end it: what it committed is kept."
    )


def _unreadable(path: Path, error: duckdb.Error) -> WarehouseError:
    reason = str(error).splitlines()[0]
    return WarehouseError(
        f"{path}: cannot be opened: {reason} (DuckDB {duckdb.__version__}; a file of a newer DuckDB needs an upgrade "
        f"of qwen-watch). If {PRIVATE_FILE} is damaged, {PUBLISHED_FILE} is its copy as of the last run that changed "
        f"anything: move {PRIVATE_FILE} and its .wal away, copy {PUBLISHED_FILE} to {PRIVATE_FILE} and run again; "
        "what came since is fetched again. A damaged copy is published anew by the next run: move it away"
    )
