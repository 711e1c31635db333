"""What ingest reads stays in the archive, each body once, and every document says where."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from flows.ingest import ingest
from flows.keeping import BodyKeeper
from pipeline.config import Settings, load_settings
from pipeline.errors import WarehouseError
from pipeline.fetch.archive import Archive
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.fetch.stored import Lost, stored_body
from tests.flows.command import PAGES, SHIPPED_CONFIG, write_warc
from warehouse import Published

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED_CONFIG)


def bodies(data: Path) -> dict[str, bytes | Lost]:
    """What the archive holds at the place that each document names, by address."""
    found = Published(data).query("SELECT url, archive_file, archive_offset FROM documents").rows
    return {url: stored_body(data / "archive", file, offset) for url, file, offset in found}


def files_of(data: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (data / "archive").iterdir()}


def test_each_document_names_the_body_it_was_read_from(settings: Settings, tmp_path: Path) -> None:
    page, memo = tmp_path / "page.html", tmp_path / "memo.txt"
    page.write_bytes(PAGES[1].html)
    memo.write_text("A memo\n\nZhou Mingyuan resigned from Qwen on March 3, 2026.\n", "utf-8")
    ingest([write_warc(tmp_path, PAGES[0]), page, memo], settings, tmp_path / "data", lambda: NOON)
    assert bodies(tmp_path / "data") == {
        PAGES[0].url: PAGES[0].html,
        page.as_uri(): PAGES[1].html,
        memo.as_uri(): memo.read_bytes(),
    }


def test_pages_of_one_moment_are_told_apart(settings: Settings, tmp_path: Path) -> None:
    named = replace(PAGES[0], url="https://ledger.example/zhou-leaves?ref=front")
    other = replace(PAGES[1], published=PAGES[0].published)
    canonical = other.html.replace(b"</head>", b'<link rel="canonical" href="https://tidings.example/staff"></head>')
    with Archive(tmp_path, "pages") as archive:
        for url, body in ((named.url, named.html), (other.url, canonical)):
            name, _ = archive.store(url, 200, [("Content-Type", "text/html")], body, named.live)
    ingest([tmp_path / name], settings, tmp_path / "data", lambda: NOON)
    found = bodies(tmp_path / "data")
    assert set(found.values()) == {named.html, canonical}
    assert found["https://tidings.example/staff"] == canonical


def test_the_same_bodies_again_are_not_kept_again(settings: Settings, tmp_path: Path) -> None:
    memo = tmp_path / "memo.md"
    memo.write_text("# Notes\n\n- Chen Haoran joined Qwen as a researcher in May 2026.\n", "utf-8")
    files = [write_warc(tmp_path, *PAGES), memo]
    ingest(files, settings, tmp_path / "data", lambda: NOON)
    before = files_of(tmp_path / "data")
    ingest(files, settings, tmp_path / "data", lambda: NOON + dt.timedelta(days=1))
    assert files_of(tmp_path / "data") == before


def test_what_was_kept_can_be_ingested_in_its_turn(settings: Settings, tmp_path: Path) -> None:
    ingest([write_warc(tmp_path, *PAGES)], settings, tmp_path / "first", lambda: NOON)
    [kept] = (tmp_path / "first" / "archive").glob("*.warc.gz")
    assert {each.archived_at for each in archived_responses(kept) if isinstance(each, ArchivedResponse)} == {
        page.live for page in PAGES
    }
    ingest([kept], settings, tmp_path / "second", lambda: NOON)
    query = "SELECT * EXCLUDE (archive_file, archive_offset) FROM documents ORDER BY document_id"
    first, second = (Published(tmp_path / name).query(query).rows for name in ("first", "second"))
    assert first == second


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [(404, "text/html", b"<p>gone</p>"), (200, "image/png", b"\x89PNG"), (200, "text/css", b"p {}"), (200, "", b" ")],
    ids=["error page", "picture", "style sheet", "nothing"],
)
def test_what_nobody_reads_is_not_kept(tmp_path: Path, status: int, kind: str, body: bytes) -> None:
    keeper = BodyKeeper(tmp_path, "run")
    response = ArchivedResponse("https://desk.example/a", NOON, status, kind, (), body, 0)
    assert keeper.keep(response) is None
    keeper.close()
    assert not (tmp_path / "archive").exists()


def test_a_directory_that_takes_nothing_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file stands in the way")
    response = ArchivedResponse("https://desk.example/a", NOON, 200, "text/html", (), b"<p>text</p>", 0)
    with pytest.raises(WarehouseError, match="cannot keep what is ingested"):
        BodyKeeper(tmp_path, "run").keep(response)
