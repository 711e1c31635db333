"""What the demo prints: one line a day, both sides of a dispute, one alert in three channels, at 100 columns."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.newsroom import demo, server
from tests.newsroom.expectations import Told
from tests.newsroom.story import evenings

COLUMNS = 100


@pytest.fixture(scope="module")
def report(told: Told) -> str:
    console = Console(file=io.StringIO(), width=COLUMNS)
    with server.start(next(evenings())) as newsroom:
        for at in evenings():
            console.print(demo.day_line(told.data_dir, at, newsroom, COLUMNS))
    demo.tell(console, told.data_dir, told.slack, told.mail, told.printed)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_there_is_one_line_a_day(report: str) -> None:
    days = report.partition("What is new")[0].strip().splitlines()
    assert len(days) == len(list(evenings()))
    assert days[0].startswith("Thu  3 Sep")
    assert "Yanqiu" in days[6]


def test_nothing_is_wider_than_the_terminal(report: str) -> None:
    assert max(map(len, report.splitlines())) <= COLUMNS


def test_both_sides_of_every_open_dispute_are_shown_with_who_says_so(report: str, told: Told) -> None:
    disputed = report.partition("What is disputed")[2].partition("One alert")[0]
    rows = told.rows("FROM open_conflicts")
    assert disputed.count("╭") == len(rows) > 0
    for row in rows:
        assert row["left_publishers"][0] in disputed
        assert row["right_publishers"][0] in disputed


def test_one_alert_is_shown_as_each_channel_shows_it(report: str) -> None:
    shown = report.partition("One alert, as it arrives")[2]
    assert [name in shown for name in ("Console", "Slack", "E-mail")] == [True, True, True]
    assert "none of them twice" in shown


def test_the_commands_to_look_further_can_be_copied(report: str) -> None:
    commands = [line.strip() for line in report.splitlines() if "--data demo-data" in line]
    assert len(commands) == len(demo.COMMANDS)
    assert all("qwen-watch " in command for command in commands)
