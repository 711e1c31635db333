"""Moves the log of the private database into its file, in a copy that then takes the file's place.

DuckDB's checkpoint writes over blocks of 256 KiB in which the last checkpoint still has its directory (the pieces of
64 share a block), and Linux cuts such a write short when the process is killed: then the file cannot be opened any
more. So nothing but the log is ever written of the private file, and the checkpoint is made in a copy, which counts
from the moment at which it has the name of the next file. A kill at any point leaves the one state or the other.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from pipeline.errors import WarehouseError
from warehouse.connect import checkpoint
from warehouse.copying import copy_file


def log_of(database: Path) -> Path:
    """Where DuckDB writes what is committed and not yet in the file."""
    return database.with_name(database.name + ".wal")


def has_log(database: Path) -> bool:
    """Whether anything that is committed is not yet in the file."""
    log = log_of(database)
    return log.exists() and log.stat().st_size > 0


def fold(private: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Moves the log of the closed database at `private` into it. Raises OSError and WarehouseError; then it stays.

    The connection, which has nothing of that database open, is what does it.
    """
    if not has_log(private):
        return
    following = _following(private)
    draft = following.with_name(following.name + ".tmp")
    for left in draft.parent.glob(f"{draft.name}*"):
        left.unlink()
    copy_file(private, draft)
    copy_file(log_of(private), log_of(draft))
    checkpoint(connection, draft)
    if has_log(draft):
        raise WarehouseError(f"{log_of(draft)}: left behind on closing, so {draft.name} is incomplete without it")
    sync(draft)
    draft.replace(following)
    sync(private.parent)
    finish_fold(private)


def finish_fold(private: Path) -> None:
    """Puts a complete next file in the place of the closed database at `private`, where there is one."""
    following = _following(private)
    if not following.exists():
        return
    # The log is part of the next file. It must be gone first: it does not belong to what will lie beside it.
    log_of(private).unlink(missing_ok=True)
    sync(private.parent)
    following.replace(private)
    sync(private.parent)


def sync(path: Path) -> None:
    """Waits until a file, or the names in a directory, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _following(private: Path) -> Path:
    return private.with_name(f"{private.stem}.next{private.suffix}")
