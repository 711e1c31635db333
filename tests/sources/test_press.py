"""The press over real sockets: feeds with summaries and with whole texts, listing pages, GDELT and Google News."""

from __future__ import annotations

import base64
import json

import pytest

from pipeline.categories import SourceStatus, Tier
from pipeline.sources.google_news import article_address
from pipeline.sources.harvest import Harvest
from tests.sources.site import HOUR, NOW, STORY, Limits, Notebook, Web, article, rss, source
from tests.sources.test_kinds import HITS

FEED, A, B = "https://daily.example/feed", "https://daily.example/a", "https://daily.example/b"
MONDAY = "Mon, 04 May 2026 16:00:00 +0800"
RSS = {"content_type": "application/rss+xml"}
JSON = {"content_type": "application/json; charset=utf-8"}
SCRIPT = "<html><body><div id=app></div><script>draw()</script></body></html>"


def told(gathered: Harvest) -> list[tuple[str, str]]:
    return [(document.title, document.publisher) for document in gathered.documents]


# --- Feeds ---------------------------------------------------------------------------------------------------


def test_the_article_is_fetched_where_the_feed_gives_a_summary(web: Web, limits: Limits) -> None:
    web.put(FEED, rss((A, "A departure", MONDAY), extra="<description>He leaves. Read more</description>"), **RSS)
    web.put(A, article())
    (document,) = Notebook([source(FEED)], limits).cycle(NOW).documents
    assert document.text == f"A departure\n{STORY}"


def test_the_page_is_preferred_where_the_feed_gives_the_whole_text(web: Web, limits: Limits) -> None:
    content = f"<description><![CDATA[<p>{STORY}</p>{'<p>And so on.</p>' * 60}]]></description>"
    web.put(FEED, rss((A, "A departure", MONDAY), extra=content), **RSS)
    web.put(A, article(STORY + " He named no reason."))
    (document,) = Notebook([source(FEED)], limits).cycle(NOW).documents
    assert document.text.endswith("He named no reason.")


@pytest.mark.parametrize(
    ("description", "is_kept"),
    [
        (f"<p>{STORY}</p>" * 14, True),
        ("<p>林俊旸今日宣布离开通义千问团队。</p>" * 40, True),
        (f"<p>{STORY}</p>", False),
    ],
    ids=["whole text", "whole Chinese text", "summary"],
)
def test_a_whole_text_in_the_description_stands_in_for_a_page_that_cannot_be_read(
    web: Web, limits: Limits, description: str, is_kept: bool
) -> None:
    web.put(FEED, rss((A, "A departure", MONDAY), extra=f"<description><![CDATA[{description}]]></description>"), **RSS)
    web.put(A, SCRIPT)
    gathered = Notebook([source(FEED, publisher="36氪")], limits).cycle(NOW)
    assert told(gathered) == ([("A departure", "36氪")] if is_kept else [])
    assert [problem.item for problem in gathered.problems] == [A]


# --- Listing pages -------------------------------------------------------------------------------------------

LIST = "https://daily.example/news/"
CARDS = """<html><body><main>
<div class="card"><a class="pic" href="/news/a"><img src="a.jpg"></a><h3>林俊旸离职</h3>
<span class="meta">2026年5月4日 记者</span><p class="lead">他今天宣布离开。</p></div>
<div class="card"><a class="pic" href="/news/b"><img src="b.jpg"></a><h3>千问发布</h3>
<span class="meta" title="2026-05-03 09:30:00">昨天</span><p class="lead">新模型。</p></div>
</main></body></html>"""


def test_selectors_find_title_and_date_of_each_card(web: Web, limits: Limits) -> None:
    web.put(LIST, CARDS)
    for name in "ab":
        web.put(f"{LIST}{name}", f"<html><body><article><p>{STORY}</p></article></body></html>")
    options = {"selector": "div.card", "title": "h3", "date": ".meta", "summary": ".lead"}
    gathered = Notebook([source(LIST, "listing", publisher="晚点", options=options)], limits).cycle(NOW)
    found = {each.title: (each.published_at.isoformat(), each.published_from) for each in gathered.documents}
    assert found == {
        "林俊旸离职": ("2026-05-04T00:00:00+00:00", "listing page"),
        "千问发布": ("2026-05-03T09:30:00+00:00", "listing page"),
    }
    assert gathered.problems == ()


