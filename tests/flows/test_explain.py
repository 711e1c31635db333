"""Explain: a stored address, an id or a file, shown as text, as a page, and as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from flows.cli import exit_code
from tests.flows.command import PAGES, ROOT, SHIPPED_CONFIG, Done, Page, qwen_watch, write_warc
from warehouse import Published

REWRITTEN = replace(
    PAGES[0],
    published="2026-03-05T09:00:00+00:00",
    paragraphs=(
        "Zhou Mingyuan, a principal engineer, resigned from Alibaba's Qwen team on March 3, 2026.",
        PAGES[0].paragraphs[1],
    ),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("explain")
    warc = write_warc(place, *PAGES, REWRITTEN)
    done = qwen_watch("ingest", warc, "--data", place / "data", "--config", SHIPPED_CONFIG)
    assert done.code == 0, done.err
    return place / "data"


def explain(*arguments: object, data: Path | None = None) -> Done:
    """The command in this process: a start of its own for each of these would take most of the time."""
    place = ["--data", str(data)] if data else []
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = exit_code(["explain", *map(str, arguments), "--config", str(SHIPPED_CONFIG), *place])
    return Done(code, out.getvalue(), err.getvalue())


def file_of(directory: Path, page: Page) -> Path:
    path = directory / "page.html"
    path.write_bytes(page.html)
    return path


def test_the_real_command_shows_sentence_claims_and_rule(data: Path) -> None:
    done = qwen_watch("explain", PAGES[1].url, "--data", data, "--config", SHIPPED_CONFIG)
    assert (done.code, done.err) == (0, "")
    assert f"⟦{PAGES[1].paragraphs[0]}⟧" in done.out
    assert "departure of Zhou Mingyuan (Qwen): event = true" in done.out
    assert "; rule: " in done.out
    assert PAGES[1].paragraphs[1] not in done.out


def test_with_all_the_sentences_without_a_claim_are_shown_too(data: Path) -> None:
    assert PAGES[1].paragraphs[1] in explain(PAGES[1].url, "--all", data=data).out


def test_the_latest_version_is_shown_unless_another_is_asked_for(data: Path) -> None:
    latest, first = explain(PAGES[0].url, data=data), explain(PAGES[0].url, "--version", 1, data=data)
    assert "principal engineer" in latest.out
    assert "version 2 of 2" in latest.err
    assert "staff engineer" in first.out
    assert "version 1 of 2" in first.err
    assert explain(PAGES[0].url, "--version", 3, data=data).code == 2


def test_an_address_is_found_however_it_is_written(data: Path) -> None:
    assert explain(PAGES[1].url + "?utm_source=feed#top", data=data).code == 0


def test_a_document_is_found_by_its_id_and_by_the_beginning_of_it(data: Path) -> None:
    query = f"SELECT document_id FROM documents WHERE url = '{PAGES[1].url}'"
    [(document_id,)] = Published(data).query(query).rows
    for asked in (document_id, document_id[:8]):
        assert PAGES[1].paragraphs[0] in explain(asked, data=data).out


def test_what_is_not_there_says_where_to_look(data: Path, tmp_path: Path) -> None:
    done = explain("https://nobody.example/nothing", data=data)
    assert done.code == 2
    assert "is not stored under" in done.err
    assert explain("https://nobody.example/nothing", data=tmp_path).code == 1
    mistyped = explain(tmp_path / "artcle.html", data=tmp_path)
    assert mistyped.code == 2
    assert "there is no file" in mistyped.err


@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_a_file_shows_the_same_claims_in_every_form(form: str, tmp_path: Path) -> None:
    done = explain(file_of(tmp_path, PAGES[0]), "--format", form)
    assert (done.code, done.err) == (0, "")
    assert "departure" in done.out
    assert "staff engineer" in done.out


def test_json_names_value_modality_and_place_of_every_claim(tmp_path: Path) -> None:
    [found] = json.loads(explain(file_of(tmp_path, PAGES[0]), "--format", "json").out)
    text = "\n".join([PAGES[0].title, *PAGES[0].paragraphs])
    role = next(claim for claim in found["claims"] if claim["attribute"] == "role")
    assert (role["value_text"], role["subject"]["name"], role["modality"]) == (
        "staff engineer", "Zhou Mingyuan", "asserted",
    )  # fmt: skip
    assert all(text[claim["start"] : claim["end"]] == claim["quote"] for claim in found["claims"])
    assert {"rule", "attributed_to", "extractor_version", "confidence"} <= role.keys()


def test_a_page_is_html_by_itself(tmp_path: Path) -> None:
    tree = html.fromstring(explain(file_of(tmp_path, PAGES[0]), "-f", "html").out)
    assert tree.findtext(".//h1") == PAGES[0].title
    assert tree.xpath("//mark")


def test_a_warc_file_shows_every_document_or_the_one_that_is_asked_for(tmp_path: Path) -> None:
    warc = write_warc(tmp_path, *PAGES)
    assert len(json.loads(explain(warc, "-f", "json").out)) == 2
    [one] = json.loads(explain(warc, "-f", "json", "--page", PAGES[1].url).out)
    assert one["url"] == PAGES[1].url
    missing = explain(warc, "--page", "https://nobody.example/")
    assert missing.code == 2
    assert PAGES[0].url in missing.err


def test_a_file_is_read_as_of_the_moment_it_was_learned_of(tmp_path: Path) -> None:
    memo = tmp_path / "memo.txt"
    memo.write_text("Zhou Mingyuan resigned from Alibaba's Qwen team yesterday.\n", "utf-8")
    [found] = json.loads(explain(memo, "--at", "2026-03-04T08:00", "-f", "json").out)
    assert found["published_at"].startswith("2026-03-04")
    assert "2026-03-03" in {claim["value_from"] for claim in found["claims"]}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "nota.txt",
            "Zhou Mingyuan ha lasciato la squadra di Qwen e non ha detto perché se ne è andato.",
            "no lexicon",
        ),
        ("quiet.txt", "The week was quiet in the city. It rained on most days of it.", "none of its 2 sentences"),
    ],
    ids=["language", "nothing told"],
)
def test_it_says_why_nothing_was_extracted(name: str, content: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    done = explain(tmp_path / name)
    assert done.code == 0
    assert "Nothing was extracted: " in done.out
    assert reason in done.out


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("empty.txt", b"\n", "the file is empty"), ("drawn.html", b"<html><body></body></html>", "no article text")],
    ids=["empty file", "empty page"],
)
def test_a_file_without_text_is_one_line_and_fails(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = explain(tmp_path / name)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err


@pytest.mark.parametrize("option", [("--page", "https://a.example/"), ("--at", "2026-03-04")], ids=lambda each: each[0])
def test_an_option_for_files_does_not_fit_an_address(option: tuple[str, str], data: Path) -> None:
    assert explain(PAGES[0].url, *option, data=data).code == 2


def test_a_terminal_underlines_the_quote_and_is_not_steered_by_it(tmp_path: Path) -> None:
    path = file_of(tmp_path, replace(PAGES[0], title="Quiet\x1b]0;owned\x07 week"))
    ours, theirs = os.openpty()
    environment = {**os.environ, "COLUMNS": "200", "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "flows.cli", "explain", str(path), "--config", str(SHIPPED_CONFIG)]
    subprocess.run(command, stdout=theirs, env=environment, cwd=ROOT, check=True)
    os.close(theirs)
    with contextlib.closing(os.fdopen(ours, "rb")) as screen:
        shown = screen.read1(100_000).decode()
    assert "\x1b[4;32mZhou Mingyuan, a staff engineer" in shown
    assert "⟦" not in shown
    assert "\x1b]0;" not in shown
