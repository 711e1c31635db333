"""Ingest: archives and files become documents of the moment they were learned of; nothing is sent unasked."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest

from flows.ingest import ingest
from flows.reports import IngestReport
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from tests.flows.command import PAGES, SHIPPED_CONFIG, write_warc
from warehouse import Published

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED_CONFIG)


def read(files: list[Path], settings: Settings, data: Path) -> IngestReport:
    return ingest(files, settings, data, lambda: NOON)


def test_a_record_is_learned_of_at_its_date_and_a_file_now(settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGES[1].html)
    read([write_warc(tmp_path, PAGES[0]), page], settings, tmp_path / "data")
    query = "SELECT publisher, fetched_at FROM documents ORDER BY fetched_at"
    assert Published(tmp_path / "data").query(query).rows == (("The Ledger", PAGES[0].live), ("Tidings", NOON))


def test_text_and_markdown_are_documents(settings: Settings, tmp_path: Path) -> None:
    text, markdown = tmp_path / "memo.txt", tmp_path / "notes.md"
    text.write_text("A memo\n\nZhou Mingyuan resigned from Qwen on March 3, 2026.\n", "utf-8")
    markdown.write_text("# Notes\n\n- Chen Haoran joined Qwen as a researcher in May 2026.\n", "utf-8")
    report = read([text, markdown], settings, tmp_path / "data")
    assert report.turn.documents == 2
    assert report.turn.problems == ()
    learned = Published(tmp_path / "data").query("SELECT DISTINCT published_from FROM documents").rows
    assert learned == (("learned",),)


def test_the_same_file_again_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    warc = write_warc(tmp_path, *PAGES)
    first = read([warc], settings, tmp_path / "data")
    again = read([warc], settings, tmp_path / "data")
    assert (first.turn.documents, again.turn.documents, again.turn.duplicates) == (2, 0, 2)
    assert (again.turn.claims, again.turn.alerts) == (0, ())


def test_the_order_of_files_does_not_matter(settings: Settings, tmp_path: Path) -> None:
    early = write_warc(tmp_path / "early", PAGES[0])
    late = write_warc(tmp_path / "late", PAGES[1])
    query = "SELECT * FROM facts ORDER BY ALL", "SELECT * FROM conflicts ORDER BY ALL"
    ledgers = []
    for name, files in (("forwards", [early, late]), ("backwards", [late, early])):
        data = tmp_path / name
        for path in files:
            read([path], settings, data)
        ledgers.append([Published(data).query(each).rows for each in query])
    assert ledgers[0] == ledgers[1]
    assert ledgers[0][1]


def test_a_damaged_archive_gives_what_can_be_read_and_says_where_it_is_damaged(
    settings: Settings, tmp_path: Path
) -> None:
    whole = write_warc(tmp_path, *PAGES).read_bytes()
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(whole[:-40])
    report = read([broken], settings, tmp_path / "data")
    assert report.turn.documents == 1
    assert "broken.warc.gz" in report.turn.problems[0].item


def test_a_file_of_no_known_kind_is_a_problem_and_the_others_are_read(settings: Settings, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    packed = tmp_path / "notes.gz"
    packed.write_bytes(gzip.compress(b"not an archive"))
    report = read([picture, packed, write_warc(tmp_path, PAGES[0])], settings, tmp_path / "data")
    assert report.turn.documents == 1
    assert [problem.item for problem in report.turn.problems] == [str(picture), str(packed)]


def test_nothing_is_put_into_the_outbox_unless_it_is_asked_for(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    settings = replace(settings, channels=(ChannelSettings("desk", "console"),), routes=(Route("desk"),))
    read([write_warc(tmp_path, PAGES[0])], settings, tmp_path / "silent")
    assert capsys.readouterr().out == ""
    query = "SELECT (SELECT count(*) FROM alerts) > 0, (SELECT count(*) FROM deliveries)"
    assert Published(tmp_path / "silent").query(query).rows == ((True, 0),)
    report = ingest([write_warc(tmp_path, PAGES[0])], settings, tmp_path / "sent", lambda: NOON, send=True)
    assert report.delivery.sent == len(report.turn.alerts) > 0
    assert "Zhou Mingyuan" in capsys.readouterr().out
