"""Backfill: the past comes out of archives as of its own days, once, politely, and without a word to anybody."""

from __future__ import annotations

import datetime as dt
import gzip
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flows.backfill_reports import BackfillReport
from flows.backfilling import NEWS, Wish, backfill
from flows.cli import exit_code
from flows.cycle import cycle
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.fetch.warc import Record, records
from pipeline.sources.wayback import Span
from tests.fetch.warcs import http, record
from tests.flows.command import PAGES, ROOT, SHIPPED_CONFIG, write_warc
from tests.newsroom.configuration import write_config
from tests.sources.archives import Archives, Kept, serving_archives
from tests.sources.site import Running, rss, source
from warehouse import Published

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
SPAN = Span(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
LEDGER, TIDINGS = PAGES
FEED = "https://ledger.example/feed.xml"
LATE = "https://web.archive.org/web/20260306120000id_/" + LEDGER.url


@pytest.fixture(scope="module")
def server() -> Iterator[Archives]:
    with serving_archives() as running:
        yield running


@pytest.fixture(scope="module")
def settings(server: Archives) -> Settings:
    shipped = load_settings(SHIPPED_CONFIG)
    ledger = source(FEED, name="Ledger", publisher="The Ledger")
    fetch = replace(shipped.fetch, gateway=server.gateway, workers=1)
    return replace(
        shipped,
        sources=(ledger,),
        fetch=fetch,
        channels=(ChannelSettings("desk", "console"),),
        routes=(Route("desk"),),
    )


@pytest.fixture
def archives(server: Archives) -> Archives:
    """The archives with nothing in them."""
    server.captures.clear()
    server.files.clear()
    server.faults.clear()
    server.page = 1000
    server.taken()
    return server


def fill(settings: Settings, data: Path, *targets: str, span: Span = SPAN, **wish: object) -> BackfillReport:
    return backfill(Wish(targets, span, **wish), settings, data, lambda: NOW, pace=Running(NOW))  # type: ignore[arg-type]


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in Published(data).query(query).rows]


def edited(page: bytes) -> bytes:
    return page.replace(b"March 3, 2026", b"March 2, 2026")


def two_versions(archives: Archives) -> None:
    archives.captures += [
        Kept("20260304100000", "http://ledger.example:80/zhou-leaves", LEDGER.html),
        Kept("20260305110000", LEDGER.url, LEDGER.html),
        Kept("20260306120000", LEDGER.url, edited(LEDGER.html)),
    ]


@dataclass(frozen=True)
class Filled:
    """A data directory after three runs of one command, what each reported, and the captures that each asked for."""

    data: Path
    reports: tuple[BackfillReport, ...]
    asked: tuple[list[str], ...]


@pytest.fixture(scope="module")
def filled(settings: Settings, server: Archives, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    data = tmp_path_factory.mktemp("filled")
    two_versions(server)
    server.faults[LATE] = ["cut", "cut"]
    reports, asked = [], []
    for _ in range(3):
        reports.append(fill(settings, data, LEDGER.url))
        asked.append(server.taken("/web/"))
    server.captures.clear()
    return Filled(data, tuple(reports), tuple(asked))


def test_captures_of_an_address_are_its_versions_each_as_of_its_capture(filled: Filled) -> None:
    assert rows(filled.data, "SELECT url, fetched_at, revision_of IS NULL FROM documents ORDER BY fetched_at") == [
        (LEDGER.url, dt.datetime(2026, 3, 4, 10, tzinfo=dt.UTC), True),
        (LEDGER.url, dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC), False),
    ]
    held = "SELECT value_from FROM facts_as_of(TIMESTAMPTZ '{}') WHERE attribute = 'resigned'"
    assert rows(filled.data, held.format("2026-03-05 00:00:00+00")) == [(dt.date(2026, 3, 3),)]
    assert rows(filled.data, held.format("2026-03-07 00:00:00+00")) == [(dt.date(2026, 3, 2),)]
    assert rows(filled.data, held.format("2026-03-01 00:00:00+00")) == []


def test_the_archive_keeps_a_capture_under_its_own_address_and_says_where_it_is_from(filled: Filled) -> None:
    first = "SELECT archive_file, archive_offset FROM documents WHERE revision_of IS NULL"
    ((file, offset),) = rows(filled.data, first)
    kept = [each for each in records(filled.data / "archive" / str(file)) if isinstance(each, Record)]
    (fields,) = [each.fields for each in kept if each.offset == offset]
    assert fields["warc-target-uri"] == LEDGER.url
    assert fields["warc-date"].startswith("2026-03-04T10:00:00")
    assert fields["warc-source-uri"].endswith("/web/20260304100000id_/http://ledger.example:80/zhou-leaves")


def test_a_capture_that_fails_is_counted_and_named_and_the_others_are_had(filled: Filled) -> None:
    first = filled.reports[0]
    assert (first.filled[0].asked, first.filled[0].failed, first.filled[0].pages) == (2, 1, 1)
    assert [problem.item for problem in first.problems] == [LATE]


