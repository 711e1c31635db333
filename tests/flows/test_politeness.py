"""Days of cycles against real archives and a server of our own: the request log proves the manners."""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import cycle
from flows.progress import Silent
from flows.stages import due_sources, fetch_all, open_archive
from pipeline.config import Settings, load_settings
from pipeline.model import Source
from tests.newsroom.configuration import write_config
from tests.sources.site import Running, Web, article, rss, serving, source
from warehouse import Published

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
BLOG, REPLAY = SHARED / "replay" / "qwen-blog-2024.warc.gz", SHARED / "tools" / "replay_server.py"
needs_archives = pytest.mark.skipif(not (BLOG.exists() and REPLAY.exists()), reason="the replay archives are not here")

START = dt.datetime(2024, 6, 5, tzinfo=dt.UTC)
MINUTE, HOUR, SECOND = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(seconds=1)
MONDAY = "Mon, 03 Jun 2024 16:00:00 +0800"
FACTS = {
    "documents": "SELECT url, version FROM documents ORDER BY ALL",
    "facts": "SELECT event_id, attribute, value_text, status, origins FROM facts ORDER BY ALL",
}


@contextmanager
def replayed(**options: Any) -> Iterator[Any]:
    """The shared replay server over the blog's archive."""
    spec = importlib.util.spec_from_file_location("replay_server", REPLAY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = module.serve([str(BLOG)], **options)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def settings_for(place: Path, port: int, sources: tuple[Source, ...]) -> Settings:
    whole = load_settings(write_config(place, port))
    return replace(whole, sources=sources, fetch=replace(whole.fetch, spacing=SECOND, workers=4))


def run(settings: Settings, data: Path, at: dt.datetime, pace: Running) -> None:
    report = cycle(settings, data, at, lambda: at, progress=Silent(), pace=pace)
    assert not report.failed


def next_checks(data: Path) -> dict[str, dt.datetime]:
    return dict(Published(data).query("SELECT url, next_check_at FROM sources").rows)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


def test_a_day_of_cycles_asks_nobody_too_often_too_early_or_for_what_it_has(web: Web, tmp_path: Path) -> None:
    log: list[tuple[dt.datetime, str]] = []
    pace = Running(START)
    web.asked = lambda url: log.append((pace.now(), url))
    feeds = [source(f"https://host{host}.example/{number}.xml") for host in range(3) for number in range(2)]
    for feed in feeds:
        page = feed.url.replace(".xml", "-article")
        web.put(feed.url, rss((page, page, MONDAY)))
        web.put(page, article(title=page))
    settings = settings_for(tmp_path / "config", int(web.gateway.rpartition(":")[2]), tuple(feeds))
    data, seen = tmp_path / "data", set[str]()
    for step in range(13):
        at, before = START + 2 * step * HOUR, next_checks(data) if step else {}
        pace.sleep_until(at)
        log.clear()
        web.log.clear()
        run(settings, data, at, pace)
        early = [url for _, url in log if url in before and before[url] > at]
        assert early == []
        for host in range(3):
            times = [moment for moment, url in log if f"//host{host}." in url]
            assert all(later - earlier >= SECOND for earlier, later in itertools.pairwise(times))
        again = [(url, status) for url, status in web.log if url in seen]
        assert {status for _, status in again} <= {304}
        seen |= {url for url, _ in web.log}
    assert len(seen) == 12
    assert all(moment > START + 24 * HOUR for moment in next_checks(data).values())


@needs_archives
def test_two_days_of_a_real_blog_are_asked_politely(tmp_path: Path) -> None:
    with replayed() as server:
        feeds = tuple(source(f"https://qwenlm.github.io{part}/blog/index.xml") for part in ("", "/zh"))
        settings = settings_for(tmp_path / "config", server.server_address[1], feeds)
        data, seen, posts = tmp_path / "data", dict[str, str](), 0
        archive = server.state["archive"]
        for step in range(9):
            at = START + 6 * step * HOUR
            server.state["clock"] = at
            server.state["log"].clear()
            before = next_checks(data) if step else {}
            run(settings, data, at, Running(at))
            for row in server.state["log"]:
                url = row["url"].replace("http://", "https://")
                assert url not in before or before[url] <= at
                key = ("qwenlm.github.io", url.removeprefix("https://qwenlm.github.io"))
                version = archive.at(key, at)
                if version is None:
                    continue
                posts += 1
                assert (row["status"] == 304) == (seen.get(url) == version[0]), row
                seen[url] = version[0]
        assert posts > 50


@needs_archives
def test_three_faults_in_ten_requests_end_in_the_same_documents_and_facts(tmp_path: Path) -> None:
    found = []
    for name, faults in (("whole", 0.0), ("faulty", 0.3)):
        with replayed(at=(START - 30 * 24 * HOUR).isoformat(), faults=faults, seed=3) as server:
            feeds = (source("https://qwenlm.github.io/blog/index.xml", publisher="Qwen"),)
            settings = settings_for(tmp_path / name, server.server_address[1], feeds)
            settings = replace(settings, fetch=replace(settings.fetch, max_articles_per_check=12))
            data = tmp_path / name / "data"
            for step in range(40):
                at = START + step * HOUR
                run(settings, data, at, Running(at))
                posts = Published(data).query("SELECT count(DISTINCT url) FROM documents").rows[0][0]
                if posts == len(posts_so_far(server)):
                    break
        assert step < 39
        found.append({table: Published(data).query(query).rows for table, query in FACTS.items()})
    assert found[0] == found[1]
    assert found[0]["facts"]


def posts_so_far(server: Any) -> set[str]:
    """The posts that the blog has at the server's moment."""
    versions = server.state["archive"].versions
    return {
        path
        for host, path in versions
        if path.startswith("/blog/")
        and path not in ("/blog/", "/blog/index.xml")
        and versions[host, path][0][0] <= server.state["clock"]
    }


def test_a_run_that_is_lost_between_fetching_and_writing_is_asked_again_in_full(web: Web, tmp_path: Path) -> None:
    feed = source("https://daily.example/feed.xml")
    page = "https://daily.example/a"
    web.put(feed.url, rss((page, "A departure", MONDAY)))
    web.put(page, article())
    settings = settings_for(tmp_path / "config", int(web.gateway.rpartition(":")[2]), (feed,))
    data = tmp_path / "data"
    plan = due_sources(data, settings, START)
    with open_archive(data, plan.run_id) as archive:
        lost = fetch_all(plan, settings, archive, Running(START))
    assert len(lost.round.harvests[0].documents) == 1
    assert web.taken() == [(feed.url, 200), (page, 200)]
    run(settings, data, START + MINUTE, Running(START + MINUTE))
    assert web.taken() == [(feed.url, 200), (page, 200)]
    assert Published(data).query("SELECT count(*) FROM documents").rows == ((1,),)
    run(settings, data, START + 2 * HOUR, Running(START + 2 * HOUR))
    assert {status for _, status in web.taken()} == {304}
