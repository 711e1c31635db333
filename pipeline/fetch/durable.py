"""Writes that are over only when the operating system has taken every byte."""

from __future__ import annotations

import os
from pathlib import Path


def write_all(handle: int, content: bytes) -> None:
    """Writes `content` to an open file, in as many calls as that takes. Raises OSError as they do."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_directory(directory: Path) -> None:
    """Waits until the names in `directory` are on disk: a new file is not found after a crash otherwise."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
