"""The file of the private database is never written in place: a kill finds the old one or the next, each whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import WarehouseError
from tests.warehouse.processes import numbered
from tests.warehouse.records import NOW, WAIT, rows_of, turn
from warehouse import Published, Writer, writing

CUT_OFF = 100_000


def committed(data_dir: Path) -> list[tuple[object, ...]]:
    with writing(data_dir, WAIT, NOW) as writer:
        return rows_of(writer, "SELECT run_id FROM runs ORDER BY 1")


def test_a_commit_goes_to_the_log_and_leaves_the_file_as_it_is(data_dir: Path) -> None:
    private = data_dir / "private.duckdb"
    before = private.read_bytes()
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(numbered(1))
        writer.close()
        assert private.read_bytes() == before
        assert (data_dir / "private.duckdb.wal").stat().st_size > 0
    assert not (data_dir / "private.duckdb.wal").exists()
    assert private.read_bytes() == (data_dir / "qwen.duckdb").read_bytes()


def left_unpublished(data_dir: Path) -> None:
    """A turn that was killed after its commit."""

    def work(writer: Writer) -> None:
        writer.commit(numbered(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), writing(data_dir, WAIT, NOW) as writer:
        work(writer)


def in_the_draft(data_dir: Path, folded: Path) -> None:
    whole = folded.read_bytes()
    (data_dir / "private.next.duckdb.tmp").write_bytes(whole[:CUT_OFF] + bytes(len(whole) - CUT_OFF))
    (data_dir / "private.next.duckdb.tmp.wal").write_bytes((data_dir / "private.duckdb.wal").read_bytes()[:200])


def before_the_log_is_gone(data_dir: Path, folded: Path) -> None:
    shutil.copyfile(folded, data_dir / "private.next.duckdb")


def before_it_is_in_its_place(data_dir: Path, folded: Path) -> None:
    shutil.copyfile(folded, data_dir / "private.next.duckdb")
    (data_dir / "private.duckdb.wal").unlink()


@pytest.mark.parametrize("cut_off", [in_the_draft, before_the_log_is_gone, before_it_is_in_its_place])
def test_wherever_it_is_cut_off_the_next_turn_has_everything(
    data_dir: Path, tmp_path: Path, cut_off: Callable[[Path, Path], None]
) -> None:
    left_unpublished(data_dir)
    folded = Path(shutil.copytree(data_dir, tmp_path / "folded"))
    assert committed(folded) == [("run-1",)]

    cut_off(data_dir, folded / "private.duckdb")

    assert committed(data_dir) == [("run-1",)]
    turn(data_dir, numbered(2))
    assert Published(data_dir).query("SELECT run_id FROM runs ORDER BY 1").rows == (("run-1",), ("run-2",))
    assert [path.name for path in data_dir.iterdir() if ".next." in path.name or path.suffix == ".wal"] == []


def test_a_copy_that_cannot_be_made_leaves_everything_as_it_was(data_dir: Path) -> None:
    left_unpublished(data_dir)
    # A directory in the draft's place stands in for a disk that takes no more.
    (data_dir / "private.next.duckdb.tmp").mkdir()
    with pytest.raises(WarehouseError, match="nothing is lost, the next run retries"):
        committed(data_dir)
    (data_dir / "private.next.duckdb.tmp").rmdir()
    assert committed(data_dir) == [("run-1",)]