def test_a_later_run_asks_only_for_what_is_missing(filled: Filled) -> None:
    assert filled.asked[1:] == ([LATE], [])
    last = filled.reports[2].turn
    assert last is not None
    assert (last.documents, last.duplicates, last.claims) == (0, 0, 0)


def test_what_is_old_is_not_sent_neither_now_nor_with_the_next_cycle(
    filled: Filled, settings: Settings, archives: Archives, capsys: pytest.CaptureFixture[str]
) -> None:
    assert archives.captures == []
    turn = filled.reports[0].turn
    assert turn is not None
    assert turn.alerts
    cycle(settings, filled.data, NOW, lambda: NOW, pace=Running(NOW))
    query = "SELECT kind FROM alerts SEMI JOIN deliveries USING (alert_id) WHERE kind NOT LIKE 'source%'"
    assert rows(filled.data, query) == []
    assert "Zhou Mingyuan" not in capsys.readouterr().out


def test_a_limit_is_gone_on_from_by_the_same_command(settings: Settings, archives: Archives, tmp_path: Path) -> None:
    two_versions(archives)
    archives.page = 1
    first = fill(settings, tmp_path, LEDGER.url, limit=1)
    assert (first.filled[0].asked, first.filled[0].has_more) == (1, True)
    second = fill(settings, tmp_path, LEDGER.url, limit=1)
    assert rows(tmp_path, "SELECT count(*) FROM documents") == [(2,)]
    assert (second.filled[0].asked, second.filled[0].has_more) == (1, False)


def test_the_articles_that_a_source_listed_are_had_from_the_capture_nearest_to_their_list(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    gone = "https://ledger.example/never-archived"
    listing = rss(
        (LEDGER.url, LEDGER.title, "Wed, 04 Mar 2026 09:00:00 +0000"),
        (gone, "Gone", "Tue, 03 Mar 2026 09:00:00 +0000"),
    )
    archives.captures += [
        Kept("20260304120000", FEED, listing.encode(), "application/rss+xml"),
        Kept("20260304150000", LEDGER.url, LEDGER.html),
    ]
    report = fill(settings, tmp_path, "ledger")
    assert rows(tmp_path, "SELECT url, publisher, fetched_at FROM documents") == [
        (LEDGER.url, "The Ledger", dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC))
    ]
    assert [(problem.item.endswith(gone), problem.message) for problem in report.problems] == [
        (True, "answered 404 Not Found")
    ]
    archives.taken()
    fill(settings, tmp_path, "Ledger")
    assert [url.endswith(gone) for url in archives.taken("/web/")] == [True]


