"""Where in the archive each body is: a text file of one line a body, that may lose lines but never misleads.

A line is appended only after the record it names is safely on disk. Lines that a crash cut short are passed
over, and what a line says is believed only once the body has been read back. The file can be deleted at any
time: bodies that it no longer knows are then stored once more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.fetch.durable import write_all

Place = tuple[str, int]
"""A file's name relative to the archive, and the offset of a record in it, in bytes."""

_NAME = "bodies.index"
# The digest stands last: its fixed length shows whether a line is whole.
_LINE = re.compile(rb"^(\d{1,15}) (\S+) ([0-9a-f]{64})$", re.MULTILINE)


class BodyIndex:
    """The places of stored bodies by SHA-256, in hexadecimal. Read at the first look-up."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME
        self._places: dict[str, Place] | None = None

    def find(self, sha256: str) -> Place | None:
        """Where the body should be; to be checked by reading it."""
        if self._places is None:
            self._places = self._load()
        return self._places.get(sha256)

    def add(self, places: Mapping[str, Place]) -> None:
        """Appends `places`, whose records must be on disk, and waits until the lines are there, too."""
        lines = "".join(f"{offset} {file} {sha256}\n" for sha256, (file, offset) in places.items())
        # The line break in front ends a line that an earlier crash cut short.
        content = b"\n" + lines.encode()
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        if self._places is not None:
            self._places.update(places)

    def _load(self) -> dict[str, Place]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        found = _LINE.findall(content)
        return {sha256.decode(): (file.decode("latin-1"), int(offset)) for offset, file, sha256 in found}
