"""Copies of files hold every byte, whichever way the system makes them."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest

from warehouse.copying import copy_file

IN_MEMORY = Path("/dev/shm")


@pytest.mark.parametrize("size", [0, 1, 3_000_001])
def test_a_copy_has_every_byte_and_nothing_of_what_was_there(tmp_path: Path, size: int) -> None:
    source, to = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(random.Random(size).randbytes(size))
    to.write_bytes(b"x" * 4_000_000)
    copy_file(source, to)
    assert to.read_bytes() == source.read_bytes()
    assert to.stat().st_ino != source.stat().st_ino


@pytest.mark.skipif(not os.access(IN_MEMORY, os.W_OK), reason="no second file system here")
def test_a_copy_from_another_file_system_has_every_byte_too(tmp_path: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=IN_MEMORY) as source:
        source.write(random.Random(1).randbytes(1_000_001))
        source.flush()
        copy_file(Path(source.name), tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == Path(source.name).read_bytes()


def test_what_cannot_be_read_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        copy_file(tmp_path / "absent", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
