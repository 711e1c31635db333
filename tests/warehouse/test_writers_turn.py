"""One writer at a time; a kill leaves every run whole or absent, and the next turn publishes it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import WarehouseBusyError, WarehouseError
from tests.warehouse.processes import PER_RUN, line_from, numbered, start
from tests.warehouse.records import NOW, WAIT, rows_of, turn
from warehouse import Published, writing

NO_WAIT = dt.timedelta(0)


def test_a_second_process_is_told_who_writes_and_what_to_do(data_dir: Path) -> None:
    holder = start("hold", str(data_dir))
    try:
        assert line_from(holder) == "ready"
        with pytest.raises(WarehouseBusyError) as busy, writing(data_dir, NO_WAIT, NOW):
            pass
    finally:
        holder.communicate()
    assert f"process {holder.pid}, since {NOW.isoformat()}" in str(busy.value)
    assert "writer.lock" in str(busy.value)
    assert "Wait for that process" in str(busy.value)


def test_a_waiting_writer_gets_its_turn_when_the_other_has_ended(data_dir: Path) -> None:
    holder = start("hold", str(data_dir))
    assert line_from(holder) == "ready"
    ending = threading.Timer(0.2, holder.communicate)
    ending.start()

    turn(data_dir, numbered(1))

    ending.join()
    assert (data_dir / "writer.lock").read_text() == ""


def test_two_threads_of_one_process_take_turns(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW), pytest.raises(WarehouseBusyError), writing(data_dir, NO_WAIT, NOW):
        pass
    turn(data_dir, numbered(1))


def test_a_shell_that_keeps_the_private_file_open_is_named(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    code = (
        f"import duckdb; c = duckdb.connect({str(data_dir / 'private.duckdb')!r}); print('open', flush=True); input()"
    )
    shell = subprocess.Popen([sys.executable, "-c", code], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert line_from(shell) == "open"
        with pytest.raises(WarehouseBusyError, match=rf"private\.duckdb: in use by process {shell.pid}"):
            turn_without_wait(data_dir)
    finally:
        shell.communicate("\n")
    turn(data_dir, numbered(2))


def turn_without_wait(data_dir: Path) -> None:
    with writing(data_dir, NO_WAIT, NOW):
        pass


def test_the_turn_is_given_back_when_the_work_fails(data_dir: Path) -> None:
    def work() -> None:
        with writing(data_dir, WAIT, NOW) as writer:
            writer.commit(numbered(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()

    turn_without_wait(data_dir)
    assert Published(data_dir).query("SELECT run_id FROM runs").rows == (("run-1",),)


def test_a_file_that_is_no_database_is_named(data_dir: Path) -> None:
    (data_dir / "private.duckdb").write_bytes(b"not a database" * 500)

    with pytest.raises(WarehouseError, match=r"private\.duckdb: cannot be opened"):
        turn_without_wait(data_dir)


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(WarehouseError, match="name another directory with --data"):
        turn_without_wait(tmp_path / "data")


def killed_while_committing(data_dir: Path, first: int, delay: float) -> int:
    """Kills a writer some seconds after it began its second commit; gives the last run it published."""
    process = start("write", str(data_dir), str(first))
    published = first - 1
    try:
        while (line := line_from(process)) != f"committing {first + 1}":
            word, number = line.split()
            published = int(number) if word == "published" else published
        time.sleep(delay)
    finally:
        process.kill()
    out, _ = process.communicate()
    return int(out.split()[-1]) if "published" in out else published


def test_a_kill_in_the_middle_leaves_every_run_whole_or_absent(data_dir: Path) -> None:
    whole = {
        "documents": PER_RUN, "claims": PER_RUN, "facts": PER_RUN, "fetches": PER_RUN,
        "events": 1, "event_versions": 1, "alerts": 1, "deliveries": 1,
    }  # fmt: skip
    last = 0
    for delay in (0.01, 0.03, 0.06, 0.1, 0.15):
        published = killed_while_committing(data_dir, last + 1, delay)
        with writing(data_dir, WAIT, NOW) as writer:
            runs = [int(str(run).removeprefix("run-")) for (run,) in rows_of(writer, "SELECT run_id FROM runs")]
            last = max(runs)
            assert sorted(runs) == list(range(1, last + 1))
            assert last >= published
            found = {table: rows_of(writer, f"SELECT count(*) FROM {table}") for table in whole}
            assert found == {table: [(number * last,)] for table, number in whole.items()}
            assert rows_of(writer, "SELECT count(*) FROM claims WHERE event_id IS NULL") == [(0,)]
        assert Published(data_dir).query("SELECT count(*) FROM runs").rows == ((last,),)


def test_a_log_left_by_a_killed_writer_is_replayed(data_dir: Path) -> None:
    turn(data_dir, numbered(1))
    code = (
        "import duckdb, os, signal\n"
        f"c = duckdb.connect({str(data_dir / 'private.duckdb')!r})\n"
        "c.execute(\"INSERT INTO runs (run_id) VALUES ('from the log')\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert (data_dir / "private.duckdb.wal").stat().st_size > 0

    with writing(data_dir, WAIT, NOW) as writer:
        assert rows_of(writer, "SELECT run_id FROM runs ORDER BY 1") == [("from the log",), ("run-1",)]
        writer.commit(numbered(2))
    published = Published(data_dir).query("SELECT run_id FROM runs ORDER BY 1").rows
    assert published == (("from the log",), ("run-1",), ("run-2",))
    assert not (data_dir / "private.duckdb.wal").exists()


def test_a_turn_may_go_on_after_publishing(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(numbered(1))
        assert writer.publish()
        assert not writer.publish()
        with duckdb.connect(str(data_dir / "qwen.duckdb"), read_only=True) as reader:
            assert reader.execute("SELECT count(*) FROM runs").fetchall() == [(1,)]
        writer.commit(numbered(2))
        assert len(writer.testimony([("departure", "person-2", None)])) == PER_RUN
    assert Published(data_dir).query("SELECT count(*) FROM runs").rows == ((2,),)


def test_what_does_not_fit_into_memory_goes_beside_the_database(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        ((spill,),) = rows_of(writer, "SELECT current_setting('temp_directory')")
    assert spill == str(data_dir / "private.duckdb.tmp")


@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one processor has one thread in any case")
def test_only_a_large_database_is_worked_on_by_more_than_one_thread(data_dir: Path) -> None:
    query = "SELECT current_setting('threads')"
    with writing(data_dir, WAIT, NOW) as writer:
        ((small,),) = rows_of(writer, query)
    os.truncate(data_dir / "private.duckdb", 65 << 20)
    with writing(data_dir, WAIT, NOW) as writer:
        ((large,),) = rows_of(writer, query)
    assert small == 1 < large  # type: ignore[operator]
