"""One cycle at a time in one data directory."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

from flows.turns import Busy, Turn, take_turn

NO_WAIT = dt.timedelta(0)
HOLD = """
import sys
from pathlib import Path
from flows.turns import take_turn
with take_turn(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_turn_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    told: list[str] = []
    with take_turn(tmp_path):
        second = take_turn(tmp_path, NO_WAIT, told.append)
    assert isinstance(second, Busy)
    assert "another run (process " in second.reason
    assert str(tmp_path) in second.reason


def test_a_second_turn_waits_and_says_so_once(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        assert holder.stdin is not None
        holder.stdin.close()

    with take_turn(tmp_path, waiting=tell) as turn:
        assert isinstance(turn, Turn)
    assert told == [f"waiting: another run (process {holder.pid}) is at work in {tmp_path}"]
    holder.wait()
    holder.stdout.close()


def test_a_turn_ends_with_the_process_that_was_killed_in_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    with take_turn(tmp_path, NO_WAIT) as turn:
        assert isinstance(turn, Turn)


def test_what_runs_inside_a_shared_turn_is_part_of_it(tmp_path: Path) -> None:
    with take_turn(tmp_path) as turn:
        assert isinstance(turn, Turn)
        with turn.shared(), take_turn(tmp_path, NO_WAIT) as inner:
            assert isinstance(inner, Turn)
        assert isinstance(take_turn(tmp_path, NO_WAIT), Busy)


def test_directories_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with take_turn(tmp_path / "one"), take_turn(tmp_path / "two", NO_WAIT) as second:
        assert isinstance(second, Turn)
