"""The published copy: complete, current, and readable at every moment."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from pipeline.errors import WarehouseError
from tests.warehouse.processes import line_from, numbered, start
from tests.warehouse.records import NOW, WAIT, departure, turn
from warehouse import Changes, Published, writing
from warehouse.stamp import identity

PUBLISHES = 30


def runs(data_dir: Path) -> int:
    ((count,),) = Published(data_dir).query("SELECT count(*) FROM runs").rows
    return int(count)


def test_readers_in_another_process_never_fail_while_copies_are_published(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    reader = start("read", str(data_dir))
    assert line_from(reader) == "ready"

    for number in range(2, PUBLISHES + 2):
        changes = numbered(number)
        turn(data_dir, Changes(documents=changes.documents, run=changes.run))
    out, _ = reader.communicate("\n")

    assert reader.returncode == 0
    assert int(out.split()[0]) > 1


def test_a_commit_that_was_never_published_is_published_by_the_next_turn(data_dir: Path) -> None:
    left_behind(data_dir)
    (data_dir / "qwen.duckdb.tmp").write_bytes(b"half a copy")
    assert runs(data_dir) == 1

    with writing(data_dir, WAIT, NOW):
        pass

    assert runs(data_dir) == 2
    assert not (data_dir / "qwen.duckdb.tmp").exists()


def left_behind(data_dir: Path) -> None:
    """A copy that lacks the last run, as a kill between commit and publish leaves it."""
    turn(data_dir, numbered(1))
    before = data_dir / "before.duckdb"
    shutil.copy(data_dir / "qwen.duckdb", before)
    turn(data_dir, numbered(2))
    before.replace(data_dir / "qwen.duckdb")


def write_note(data_dir: Path, **other: int) -> None:
    """Notes of the copy as it is, or as `other` tells it, that it holds what was published last."""
    note = json.loads((data_dir / "published.json").read_text())
    copy = identity(data_dir / "qwen.duckdb") or {}
    (data_dir / "published.json").write_text(json.dumps(note | {"copy": copy | other}))


def test_a_note_of_just_this_copy_spares_the_look_into_it(data_dir: Path) -> None:
    left_behind(data_dir)
    write_note(data_dir)
    with writing(data_dir, WAIT, NOW):
        pass
    assert runs(data_dir) == 1


@pytest.mark.parametrize("part", ["inode", "size", "modified_ns", "changed_ns"])
def test_a_note_of_another_file_counts_for_nothing(data_dir: Path, part: str) -> None:
    left_behind(data_dir)
    write_note(data_dir, **{part: 1})
    with writing(data_dir, WAIT, NOW):
        pass
    assert runs(data_dir) == 2


@pytest.mark.parametrize(
    "note",
    [b"", b"{", b"\xff", b"[]", b"7", b"{}", b'{"copy": null, "token": null}', b"[" * 100_000],
    ids=["empty", "cut off", "no text", "a list", "a number", "nothing in it", "nulls", "a tower"],
)
def test_a_note_that_tells_nothing_is_made_anew(data_dir: Path, note: bytes) -> None:
    left_behind(data_dir)
    (data_dir / "published.json").write_bytes(note)
    with writing(data_dir, WAIT, NOW):
        pass
    assert runs(data_dir) == 2
    assert json.loads((data_dir / "published.json").read_text())["copy"] == identity(data_dir / "qwen.duckdb")


def test_a_copy_without_its_note_is_left_alone_and_noted(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    before, note = identity(data_dir / "qwen.duckdb"), (data_dir / "published.json").read_text()
    # As a kill between the copy and its note leaves it.
    (data_dir / "published.json").unlink()
    with writing(data_dir, WAIT, NOW):
        pass
    assert identity(data_dir / "qwen.duckdb") == before
    assert (data_dir / "published.json").read_text() == note


def test_a_note_that_cannot_be_written_holds_nothing_up(data_dir: Path) -> None:
    (data_dir / "published.json").unlink()
    (data_dir / "published.json").mkdir()
    turn(data_dir, numbered(1))
    turn(data_dir, numbered(2))
    assert runs(data_dir) == 2


def test_a_turn_that_commits_nothing_leaves_the_copy_alone(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    before = (data_dir / "qwen.duckdb").stat()

    with writing(data_dir, WAIT, NOW):
        pass

    after = (data_dir / "qwen.duckdb").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_damaged_copy_is_replaced(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    (data_dir / "qwen.duckdb").write_bytes(b"damaged")
    with pytest.raises(WarehouseError, match=r"qwen\.duckdb: cannot be opened"):
        runs(data_dir)

    with writing(data_dir, WAIT, NOW):
        pass

    assert runs(data_dir) == 1


def test_a_new_database_replaces_the_copy_of_one_that_was_removed(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    (data_dir / "private.duckdb").unlink()

    turn(data_dir, numbered(7))

    assert Published(data_dir).query("SELECT run_id FROM runs").rows == (("run-7",),)


def test_reading_before_anything_is_published_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="run `qwen-watch run` or `qwen-watch ingest FILE`"):
        Published(tmp_path).query("SELECT 1")


def test_a_query_sees_the_copy_of_its_moment(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    with Published(data_dir).reading() as reader:
        turn(data_dir, numbered(2))
        assert reader.query("SELECT count(*) FROM runs").rows == ((1,),)
    assert runs(data_dir) == 2


def test_readers_leave_no_file_beside_the_copy(data_dir: Path, storage: str) -> None:
    before = set(data_dir.rglob("*"))
    ((spill,),) = Published(data_dir).query("SELECT current_setting('temp_directory')").rows
    assert data_dir not in Path(spill).parents

    # More than fits: this sorts on disk.
    sorting = "SELECT max(place) FROM (SELECT row_number() OVER (ORDER BY hash(range)) AS place FROM range(2000000))"
    with Published(data_dir).reading() as reader:
        reader.query("SET memory_limit = '60MB'")
        assert reader.query(sorting).rows == ((2_000_000,),)
    assert set(data_dir.rglob("*")) == before
    of_a_lake = {"lake.files"} if storage == "ducklake" else set()
    ours = {"private.duckdb", "qwen.duckdb", "published.json", "writer.lock"}
    assert {path.name for path in data_dir.iterdir()} == ours | of_a_lake


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_moments_are_in_utc_whatever_the_zone_of_the_machine(data_dir: Path, zone: str) -> None:
    turn(data_dir, departure())
    sql = "SELECT [published_at::VARCHAR, (TIMESTAMPTZ '2026-03-04 08:00')::VARCHAR] FROM documents LIMIT 1"
    shown, _ = start("query", str(data_dir), sql, TZ=zone).communicate()
    assert shown.strip() == "['2026-03-04 09:30:00+00', '2026-03-04 08:00:00+00']"

    ((published_at,),) = Published(data_dir).query("SELECT published_at FROM documents LIMIT 1").rows
    assert (published_at, published_at.tzinfo) == (NOW, dt.UTC)


def test_a_mistake_in_a_statement_is_told_in_its_own_words(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    with pytest.raises(WarehouseError, match="nonsense"):
        Published(data_dir).query("SELECT nonsense FROM facts")


def test_the_published_copy_cannot_be_written(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    with pytest.raises(WarehouseError, match="read-only"):
        Published(data_dir).query("DELETE FROM facts")


def test_a_table_gives_its_rows_as_records(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    table = Published(data_dir).query("SELECT run_id, flow FROM runs WHERE flow = ?", ["monitor"])
    assert table.columns == ("run_id", "flow")
    assert table.records() == [{"run_id": "run-1", "flow": "monitor"}]


def test_a_damaged_private_file_goes_on_from_the_published_copy_as_its_error_says(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    private = data_dir / "private.duckdb"
    content = bytearray(private.read_bytes())
    content[4200:4216] = content[8296:8312] = b"not what it was!"
    private.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"copy qwen\.duckdb to private\.duckdb and run again"):
        turn(data_dir, numbered(2))
    private.unlink()
    shutil.copyfile(data_dir / "qwen.duckdb", private)
    turn(data_dir, numbered(2))
    assert runs(data_dir) == 2