def test_a_selector_that_finds_nothing_is_told_of_and_the_articles_still_come(web: Web, limits: Limits) -> None:
    web.put(LIST, CARDS)
    web.put(f"{LIST}a", article())
    web.put(f"{LIST}b", article())
    options = {"selector": "div.card", "date": "time.posted"}
    gathered = Notebook([source(LIST, "listing", options=options)], limits).cycle(NOW)
    assert len(gathered.documents) == 2
    assert ["options.date 'time.posted' finds no date" in problem.message for problem in gathered.problems] == [True]


def test_a_selector_that_is_none_is_a_problem_of_the_source(web: Web, limits: Limits) -> None:
    web.put(LIST, CARDS)
    gathered = Notebook([source(LIST, "listing", options={"selector": ".card", "date": "a["})], limits).cycle(NOW)
    assert (gathered.states[0].status, "cannot be used" in gathered.problems[0].message) == (SourceStatus.FAILING, True)


# --- GDELT ---------------------------------------------------------------------------------------------------

GDELT = "https://api.gdeltproject.org/api/v2/doc/doc?query=qwen&mode=artlist&format=json&timespan=1d&maxrecords=75"
ARTICLES = {
    "articles": [
        {
            "url": A,
            "url_mobile": "",
            "title": "Qwen lead leaves Alibaba , sources say",
            "seendate": "20260504T081500Z",
            "socialimage": "https://daily.example/a.jpg",
            "domain": "daily.example",
            "language": "English",
            "sourcecountry": "United States",
        },
        {"url": "javascript:alert(1)", "title": "x", "seendate": "soon", "domain": "x"},
    ]
}


def test_gdelt_s_articles_are_read_at_their_outlets(web: Web, limits: Limits) -> None:
    web.put(GDELT, json.dumps(ARTICLES), **JSON)
    web.put(A, article(head='<meta property="og:site_name" content="The Daily">'))
    (document,) = Notebook([source(GDELT, "gdelt", tier=Tier.AGGREGATOR)], limits).cycle(NOW).documents
    assert (document.url, document.publisher, document.tier) == (A, "The Daily", Tier.AGGREGATOR)
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-04T08:15:00+00:00", "GDELT")


def test_a_date_on_the_page_goes_before_the_moment_that_gdelt_saw_it(web: Web, limits: Limits) -> None:
    web.put(GDELT, json.dumps(ARTICLES), **JSON)
    web.put(A, article(head='<meta property="article:published_time" content="2026-05-03T21:00:00-04:00">'))
    (document,) = Notebook([source(GDELT, "gdelt")], limits).cycle(NOW).documents
    assert document.published_at.isoformat() == "2026-05-03T21:00:00-04:00"


def test_a_title_with_stray_backslashes_and_control_characters_is_no_end_of_the_list(web: Web, limits: Limits) -> None:
    body = json.dumps(ARTICLES).replace("Qwen lead", "Qwen\\' \x07lead")
    web.put(GDELT, body, **JSON)
    web.put(A, article())
    assert len(Notebook([source(GDELT, "gdelt")], limits).cycle(NOW).documents) == 1


def test_a_query_that_finds_nothing_is_no_fault(web: Web, limits: Limits) -> None:
    web.put(GDELT, "{}", **JSON)
    gathered = Notebook([source(GDELT, "gdelt")], limits).cycle(NOW)
    assert (gathered.problems, gathered.states[0].status) == ((), SourceStatus.OK)


@pytest.mark.parametrize(
    "said",
    [
        "Your query was too short or too long.\n",
        "Timespan is too short.\n",
        "The specified phrase is too short.\n",
        "<html><body>Busy</body></html>",
        '{"timeline": []}',
        "[]",
    ],
)
def test_what_gdelt_says_in_place_of_a_list_is_passed_on(web: Web, limits: Limits, said: str) -> None:
    web.put(GDELT, said, content_type="text/html")
    gathered = Notebook([source(GDELT, "gdelt")], limits).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert said.strip()[:20] in gathered.problems[0].message


# --- Google News ---------------------------------------------------------------------------------------------

