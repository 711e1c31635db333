"""Harvesting real sites over real sockets."""

from __future__ import annotations

import datetime as dt
import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import Outcome, SourceStatus, Tier
from pipeline.sources.harvest import Harvest
from pipeline.sources.owners import owners_of
from tests.sources.site import DAY, HOUR, NOW, STORY, Limits, Notebook, Web, article, rss, source

FEED = "https://daily.example/feed.xml"
A, B = "https://daily.example/a", "https://daily.example/b"
MONDAY = "Mon, 04 May 2026 16:00:00 +0800"
SHARED = Path(__file__).parents[2].parent / "shared"
BLOG = SHARED / "replay" / "qwen-blog-2024.warc.gz"
REPLAY = SHARED / "tools" / "replay_server.py"


def texts(gathered: Harvest) -> list[str]:
    return [document.text.partition("\n")[2] for document in gathered.documents]


@pytest.fixture
def book(web: Web, limits: Limits) -> Notebook:
    """A feed of one article, harvested by nobody yet."""
    web.put(FEED, rss((A, "A departure", MONDAY)), content_type="application/rss+xml")
    web.put(A, article())
    return Notebook([source(FEED, publisher="The Daily")], limits)


def test_a_new_article_becomes_a_document_with_the_feed_s_date_and_its_offset(book: Notebook) -> None:
    gathered = book.cycle(NOW)
    (document,) = gathered.documents
    assert (document.url, document.title, document.publisher) == (A, "A departure", "The Daily")
    assert document.text == f"A departure\n{STORY}"
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-04T16:00:00+08:00", "feed")
    assert document.fetched_at == NOW
    assert gathered.problems == ()
    assert [fetch.outcome for fetch in gathered.fetches] == [Outcome.NEW, Outcome.NEW]
    assert all(fetch.body == b"" for fetch in gathered.fetches)
    (state,) = gathered.states
    assert (state.status, state.next_check_at) == (SourceStatus.OK, NOW + HOUR)


def test_a_second_cycle_at_the_same_moment_gives_only_304_and_no_document(web: Web, book: Notebook) -> None:
    book.cycle(NOW)
    web.taken()
    gathered = book.cycle(NOW)
    assert gathered.documents == ()
    assert {status for _, status in web.taken()} == {304}


def test_an_edited_article_is_a_new_version_though_its_feed_is_unchanged(web: Web, book: Notebook) -> None:
    (first,) = book.cycle(NOW).documents
    web.put(A, article(STORY + " He named no reason."))
    web.taken()
    (second,) = book.cycle(NOW + HOUR).documents
    assert (second.url, second.text) == (A, f"A departure\n{STORY} He named no reason.")
    assert second.document_id != first.document_id
    assert (second.published_at, second.published_from) == (first.published_at, "feed")
    assert web.taken() == [(FEED, 304), (A, 200), (FEED, 200)]
    assert book.cycle(NOW + 2 * HOUR).documents == ()


def test_changed_bytes_around_the_same_text_are_no_new_version(web: Web, book: Notebook) -> None:
    book.cycle(NOW)
    web.put(A, article(head='<meta name="nonce" content="17">'))
    gathered = book.cycle(NOW + HOUR)
    assert gathered.documents == ()
    assert Outcome.NEW in {fetch.outcome for fetch in gathered.fetches}


def test_an_article_is_left_alone_after_the_time_for_edits(web: Web, book: Notebook) -> None:
    book.cycle(NOW)
    web.taken()
    book.cycle(NOW + 15 * DAY)
    assert web.taken() == [(FEED, 304)]


def test_more_articles_than_a_check_may_have_come_with_the_next_checks_and_none_is_lost(
    web: Web, limits: Limits
) -> None:
    entries = [(f"https://daily.example/{n}", f"Post {n}", f"0{n} May 2026 08:00:00 +0000") for n in range(1, 6)]
    web.put(FEED, rss(*entries))
    for link, title, _ in entries:
        web.put(link, article(title=title))
    book = Notebook([source(FEED)], replace(limits, max_articles_per_check=2))
    cycles = [[document.title for document in book.cycle(NOW + n * HOUR).documents] for n in range(5)]
    assert cycles == [["Post 5", "Post 4"], ["Post 3", "Post 2"], ["Post 1"], [], []]
    web.taken()
    book.cycle(NOW + 5 * HOUR)
    assert web.taken()[0] == (FEED, 304)


def test_an_article_that_failed_is_asked_again_though_its_feed_is_unchanged(web: Web, book: Notebook) -> None:
    web.put(A, "busy", status=503)
    gathered = book.cycle(NOW)
    assert gathered.documents == ()
    assert [(problem.stage, problem.item) for problem in gathered.problems] == [("fetch", A)]
    assert gathered.states[0].status == SourceStatus.OK
    web.put(A, article())
    assert texts(book.cycle(NOW + HOUR)) == [STORY]


