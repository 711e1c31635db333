"""Rows for people and programs: whole, aligned and harmless."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from flows.cli_options import Format
from flows.output import Row, clean, print_rows, say
from tests.flows.command import ROOT

COLUMNS = ("person", "status", "since", "origins", "share")
ROWS = [
    ("林俊旸", "corroborated", dt.datetime(2026, 3, 4, 8, tzinfo=dt.UTC), 2, 0.5),
    ("Hui Binyuan", None, None, 10, 3.0),
]


def on_terminal(columns: Sequence[str], rows: Sequence[Row], width: int, brief: Sequence[str] = ()) -> str:
    """What a terminal of that width shows: a real one (a pseudo-terminal), written to by a process of its own."""
    code = f"from flows.output import print_rows; print_rows({columns!r}, {rows!r}, brief={brief!r})"
    ours, theirs = os.openpty()
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "dumb"}
    subprocess.run([sys.executable, "-c", code], stdout=theirs, env=environment, cwd=ROOT, check=True)
    os.close(theirs)
    with contextlib.closing(os.fdopen(ours, "rb")) as screen:
        return screen.read1(100_000).decode().replace("\r\n", "\n")


def test_a_pipe_gets_aligned_columns_where_chinese_takes_two(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "person       status        since                origins  share",
        "林俊旸       corroborated  2026-03-04 08:00:00  2        0.5",
        "Hui Binyuan                                     10       3",
    ]


def test_a_pipe_gets_long_values_whole_and_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("quote",), [("word " * 200 + "\nsecond line",)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1] == "word " * 200 + "second line"


def test_no_rows_still_name_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("person", "status"), [])
    assert capsys.readouterr().out == "person  status\n"


def test_csv_comes_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("text", "none"), [('a "quoted", text\nin two lines', None)], Format.CSV)
    found = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert found == [["text", "none"], ['a "quoted", text\nin two lines', ""]]


def test_json_keeps_types_and_gives_times_with_their_zone(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("name", "at", "number", "none", "list"), [("林", ROWS[0][2], 2, None, ["a"])], Format.JSON)
    assert json.loads(capsys.readouterr().out) == [
        {"name": "林", "at": "2026-03-04T08:00:00Z", "number": 2, "none": None, "list": ["a"]}
    ]


def test_a_page_cannot_steer_the_readers_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07title\u202egnirts\r\x00"
    print_rows(("title",), [(hostile,)])
    say(hostile)
    assert not set(capsys.readouterr().out) & set("\x1b\x07\u202e\r\x00")


def test_cleaning_keeps_words_apart() -> None:
    assert clean("one\ttwo\u200b three") == "one two three"


def test_a_terminal_gets_the_brief_columns_of_a_table() -> None:
    columns, rows = ("person", "status", "id"), [("Lin", "reported", "a1")]
    assert on_terminal(columns, rows, 80, ("person", "id")).split() == ["person", "id", "─" * 11, "Lin", "a1"]


def test_rows_too_wide_for_a_terminal_become_a_line_a_value() -> None:
    columns = tuple(f"column_number_{number}" for number in range(12))
    lines = on_terminal(columns, [tuple(range(12))], 60).splitlines()
    assert [line.split() for line in lines] == [[column, str(number)] for number, column in enumerate(columns)]