NEWS = "https://news.google.com/rss/search?q=qwen+when:7d&hl=en-US&gl=US&ceid=US:en"
TOKEN = base64.urlsafe_b64encode(b'\x08\x13"\x9a\x01AU_yqLOvNTXyXH8NqLk2cVGzE9hUmVw\xd2\x01\x00').decode().rstrip("=")
PLAIN = base64.urlsafe_b64encode(b'\x08\x13"\x17' + A.encode() + b"\xd2\x01\x00").decode().rstrip("=")


def entry(token: str, title: str, outlet: str, site: str) -> str:
    link = f"https://news.google.com/rss/articles/{token}?oc=5"
    description = f'&lt;a href="{link}" target="_blank"&gt;{title}&lt;/a&gt;&amp;nbsp;&lt;font&gt;{outlet}&lt;/font&gt;'
    return (
        f'<item><title>{title} - {outlet}</title><link>{link}</link><guid isPermaLink="false">{token}</guid>'
        f"<pubDate>Mon, 04 May 2026 07:00:00 GMT</pubDate><description>{description}</description>"
        f'<source url="{site}">{outlet}</source></item>'
    )


def search(*entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0" '
        'xmlns:media="http://search.yahoo.com/mrss/"><channel><generator>NFE/5.0</generator><title>"qwen" - Google News'
        f"</title><link>https://news.google.com/search?q=qwen</link>{''.join(entries)}</channel></rss>"
    )


def test_a_headline_speaks_for_its_outlet_and_not_for_google(web: Web, limits: Limits) -> None:
    web.put(NEWS, search(entry(TOKEN, "Qwen lead leaves Alibaba", "Bloomberg.com", "https://www.bloomberg.com")), **RSS)
    book = Notebook([source(NEWS, "google_news", tier=Tier.AGGREGATOR)], limits)
    (document,) = book.cycle(NOW).documents
    assert (document.title, document.publisher) == ("Qwen lead leaves Alibaba", "Bloomberg.com")
    assert document.url == f"https://news.google.com/rss/articles/{TOKEN}"
    assert document.text.splitlines()[0] == "Qwen lead leaves Alibaba"
    assert "Headline only" in document.text.splitlines()[1]
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-04T07:00:00+00:00", "Google News")
    assert web.taken() == [(NEWS, 200)]
    assert book.cycle(NOW + HOUR).documents == ()


def test_an_article_whose_address_its_link_holds_is_read_there(web: Web, limits: Limits) -> None:
    web.put(NEWS, search(entry(PLAIN, "A departure", "The Daily", "https://daily.example")), **RSS)
    web.put(A, article(head='<meta property="og:site_name" content="The Daily">'))
    (document,) = Notebook([source(NEWS, "google_news")], limits).cycle(NOW).documents
    assert (document.url, document.publisher, document.text) == (A, "The Daily", f"A departure\n{STORY}")


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"https://news.google.com/rss/articles/{PLAIN}?oc=5", A),
        (f"https://news.google.com/rss/articles/{TOKEN}?oc=5", None),
        ("https://news.google.com/rss/articles/%%%", None),
        ("https://news.google.com/", None),
        (A, A),
    ],
    ids=["plain", "token", "no base64", "front page", "another site"],
)
def test_the_address_in_a_link(link: str, address: str | None) -> None:
    assert article_address(link) == address


# --- Hacker News ---------------------------------------------------------------------------------------------

HN = "https://hn.algolia.com/api/v1/search_by_date?query=qwen&tags=story"


def test_a_story_that_gets_its_points_later_is_read_then(web: Web, limits: Limits) -> None:
    (story, *_) = HITS["hits"]
    web.put("https://qwen.example/4", article(title="Qwen4"))
    book = Notebook([source(HN, "hackernews", options={"min_points": "50"})], limits)
    web.put(HN, json.dumps({"hits": [story | {"points": 3}]}), **JSON)
    assert book.cycle(NOW).documents == ()
    web.put(HN, json.dumps({"hits": [story | {"points": 51}]}), **JSON)
    (document,) = book.cycle(NOW + HOUR).documents
    assert (document.url, document.title) == ("https://qwen.example/4", "Qwen4")
