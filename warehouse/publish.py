"""Copies of the private database, closed: the one that people read, and those of before a migration.

Each is put in its place by an atomic rename.

Readers keep the file they have opened; the next query sees the new one. Nothing here may open the private
file while DuckDB has it open: closing any descriptor of it would drop DuckDB's lock (POSIX).
"""

from __future__ import annotations

import shutil
from functools import lru_cache
from itertools import chain, count
from pathlib import Path

from pipeline.errors import WarehouseError
from warehouse.connect import open_published
from warehouse.folding import fold, log_of, sync
from warehouse.migrate import change_token


def publish(private: Path, published: Path) -> None:
    """Folds the log of the closed database at `private`, and puts a copy of it in the place of `published`.

    Raises WarehouseError when that cannot be done; then the copy that was there stays.
    """
    try:
        _copy(private, published)
    except OSError as error:
        raise WarehouseError(
            f"{published}: could not be published: {error.strerror}; nothing is lost, the next run retries"
        ) from error


def set_aside(private: Path, version: int) -> Path:
    """Copies the closed database at `private` to `private.before-VERSION.duckdb`, and returns the copy's path.

    A copy of that name that is there already stays, and this one is numbered. Raises WarehouseError when there is
    no room for it; the database is as it was.
    """
    stem = f"{private.stem}.before-{version:03}"
    numbers = chain([""], (f"-{number}" for number in count(2)))
    places = (private.with_name(f"{stem}{number}{private.suffix}") for number in numbers)
    kept = next(place for place in places if not place.exists())
    try:
        _copy(private, kept)
    except OSError as error:
        raise WarehouseError(
            f"{kept}: the database cannot be kept as it is: {error.strerror}; it was not changed: make room for a "
            "copy of it and try again"
        ) from error
    return kept


def _copy(private: Path, to: Path) -> None:
    fold(private)
    log = log_of(private)
    if log.exists() and log.stat().st_size:
        raise WarehouseError(f"{log}: left behind on closing, so {private.name} is incomplete without it")
    draft = to.with_name(to.name + ".tmp")
    shutil.copyfile(private, draft)
    sync(draft)
    draft.replace(to)
    sync(to.parent)


def published_token(published: Path) -> str | None:
    """The change token of the published copy; None where there is none, or none that can be read."""
    try:
        status = published.stat()
    except FileNotFoundError:
        return None
    # A copy is put in place whole and never written again: the same file tells the same.
    return _token(published, (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


@lru_cache(maxsize=8)
def _token(published: Path, _version: tuple[int, ...]) -> str | None:
    try:
        connection = open_published(published)
    except WarehouseError:  # damaged, or of another DuckDB: publishing puts a sound one in its place
        return None
    with connection:
        return change_token(connection)