def test_content_of_the_feed_stands_in_for_an_article_that_cannot_be_had(web: Web, limits: Limits) -> None:
    content = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>{STORY}</p>]]></content:encoded>"
    web.put(FEED, rss((A, "A departure", MONDAY), (B, "Drawn by script", MONDAY), extra=content))
    web.put(B, "<html><body><div id=app></div><script>draw()</script></body></html>")
    book = Notebook([source(FEED)], limits)
    gathered = book.cycle(NOW)
    assert [document.text for document in gathered.documents] == [f"A departure\n{STORY}", f"Drawn by script\n{STORY}"]
    assert {problem.item for problem in gathered.problems} == {A, B}
    assert book.cycle(NOW + HOUR).documents == ()
    web.put(A, article(STORY + " And more."))
    assert texts(book.cycle(NOW + 2 * HOUR)) == [STORY + " And more."]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("<!doctype html><html><title>Moved</title><body>Hello</body></html>", 200, "HTML page"),
        ("", 200, "empty body"),
        ("down", 503, "503"),
        ("{}", 200, "JSON"),
    ],
)
def test_a_broken_source_is_a_problem_and_a_failing_state_and_the_others_go_on(
    web: Web, limits: Limits, body: str, status: int, words: str
) -> None:
    broken = source("https://broken.example/feed.xml", name="Broken Daily")
    web.put(broken.url, body, status=status)
    web.put(FEED, rss((A, "A departure", MONDAY)))
    web.put(A, article())
    book = Notebook([broken, source(FEED)], limits)
    for cycle in (1, 2):
        gathered = book.cycle(NOW + cycle * HOUR)
        (problem,) = gathered.problems
        assert problem.item == "Broken Daily"
        assert words in problem.message
        state, well = gathered.states
        assert (state.status, state.consecutive_failures) == (SourceStatus.FAILING, cycle)
        assert words in (state.last_error or "")
        assert well.status == SourceStatus.OK
        assert gathered.fetches[0].outcome == Outcome.ERROR
    assert A in book.versions


def test_a_feed_that_recovers_is_read_even_when_it_is_as_it_was_before(web: Web, book: Notebook) -> None:
    book.cycle(NOW)
    feed = web.pages[FEED]
    web.put(FEED, "<html><body>Down for repairs</body></html>")
    assert book.cycle(NOW + HOUR).states[0].status == SourceStatus.FAILING
    web.pages[FEED] = feed
    gathered = book.cycle(NOW + 2 * HOUR)
    assert (gathered.states[0].status, gathered.states[0].last_error) == (SourceStatus.OK, None)
    assert gathered.documents == ()


def test_a_page_without_text_is_told_of_once(web: Web, book: Notebook) -> None:
    web.put(A, "<html><body><nav>Home</nav></body></html>")
    assert [problem.item for problem in book.cycle(NOW).problems] == [A]
    assert book.cycle(NOW + HOUR).problems == ()


def test_an_article_that_leads_to_the_front_page_is_no_document(web: Web, book: Notebook) -> None:
    web.put(A, "", status=302, location="https://daily.example/")
    web.put("https://daily.example/", article("Welcome to The Daily, the best paper in town, every day anew."))
    gathered = book.cycle(NOW)
    assert gathered.documents == ()
    assert "front page" in gathered.problems[0].message


def test_an_article_linked_by_two_sources_is_fetched_once_and_read_for_each(web: Web, book: Notebook) -> None:
    other = "https://other.example/feed.xml"
    web.put(other, rss((A + "?utm_source=other", "The same", MONDAY)))
    book.sources = [*book.sources, source(other)]
    gathered = book.cycle(NOW)
    assert [document.source_id for document in gathered.documents] == [each.source_id for each in book.sources]
    assert len({document.document_id for document in gathered.documents}) == 1
    assert [url for url, _ in web.taken()].count(A) == 1
    assert len({fetch.fetch_id for fetch in gathered.fetches}) == len(gathered.fetches)


def test_links_by_http_to_a_site_that_has_https_keep_one_address(web: Web, book: Notebook) -> None:
    web.put(FEED, rss((A.replace("https", "http"), "A departure", MONDAY)))
    web.put(A, article(head='<link rel="canonical" href="http://daily.example/a">'))
    assert [document.url for document in book.cycle(NOW).documents] == [A]


