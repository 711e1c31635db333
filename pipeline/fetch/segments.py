"""The files of an archive: which one to go on in, and which to leave alone because a run died while it wrote there."""

from __future__ import annotations

import fcntl
import itertools
from contextlib import suppress
from io import FileIO
from pathlib import Path

ROTATE_AT = 256 * 1024 * 1024
"""Bytes from which on a file is full; the next record begins a new one."""

_MARK = ".open"


def open_segment(directory: Path, name: str, rotate_at: int | None) -> tuple[str, FileIO, int]:
    """The file to write to, locked, by its name, and how long it is.

    With `rotate_at` it is the first of `name` that is not full, not in use and was closed by its last writer: after
    one that died it may end in half a record, behind which nothing would be found. Without, it is a new file.
    """
    for number in itertools.count(1):
        file = f"{name}.warc.gz" if number == 1 else f"{name}-{number}.warc.gz"
        with suppress(FileExistsError):
            (directory / file).open("xb", buffering=0).close()
            created = _locked(directory, file, None)
            if created is not None:
                return file, created, 0
        reopened = _locked(directory, file, rotate_at) if rotate_at is not None else None
        if reopened is not None:
            return file, reopened, reopened.tell()
    raise AssertionError("there is always a further number")


def end_segment(directory: Path, file: str) -> None:
    """Marks that `file` ends in a whole record, so that the next run may go on there."""
    (directory / (file + _MARK)).unlink(missing_ok=True)


def _locked(directory: Path, file: str, rotate_at: int | None) -> FileIO | None:
    stream = (directory / file).open("ab", buffering=0)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    mark = directory / (file + _MARK)
    if mark.exists() or (rotate_at is not None and stream.tell() >= rotate_at):
        stream.close()
        return None
    mark.touch()
    return stream