def test_a_dry_run_says_how_much_there_is_and_asks_for_none_of_it(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    two_versions(archives)
    report = fill(settings, tmp_path, LEDGER.url, is_dry=True)
    assert report.lines() == (f"{LEDGER.url}: 2 captures there, 2 of them new",)
    assert archives.taken("/web/") == []
    assert rows(tmp_path, "SELECT count(*) FROM fetches") == [(0,)]


def test_what_is_known_already_is_dated_back_to_when_it_was_there_first(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    first = Kept("20260305000000", LEDGER.url, LEDGER.html)
    known = [Kept("20260401000000", LEDGER.url, LEDGER.html), Kept("20260410000000", LEDGER.url, edited(LEDGER.html))]
    archives.captures += known
    fill(settings, tmp_path / "later", LEDGER.url)
    archives.captures.append(first)
    for data in ("later", "at once"):
        fill(settings, tmp_path / data, LEDGER.url)
    for query in (
        "SELECT document_id, fetched_at, revision_of FROM documents ORDER BY ALL",
        "SELECT claim_id, known_at, event_id FROM claims ORDER BY ALL",
        "SELECT * FROM facts ORDER BY ALL",
        "SELECT * FROM events ORDER BY ALL",
    ):
        assert rows(tmp_path / "later", query) == rows(tmp_path / "at once", query)
    assert rows(tmp_path / "later", "SELECT min(known_from)::DATE FROM facts") == [(dt.date(2026, 3, 5),)]


def news(*pages: tuple[str, bytes, str]) -> bytes:
    """A file as Common Crawl writes them: a record of the crawl, then requests and responses."""
    about = record(b"software: a crawler\r\n", url=None, kind="warcinfo")
    others = (record(http(body), url=url, date=date) for url, body, date in pages)
    return b"".join(gzip.compress(each) for each in (about, *others))


def test_news_files_are_looked_through_once_for_the_sites_that_are_watched(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    day = "2026-03-04T10:00:00Z"
    pages = ((LEDGER.url, LEDGER.html, day), ("https://elsewhere.example/a", b"<p>Nothing of ours.</p>", day))
    archives.news("CC-NEWS-20260304093000-00001.warc.gz", news(*pages))
    archives.news("CC-NEWS-20260601000000-00001.warc.gz", news((TIDINGS.url, TIDINGS.html, "2026-06-01T01:00:00Z")))
    report = fill(settings, tmp_path, origins=(NEWS,))
    # The months before the first file have no list on this server, which is told and stops nothing.
    assert {problem.message for problem in report.problems} == {"answered 404 Not Found"}
    assert rows(tmp_path, "SELECT url, fetched_at FROM documents") == [
        (LEDGER.url, dt.datetime(2026, 3, 4, 10, tzinfo=dt.UTC))
    ]
    assert len(archives.taken(".warc.gz")) == 1
    fill(settings, tmp_path, origins=(NEWS,))
    assert archives.taken("-00001.warc.gz") == []


def test_a_news_file_that_breaks_off_counts_as_failed_and_is_taken_again(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    archives.news("CC-NEWS-20260304093000-00001.warc.gz", news((LEDGER.url, LEDGER.html, "2026-03-04T10:00:00Z")))
    address = "https://data.commoncrawl.org/crawl-data/CC-NEWS/2026/03/CC-NEWS-20260304093000-00001.warc.gz"
    archives.faults[address] = ["cut", "cut"]
    march = Span(SPAN.since.replace(month=3), SPAN.since.replace(month=4))
    assert fill(settings, tmp_path, span=march, origins=(NEWS,)).filled[0].failed == 1
    assert fill(settings, tmp_path, span=march, origins=(NEWS,)).filled[0].failed == 0
    assert rows(tmp_path, "SELECT count(*) FROM documents") == [(1,)]


def test_pages_of_any_site_that_name_somebody_are_kept_where_that_is_asked_for(
    settings: Settings, archives: Archives, tmp_path: Path
) -> None:
    archives.news("CC-NEWS-20260307093000-00001.warc.gz", news((TIDINGS.url, TIDINGS.html, "2026-03-07T16:00:00Z")))
    march = Span(SPAN.since.replace(month=3), SPAN.since.replace(month=4))
    assert fill(settings, tmp_path, span=march, origins=(NEWS,), is_broad=True).filled[0].pages == 1
    assert rows(tmp_path, "SELECT publisher FROM documents") == [("Tidings",)]


def test_files_on_this_machine_are_read_for_what_is_asked_about(settings: Settings, tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "files", *PAGES)
    report = fill(settings, tmp_path / "data", "Ledger", origins=(str(warc),))
    assert report.lines()[0] == "WARC files: 1 file asked for, 1 page kept"
    assert rows(tmp_path / "data", "SELECT url, fetched_at FROM documents") == [(LEDGER.url, LEDGER.live)]


REAL = ROOT.parent / "shared" / "replay" / "qwen-blog-2024.warc.gz"


@pytest.mark.skipif(not REAL.is_file(), reason="the archive of a real site is not at hand")
def test_a_month_of_a_real_blog_is_had_through_its_feed(settings: Settings, archives: Archives, tmp_path: Path) -> None:
    january = Span(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 1, tzinfo=dt.UTC))
    for each in archived_responses(REAL):
        if isinstance(each, ArchivedResponse) and each.archived_at in january:
            archives.captures.append(Kept(f"{each.archived_at:%Y%m%d%H%M%S}", each.url, each.body, each.content_type))
    blog = source("https://qwenlm.github.io/blog/index.xml", name="Qwen blog", publisher="Qwen")
    report = fill(replace(settings, sources=(blog,)), tmp_path, "Qwen blog", span=january)
    assert report.problems == ()
    assert rows(tmp_path, "SELECT split_part(url, '/', 5), fetched_at::DATE FROM documents ORDER BY ALL") == [
        ("chinese-clip", dt.date(2024, 1, 23)),
        ("ofa", dt.date(2024, 1, 23)),
        ("ofasys", dt.date(2024, 1, 23)),
        ("qwen", dt.date(2024, 1, 23)),
        ("qwen-vl", dt.date(2024, 1, 26)),
    ]


FLOW = """
import asyncio, datetime as dt, sys
from pathlib import Path
from flows.server import embedded

data, config, url = sys.argv[1:]
with embedded(Path(data)) as server:
    from flows.backfill import backfill
    server.wait_ready()
    ran = backfill(dt.datetime(2026, 1, 1), targets=[url], data_dir=data, config_dir=config, return_state=True)
    state = asyncio.run(ran)
    print(state.name, state.message)
"""


@pytest.mark.soak
def test_the_flow_does_the_same_under_a_prefect_server(archives: Archives, tmp_path: Path) -> None:
    two_versions(archives)
    config = write_config(tmp_path / "config", int(archives.gateway.rpartition(":")[2]))
    command = [sys.executable, "-c", FLOW, str(tmp_path / "data"), str(config), LEDGER.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert f"Completed {LEDGER.url}: 2 captures asked for, 2 pages kept" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Ledgr", "--since", "2026-01-01"], "no source is called 'Ledgr'"),
        (["https://ledger.example/a"], "--since"),
        (["https://ledger.example/a", "--since", "2999-01-01"], "is not before"),
        (["--since", "2026-01-01"], "name a source or an address"),
        (["--since", "2026-01-01", "--from", "nowhere"], "'nowhere' is no file; --from takes wayback, cc-news"),
    ],
    ids=["unknown-source", "no-since", "not-yet", "no-target", "no-file"],
)
def test_what_cannot_be_asked_for_is_said_before_anything_is(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["backfill", *arguments, "--data", str(tmp_path / "data"), "--config", str(SHIPPED_CONFIG)]
    assert exit_code(command) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