def test_a_page_found_through_another_s_list_speaks_for_the_source_that_owns_its_site(web: Web, limits: Limits) -> None:
    official = source("https://qwen.example/feed.xml", publisher="Qwen", tier=Tier.OFFICIAL)
    gatherer = source(FEED, publisher="", tier=Tier.AGGREGATOR)
    post = "https://qwen.example/blog/4"
    web.put(FEED, rss((post, "Qwen4", MONDAY), ("https://else.example/x", "Elsewhere", MONDAY)))
    web.put(post, article(title="Qwen4"))
    web.put("https://else.example/x", article(title="Elsewhere"))
    book = Notebook([gatherer], limits, owners_of([official, gatherer]))
    found = {document.title: document for document in book.cycle(NOW).documents}
    assert (found["Qwen4"].publisher, found["Qwen4"].tier) == ("Qwen", Tier.OFFICIAL)
    assert (found["Elsewhere"].publisher, found["Elsewhere"].tier) == ("else.example", Tier.AGGREGATOR)
    assert {document.source_id for document in found.values()} == {gatherer.source_id}


def test_a_page_as_a_source_gives_a_version_for_each_change_of_its_text(web: Web, limits: Limits) -> None:
    url = "https://qwen.example/about"
    book = Notebook([source(url, "page")], limits)
    found = []
    for cycle, text in enumerate([STORY, STORY, STORY + " More."]):
        web.put(url, article(text, head=f"<meta name=nonce content={cycle}>"))
        found += texts(book.cycle(NOW + cycle * HOUR))
    assert found == [STORY, STORY + " More."]
    web.put(url, "<html><body></body></html>")
    assert "no article text" in (book.cycle(NOW + 3 * HOUR).states[0].last_error or "")


def test_news_lines_added_on_top_are_the_only_new_documents(web: Web, limits: Limits) -> None:
    url = "https://raw.example/README.md"
    book = Notebook([source(url, "news_lines")], limits)
    web.put(url, "- 2026-05-01: first\n", content_type="text/plain")
    assert [document.text for document in book.cycle(NOW).documents] == ["2026-05-01: first"]
    web.put(url, "- 2026-05-01: second\n- 2026-05-01: first\n", content_type="text/plain")
    (document,) = book.cycle(NOW + HOUR).documents
    assert (document.text, document.url) == ("2026-05-01: second", f"{url}#news-2026-05-01-2")


@pytest.mark.parametrize(
    ("kind", "empty", "full"),
    [
        ("news_lines", "<h1>Model</h1>", "<h1>Model</h1><ul><li>2026-05-01: first</li></ul>"),
        ("listing", "<h1>News</h1>", '<h1>News</h1><a href="/news/a">A departure</a>'),
    ],
)
def test_a_list_of_nothing_is_told_of_and_fails_only_where_there_was_something(
    web: Web, limits: Limits, kind: str, empty: str, full: str
) -> None:
    url = "https://daily.example/news/"
    web.put("https://daily.example/news/a", article())
    book = Notebook([source(url, kind)], limits)
    web.put(url, empty)
    young = book.cycle(NOW)
    assert (len(young.problems), young.states[0].status) == (1, SourceStatus.OK)
    web.put(url, full)
    assert len(book.cycle(NOW + HOUR).documents) == 1
    web.put(url, empty)
    redesigned = book.cycle(NOW + 2 * HOUR)
    assert (len(redesigned.problems), redesigned.states[0].status) == (1, SourceStatus.FAILING)


def test_a_source_of_an_unknown_kind_fails_alone(web: Web, limits: Limits) -> None:
    web.put(FEED, "anything")
    gathered = Notebook([source(FEED, "feeed")], limits).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert "feeed" in gathered.problems[0].message


@pytest.mark.skipif(not BLOG.exists() or not REPLAY.exists(), reason="the replay archives are not here")
def test_a_year_of_a_real_blog_gives_every_post_once_and_repeats_give_304(limits: Limits) -> None:
    spec = importlib.util.spec_from_file_location("replay_server", REPLAY)
    assert spec is not None
    assert spec.loader is not None
    replay = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(replay)
    server = replay.serve([str(BLOG)])
    gateway = f"http://127.0.0.1:{server.server_address[1]}"
    feeds = [source(f"https://qwenlm.github.io{part}/blog/index.xml") for part in ("", "/zh")]
    book = Notebook(feeds, replace(limits, gateway=gateway))
    moments = [dt.datetime(2024, month, day, tzinfo=dt.UTC) for month in range(2, 13, 2) for day in (1, 10)]
    try:
        posts: set[str] = set()
        for moment in [*moments, dt.datetime(2024, 12, 31, tzinfo=dt.UTC)]:
            server.state["clock"] = moment
            posts |= {document.url for document in book.cycle(moment).documents}
            server.state["log"].clear()
            again = book.cycle(moment)
            assert again.documents == ()
            assert {row["status"] for row in server.state["log"]} <= {304}
    finally:
        server.shutdown()
        server.server_close()
    archived = {url for _, url in _posts(server.state["archive"].versions)}
    assert {url.removeprefix("https://qwenlm.github.io") for url in posts} == archived


def _posts(versions: dict[tuple[str, str], object]) -> list[tuple[str, str]]:
    return [key for key in versions if key[1].rstrip("/").rpartition("/")[2] not in ("blog", "index.xml")]
