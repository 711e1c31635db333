"""Reading at the command line: the same filters and formats everywhere, tables that fit, help where nothing does."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from flows.cli import exit_code
from tests.flows.command import PAGES, ROOT, SHIPPED_CONFIG, Done, qwen_watch, write_warc

QUESTIONS = ("facts", "events", "timeline", "conflicts", "alerts", "sources", "releases")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reading")
    done = qwen_watch("ingest", write_warc(place, *PAGES), "--data", place / "data", "--config", SHIPPED_CONFIG)
    assert done.code == 0, done.err
    return place / "data"


Ask = Callable[..., Done]


@pytest.fixture
def ask(data: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """The command line on the data, in this process: most of what a command takes is starting Python."""

    def asked(*arguments: object) -> Done:
        code = exit_code([*map(str, arguments), "--data", str(data)])
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return asked


def on_terminal(width: int, commands: Sequence[Sequence[str]]) -> list[str]:
    """What a terminal of that width shows of each command: a real one, and one process for all of them."""
    ours, theirs = os.openpty()
    shown = bytearray()

    def read() -> None:
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # the other end is closed
                return
            shown.extend(part)

    code = f"from flows.cli import exit_code\nfor one in {list(commands)!r}: exit_code(list(one)); print('\\f')"
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "dumb", "PYTHONPATH": str(ROOT)}
    reader = threading.Thread(target=read)
    with subprocess.Popen([sys.executable, "-c", code], stdout=theirs, env=environment):
        os.close(theirs)
        reader.start()
    reader.join()
    os.close(ours)
    return shown.decode().replace("\r\n", "\n").split("\f")[: len(commands)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_json_and_csv_are_flags_of_every_question(ask: Ask, question: str) -> None:
    records = json.loads(ask(question, "--json").out)
    rows = list(csv.DictReader(io.StringIO(ask(question, "--csv").out)))
    assert len(records) == len(rows)
    assert [list(record) for record in records] == [list(row) for row in rows]


def test_why_gives_its_tree_as_json_and_its_quotes_as_csv(ask: Ask) -> None:
    [event] = json.loads(ask("why", "Zhou Mingyuan", "--json").out)
    assert {"attributes", "voices", "steps", "event_id"} <= set(event)
    rows = list(csv.DictReader(io.StringIO(ask("why", "Zhou Mingyuan", "--csv").out)))
    assert {row["publisher"] for row in rows} == {"The Ledger", "Tidings"}


def test_two_formats_at_once_are_a_usage_error(ask: Ask) -> None:
    assert ask("facts", "--json", "--csv").code == 2
    assert ask("facts", "--json", "--format", "csv").code == 2


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--about", "Zhou Mingyuan"), True),
        (("--type", "departure"), True),
        (("--type", "release"), False),
        (("--status", "denied"), False),
        (("--since", "2026-03-01"), True),
        (("--since", "1h"), False),
        (("--until", "2026-03-01"), False),
        (("--as-of", "2026-03-05"), True),
        (("--as-of", "2026-03-01"), False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_facts_are_narrowed_down(ask: Ask, arguments: tuple[str, ...], found: bool) -> None:
    done = ask("facts", "--json", *arguments)
    assert (done.code, bool(json.loads(done.out))) == (0, found)
    assert ("no fact fits" in done.err) is not found


def test_what_was_held_before_the_second_report_is_not_yet_a_conflict(ask: Ask) -> None:
    assert json.loads(ask("conflicts", "--as-of", "2026-03-05", "--json").out) == []
    assert len(json.loads(ask("conflicts", "--json").out)) == 1
    assert json.loads(ask("conflicts", "--status", "resolved", "--json").out) == []


@pytest.mark.parametrize("command", [("facts", "--about"), ("timeline", "--about"), ("alerts", "--about"), ("why",)])
def test_a_name_that_nobody_bears_is_told_with_the_nearest(ask: Ask, command: tuple[str, ...]) -> None:
    done = ask(*command, "Zhou Mingyaun")
    assert done.code == 2
    assert "did you mean 'Zhou Mingyuan'?" in done.err


@pytest.mark.parametrize("width", [80, 120])
def test_what_a_terminal_shows_fits_it(data: Path, width: int) -> None:
    screens = on_terminal(width, [[question, "--data", str(data)] for question in QUESTIONS])
    # What was ingested came from no source.
    assert [question for question, screen in zip(QUESTIONS, screens, strict=True) if not screen.strip()] == ["sources"]
    assert max(len(line.rstrip()) for screen in screens for line in screen.splitlines()) <= width


def test_a_group_of_commands_about_alerts_still_lists_them_by_itself(ask: Ask) -> None:
    assert ask("alerts", "--limit", "1").out.startswith("created_at")
    assert ask("alerts", "nonsense").code == 2


def test_the_shell_completes_commands_and_options() -> None:
    def completed(line: str) -> list[str]:
        words = line.split(" ")
        done = qwen_watch(
            _QWEN_WATCH_COMPLETE="complete_bash", COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1)
        )
        assert done.code == 0, done.err
        return done.out.split()

    assert {"facts", "timeline"} <= set(completed("qwen-watch "))
    assert completed("qwen-watch confl") == ["conflicts"]
    assert "--as-of" in completed("qwen-watch facts --as")
    assert set(completed("qwen-watch facts --type re")) == {"release"}


def test_the_report_is_written_where_it_is_asked_for(ask: Ask, tmp_path: Path) -> None:
    done = ask("report", "--out", tmp_path / "page.html")
    assert done.out == f"{tmp_path / 'page.html'}\n"
    assert "Zhou Mingyuan" in (tmp_path / "page.html").read_text("utf-8")
    assert ask("report", "--out", "-").out.startswith("<!DOCTYPE html>")
    failed = ask("report", "--out", tmp_path / "missing" / "page.html")
    assert (failed.code, "--out" in failed.err) == (1, True)


def test_a_page_beside_the_copy_follows_what_people_decide(ask: Ask, data: Path) -> None:
    assert ask("report").code == 0
    before = (data / "report.html").read_text("utf-8")
    [conflict] = json.loads(ask("conflicts", "--json").out)
    decided = ask(
        *("resolve", conflict["conflict_id"], "--value", conflict["left_value"], "--because", "a test", "--by", "me"),
        *("--config", SHIPPED_CONFIG),
    )
    assert decided.code == 0, decided.err
    after = (data / "report.html").read_text("utf-8")
    assert before != after
    assert "Sources agree on everything that is held." in after
    assert ask("reopen", conflict["conflict_id"], "--because", "a test", "--by", "me").code == 0
