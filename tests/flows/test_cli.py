"""What a user meets at the command line: answers, exit codes, and what to do about a mistake."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import exit_code
from tests.flows.command import PAGES, ROOT, SHIPPED_CONFIG, Done, qwen_watch, write_warc
from warehouse import Published

READERS = (
    ("sql", "SELECT 1 AS one"),
    ("facts",),
    ("conflicts",),
    ("why", "Zhou Mingyuan"),
    ("alerts",),
    ("sources",),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli")
    done = qwen_watch("ingest", write_warc(place, *PAGES), "--data", place / "data", "--config", SHIPPED_CONFIG)
    assert done.code == 0, done.err
    assert done.out.startswith("1 file; 2 new documents, ")
    return place / "data"


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_command_that_reads_answers(data: Path, command: tuple[str, ...]) -> None:
    done = qwen_watch(*command, "--data", data)
    # What was ingested came from no source.
    said = "no source has been asked yet; `qwen-watch run` asks them\n" if command == ("sources",) else ""
    assert (done.code, done.err) == (0, said)
    assert done.out


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_without_anything_published_a_command_says_what_to_run_first(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = qwen_watch(*command, "--data", tmp_path / "none")
    assert done.code == 1
    assert "qwen-watch run" in one_line(done)


def test_why_shows_the_words_of_both_sides_with_publisher_date_and_link(data: Path) -> None:
    out = qwen_watch("why", "Zhou Mingyuan", "--data", data).out
    for page in PAGES:
        assert f"“{page.paragraphs[0]}”" in out
        assert f"{page.publisher}, {page.published[:10]}, {page.url}" in out


def test_why_takes_the_beginning_of_an_events_id(data: Path) -> None:
    [(event,)] = Published(data).query("SELECT event_id FROM events WHERE type = 'departure'").rows
    assert f"id {event}" in qwen_watch("why", event[:6], "--data", data).out


def test_why_of_nobody_known_is_a_usage_error(data: Path) -> None:
    done = qwen_watch("why", "Nobody Atall", "--data", data)
    assert done.code == 2
    assert "nothing is known under 'Nobody Atall'" in done.err


def test_conflicts_shows_both_values_with_a_quote_each(data: Path) -> None:
    out = qwen_watch("conflicts", "--data", data).out
    assert "2026-03-03 (1 independent voice)" in out
    assert "2026-03-06 (1 independent voice)" in out
    assert all(f"{page.publisher}, {page.url}" in out for page in PAGES)


def test_sql_gives_json_and_csv(data: Path) -> None:
    query = "SELECT publisher, count(*) AS claims FROM evidence GROUP BY ALL ORDER BY publisher"
    records = json.loads(qwen_watch("sql", query, "--format", "json", "--data", data).out)
    rows = list(csv.DictReader(io.StringIO(qwen_watch("sql", query, "-f", "csv", "--data", data).out)))
    assert [record["publisher"] for record in records] == ["The Ledger", "Tidings"]
    assert [{**row, "claims": int(row["claims"])} for row in rows] == records


def test_sql_prints_long_values_whole_when_piped(data: Path) -> None:
    done = qwen_watch("sql", "SELECT text FROM documents ORDER BY url LIMIT 1", "--data", data, COLUMNS="40")
    assert PAGES[0].paragraphs[1] in done.out


def test_sql_cannot_change_anything(data: Path) -> None:
    done = qwen_watch("sql", "DELETE FROM alerts", "--data", data)
    assert done.code == 1
    assert "read-only" in one_line(done)


def test_a_wrong_statement_is_one_message_without_a_traceback(data: Path) -> None:
    done = qwen_watch("sql", "SELECT nothing FROM nowhere", "--data", data)
    assert done.code == 1
    assert "nowhere" in done.err
    assert "Traceback" not in done.err


def test_debug_shows_the_traceback(data: Path) -> None:
    assert "Traceback" in qwen_watch("--debug", "sql", "SELECT nothing FROM nowhere", "--data", data).err
    assert "Traceback" in qwen_watch("sql", "SELECT x FROM y", "--data", data, QWEN_WATCH_DEBUG="1").err


def test_data_and_config_come_from_the_environment(data: Path) -> None:
    assert qwen_watch("facts", QWEN_WATCH_DATA=str(data)).code == 0
    assert "config: fine" in qwen_watch("check", QWEN_WATCH_CONFIG=str(SHIPPED_CONFIG)).out


def test_without_a_configuration_at_hand_the_shipped_one_is_taken(tmp_path: Path) -> None:
    assert f"{SHIPPED_CONFIG}: fine" in qwen_watch("check", cwd=tmp_path).out
    shutil.copytree(SHIPPED_CONFIG, tmp_path / "config")
    assert qwen_watch("check", cwd=tmp_path).out.startswith("config: fine")


@pytest.mark.parametrize("command", ["check", "run", "ingest"])
def test_a_mistake_in_the_configuration_is_told_with_file_line_and_fix(tmp_path: Path, command: str) -> None:
    config = tmp_path / "config"
    shutil.copytree(SHIPPED_CONFIG, config)
    (config / "sources.yaml").write_text(
        "sources:\n  - {name: Desk, kind: feeed, url: 'https://desk.example/feed', publisher: Desk,\n"
        "     tier: press, every: 30m}\n",
        "utf-8",
    )
    files = [write_warc(tmp_path, PAGES[0])] if command == "ingest" else []
    places = ["--data", tmp_path / "data"] if command != "check" else []
    done = qwen_watch(command, *files, *places, "--config", config)
    assert done.code == 2
    assert "sources.yaml:2: sources[0].kind: " in done.err
    assert "'feed'" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("run", "--at", "yesterday"),
        ("sql",),
        ("facts", "--format", "xml"),
        ("facts", "--limit", "0"),
        ("ingest", "not-there.warc.gz"),
        ("serve", "--digest-at", "25:00"),
    ],
    ids=" ".join,
)
def test_a_usage_error_is_told_and_ends_with_two(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([*arguments]) == 2
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    "command",
    [
        *("run", "serve", "ingest", "sql", "facts", "conflicts", "why", "alerts", "sources", "check", "rebuild"),
        *("resolve", "reopen", "confirm", "retract", "merge"),
    ],
)
def test_help_gives_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([command, "--help"]) == 0
    assert f"  Examples:\n    qwen-watch {command}" in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_is_no_error(data: Path) -> None:
    command = f"{sys.executable} -m flows.cli sql 'FROM range(200000)' --data {data} | head -1"
    shell = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "range\n", "")


def test_no_command_but_run_and_serve_imports_prefect() -> None:
    code = "import sys, flows.cli, flows.ingest, flows.cycle, pipeline.config, warehouse.questions, warehouse.why; "
    code += "print(sorted(name for name in sys.modules if name.split('.')[0] == 'prefect'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def one_line(done: Done) -> str:
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    return lines[0]
