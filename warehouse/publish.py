"""Publishing: the private database, closed, becomes the copy that people read, by an atomic rename.

Readers keep the file they have opened; the next query sees the new one. Nothing here may open the private
file while DuckDB has it open: closing any descriptor of it would drop DuckDB's lock (POSIX).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pipeline.errors import WarehouseError
from warehouse.connect import open_published
from warehouse.migrate import change_token


def publish(private: Path, published: Path) -> None:
    """Copies the closed database at `private` and puts the copy in the place of `published`.

    Raises WarehouseError when the database was not closed cleanly: a copy would lack what is in its log.
    """
    log = private.with_name(private.name + ".wal")
    if log.exists() and log.stat().st_size:
        raise WarehouseError(f"{log}: left behind on closing, so {private.name} is incomplete without it")
    draft = published.with_name(published.name + ".tmp")
    try:
        shutil.copyfile(private, draft)
        _sync(draft)
        draft.replace(published)
        _sync(published.parent)
    except OSError as error:
        raise WarehouseError(
            f"{published}: could not be published: {error.strerror}; nothing is lost, the next run retries"
        ) from error


def published_token(published: Path) -> str | None:
    """The change token of the published copy; None where there is none, or none that can be read."""
    if not published.exists():
        return None
    try:
        connection = open_published(published)
    except WarehouseError:  # damaged, or of another DuckDB: publishing puts a sound one in its place
        return None
    with connection:
        return change_token(connection)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
