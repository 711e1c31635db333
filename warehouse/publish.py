"""Copies of the private database, closed: the one that people read, and those of before a migration.

Each is put in its place by an atomic rename.

Readers keep the file they have opened; the next query sees the new one. Nothing here may open the private
file while DuckDB has it open: closing any descriptor of it would drop DuckDB's lock (POSIX).
"""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

import duckdb

from pipeline.errors import WarehouseError
from warehouse.connect import open_published
from warehouse.copying import copy_file
from warehouse.folding import fold, sync
from warehouse.migrate import change_token
from warehouse.stamp import identity, stamp_token, stamped_token


def publish(private: Path, published: Path, token: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Folds the log of the closed database at `private`, and puts a copy of it in the place of `published`.

    `token` is the mark of its last change; the connection, which has let go of it, does the work.
    Raises WarehouseError when that cannot be done; then the copy that was there stays.
    """
    try:
        _copy(private, published, connection)
        if placed := identity(published):
            stamp_token(published, placed, token)
    except OSError as error:
        raise WarehouseError(
            f"{published}: could not be published: {error.strerror}; nothing is lost, the next run retries"
        ) from error


def set_aside(private: Path, version: int, connection: duckdb.DuckDBPyConnection) -> Path:
    """Copies the closed database at `private` to `private.before-VERSION.duckdb`, and returns the copy's path.

    A copy of that name that is there already stays, and this one is numbered. Raises WarehouseError when there is
    no room for it; the database is as it was.
    """
    stem = f"{private.stem}.before-{version:03}"
    numbers = chain([""], (f"-{number}" for number in count(2)))
    places = (private.with_name(f"{stem}{number}{private.suffix}") for number in numbers)
    kept = next(place for place in places if not place.exists())
    try:
        _copy(private, kept, connection)
    except OSError as error:
        raise WarehouseError(
            f"{kept}: the database cannot be kept as it is: {error.strerror}; it was not changed: make room for a "
            "copy of it and try again"
        ) from error
    return kept


def _copy(private: Path, to: Path, connection: duckdb.DuckDBPyConnection) -> None:
    fold(private, connection)
    draft = to.with_name(to.name + ".tmp")
    copy_file(private, draft)
    sync(draft)
    draft.replace(to)
    sync(to.parent)


def published_token(published: Path) -> str | None:
    """The change token of the published copy; None where there is none, or none that can be read."""
    held = identity(published)
    if held is None:
        return None
    token = stamped_token(published, held)
    if token is None and (token := _token(published)):
        stamp_token(published, held, token)
    return token


def _token(published: Path) -> str | None:
    try:
        connection = open_published(published)
    except WarehouseError:  # damaged, or of another DuckDB: publishing puts a sound one in its place
        return None
    with connection:
        return change_token(connection)
