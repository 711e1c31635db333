"""Sitemaps over real sockets: news sitemaps, plain ones, indexes, packed ones, and what is wrong with them."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import EntityKind, Outcome, SourceStatus
from pipeline.sources.harvest import Harvest
from pipeline.sources.words import entry_filter, with_words
from pipeline.watchlist import Watched, Watchlist
from tests.sources.site import HOUR, NOW, STORY, Limits, Notebook, Web, article, source

SITE = "https://daily.example"
MAP, INDEX = f"{SITE}/news-sitemap.xml", f"{SITE}/sitemap.xml"
XML = {"content_type": "application/xml; charset=utf-8"}


def news(*entries: tuple[str, str, str]) -> str:
    """A news sitemap as publishers write it: of (path, title, publication date)."""
    rows = "".join(
        f"<url><loc>{SITE}{path}</loc><lastmod>{day}</lastmod><news:news><news:publication>"
        "<news:name>The Daily</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>{day}</news:publication_date><news:title>{title}</news:title>"
        "<news:keywords>AI, China</news:keywords></news:news></url>"
        for path, title, day in entries
    )
    spaces = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/sitemap.xsl"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {spaces}>{rows}</urlset>'
    )


def index(*maps: tuple[str, str]) -> str:
    rows = "".join(f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in maps)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


def watching(url: str, limits: Limits, **options: str) -> Notebook:
    return Notebook([source(url, "sitemap", publisher="The Daily", options={"words": "Qwen, 千问"} | options)], limits)


def titles(gathered: Harvest) -> set[str]:
    return {document.title for document in gathered.documents}


def put_articles(web: Web, *paths: str) -> None:
    for path in paths:
        web.put(f"{SITE}{path}", article(title=path.strip("/")))


def test_only_entries_about_the_watchlist_are_read_with_the_sitemap_s_dates(web: Web, limits: Limits) -> None:
    put_articles(web, "/a", "/b", "/qwen-3-is-out", "/d")
    entries = [
        ("/a", "Alibaba&#8217;s Qwen lead leaves", "2026-05-04T16:00:00+08:00"),
        ("/b", "Oil prices rise", "2026-05-04T15:00:00+08:00"),
        ("/qwen-3-is-out", "A model", "2026-05-03T15:00:00+08:00"),
        ("/d", "千问发布新模型", "2026-05-02"),
    ]
    web.put(MAP, news(*entries), **XML)
    gathered = watching(MAP, limits).cycle(NOW)
    assert titles(gathered) == {"a", "qwen-3-is-out", "d"}
    (first,) = (document for document in gathered.documents if document.title == "a")
    assert (first.published_at.isoformat(), first.published_from) == ("2026-05-04T16:00:00+08:00", "sitemap")
    assert (first.publisher, first.text) == ("The Daily", f"a\n{STORY}")
    assert (f"{SITE}/b", 200) not in web.taken()


def test_a_pattern_takes_the_place_of_the_words(web: Web, limits: Limits) -> None:
    put_articles(web, "/a", "/b")
    web.put(MAP, news(("/a", "Qwen", "2026-05-04"), ("/b", "DeepSeek news", "2026-05-04")), **XML)
    assert titles(watching(MAP, limits, match="deepseek").cycle(NOW)) == {"b"}


def test_a_packed_sitemap_is_read(web: Web, limits: Limits) -> None:
    put_articles(web, "/a")
    packed = gzip.compress(news(("/a", "Qwen", "2026-05-04")).encode())
    web.put(f"{SITE}/sitemap.xml.gz", packed, content_type="application/gzip")
    assert titles(watching(f"{SITE}/sitemap.xml.gz", limits).cycle(NOW)) == {"a"}


def test_an_index_leads_to_the_sitemaps_that_changed_last(web: Web, limits: Limits) -> None:
    put_articles(web, "/new", "/old")
    old, new, other = f"{SITE}/2025.xml", f"{SITE}/2026.xml", f"{SITE}/shop.xml"
    web.put(INDEX, index((old, "2025-12-31"), (new, "2026-05-04T08:00:00Z"), (other, "2026-05-05")), **XML)
    web.put(old, news(("/old", "Qwen then", "2025-12-31")), **XML)
    web.put(new, news(("/new", "Qwen now", "2026-05-04")), **XML)
    book = watching(INDEX, limits, sitemaps=r"/20\d\d", newest="1")
    assert titles(book.cycle(NOW)) == {"new"}
    assert [url for url, _ in web.taken()] == [INDEX, new, f"{SITE}/new"]


def test_an_index_that_stays_the_same_still_leads_to_what_its_sitemaps_add(web: Web, limits: Limits) -> None:
    put_articles(web, "/a", "/b")
    part = f"{SITE}/2026.xml"
    web.put(INDEX, index((part, "2026-05-04")), **XML)
    web.put(part, news(("/a", "Qwen one", "2026-05-04")), **XML)
    book = watching(INDEX, limits)
    assert titles(book.cycle(NOW)) == {"a"}
    web.taken()
    quiet = book.cycle(NOW + HOUR)
    assert (quiet.documents, quiet.problems) == ((), ())
    assert (part, 304) in web.taken()
    assert quiet.states[0].last_changed_at == NOW
    web.put(part, news(("/b", "Qwen two", "2026-05-04"), ("/a", "Qwen one", "2026-05-04")), **XML)
    assert titles(book.cycle(NOW + 2 * HOUR)) == {"b"}
    assert all(not url.endswith(".xml") for url in book.versions)


def test_more_entries_than_a_check_may_have_follow_though_no_sitemap_changes(web: Web, limits: Limits) -> None:
    paths = [f"/{number}" for number in range(5)]
    put_articles(web, *paths)
    part = f"{SITE}/2026.xml"
    web.put(INDEX, index((part, "2026-05-04")), **XML)
    web.put(part, news(*((path, "Qwen", "2026-05-04") for path in paths)), **XML)
    book = watching(INDEX, replace(limits, max_articles_per_check=2))
    found = [titles(book.cycle(NOW + number * HOUR)) for number in range(4)]
    assert set().union(*found) == {"0", "1", "2", "3", "4"}


def test_a_sitemap_that_fails_is_told_of_and_the_others_of_its_index_go_on(web: Web, limits: Limits) -> None:
    put_articles(web, "/a")
    good, bad = f"{SITE}/good.xml", f"{SITE}/bad.xml"
    web.put(INDEX, index((good, "2026-05-04"), (bad, "2026-05-04")), **XML)
    web.put(good, news(("/a", "Qwen", "2026-05-04")), **XML)
    web.put(bad, "down", status=503)
    gathered = watching(INDEX, limits).cycle(NOW)
    assert titles(gathered) == {"a"}
    assert gathered.states[0].status == SourceStatus.OK
    assert [bad in problem.message for problem in gathered.problems] == [True]


def test_an_index_that_names_what_is_no_address_is_told_of_and_the_others_go_on(web: Web, limits: Limits) -> None:
    put_articles(web, "/a")
    good, bad = f"{SITE}/good.xml", "https://daily.example:port/bad.xml"
    web.put(INDEX, index((good, "2026-05-04"), (bad, "2026-05-04")), **XML)
    web.put(good, news(("/a", "Qwen", "2026-05-04")), **XML)
    gathered = watching(INDEX, limits).cycle(NOW)
    assert titles(gathered) == {"a"}
    assert ["is not an address" in problem.message for problem in gathered.problems] == [True]


def test_an_index_none_of_whose_sitemaps_answers_is_a_failing_source(web: Web, limits: Limits) -> None:
    web.put(INDEX, index((f"{SITE}/gone.xml", "2026-05-04")), **XML)
    gathered = watching(INDEX, limits).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert "gone.xml" in (gathered.states[0].last_error or "")
    assert {fetch.outcome for fetch in gathered.fetches} == {Outcome.ERROR}


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        ("<html><body>Not found</body></html>", {}, "is no sitemap"),
        ("<urlset><url>", {}, "is no sitemap"),
        (news(("/a", "Qwen", "2026-05-04")), {"match": "("}, "no regular expression"),
        (index(("https://daily.example/a.xml", "2026-05-04")), {"newest": "all"}, "whole number"),
        (index(("https://daily.example/a.xml", "2026-05-04")), {"sitemaps": "news"}, "names no sitemap"),
        (gzip.compress(b"<urlset></urlset>")[:-12], {}, "news-sitemap.xml"),
    ],
    ids=["a page", "cut short", "pattern", "newest", "no such sitemap", "gzip cut short"],
)
def test_what_is_no_sitemap_says_so(
    web: Web, limits: Limits, body: str | bytes, options: dict[str, str], words: str
) -> None:
    web.put(MAP, body, **XML)
    gathered = watching(MAP, limits, **options).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert words in gathered.problems[0].message


def test_entities_of_a_hostile_sitemap_are_not_resolved(web: Web, limits: Limits) -> None:
    bomb = '<!DOCTYPE u [<!ENTITY a "Qwen"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    body = news(("/a", "&a;&b; Qwen", "2026-05-04")).replace("<urlset", bomb + "<urlset", 1)
    web.put(MAP, body, **XML)
    put_articles(web, "/a")
    assert titles(watching(MAP, limits).cycle(NOW)) == {"a"}


WATCHLIST = Watchlist((Watched(EntityKind.PERSON, "Lin Junyang", ("林俊旸",)), Watched(EntityKind.MODEL, "Qwen")))


@pytest.mark.parametrize(
    ("title", "url", "is_wanted"),
    [
        ("Qwen3.5 is out", "/1", True),
        ("QWEN", "/1", True),
        ("Alibaba loses a lead", "/2026/05/04/lin-junyang-leaves", True),
        ("阿里林俊旸离职", "/1", True),
        ("", "/%E6%9E%97%E4%BF%8A%E6%97%B8", True),
        ("Qwenches and wenches", "/1", False),
        ("Oil", "/1", False),
    ],
)
def test_the_watchlist_s_names_are_the_words_of_a_source_that_sets_none(title: str, url: str, is_wanted: bool) -> None:
    wanted = entry_filter(with_words(source(MAP, "sitemap"), WATCHLIST))
    assert callable(wanted)
    assert wanted(title, SITE + url) is is_wanted


def test_words_that_a_source_sets_stay_and_other_kinds_get_none() -> None:
    assert with_words(source(MAP, "sitemap", options={"words": "Kimi"}), WATCHLIST).options == {"words": "Kimi"}
    assert with_words(source(MAP, "feed"), WATCHLIST).options == {}


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: any(letter.isalnum() for letter in text) and "," not in text))
def test_a_word_is_found_in_itself(word: str) -> None:
    wanted = entry_filter(source(MAP, "sitemap", options={"words": word}))
    assert callable(wanted)
    assert wanted(word, "")


def test_an_index_within_an_index_is_followed_and_a_circle_is_not(web: Web, limits: Limits) -> None:
    put_articles(web, "/a")
    inner, part = f"{SITE}/inner.xml", f"{SITE}/part.xml"
    web.put(INDEX, index((inner, "2026-05-04")), **XML)
    web.put(inner, index((part, "2026-05-04"), (INDEX, "2026-05-04")), **XML)
    web.put(part, news(("/a", "Qwen", "2026-05-04")), **XML)
    book = watching(INDEX, limits)
    assert titles(book.cycle(NOW)) == {"a"}
    assert [url for url, _ in web.taken()] == [INDEX, inner, part, f"{SITE}/a"]
    web.put(f"{SITE}/b", article(title="b"))
    web.put(part, news(("/b", "Qwen", "2026-05-04")), **XML)
    assert titles(book.cycle(NOW + HOUR)) == {"b"}


def test_a_list_of_too_many_parts_is_told_of(web: Web, limits: Limits) -> None:
    web.put(INDEX, index(*((f"{SITE}/{number}.xml", "2026-05-04") for number in range(20))), **XML)
    for number in range(20):
        web.put(f"{SITE}/{number}.xml", news(), **XML)
    gathered = watching(INDEX, limits, newest="20").cycle(NOW)
    assert ["8 more addresses" in problem.message for problem in gathered.problems] == [True]
