"""X through its API, and the networks that are read through a bridge which gives a feed, over real sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.categories import SourceStatus, Tier
from pipeline.model import Document, Problem
from pipeline.sources.registry import KINDS
from pipeline.sources.tokens import request_headers
from tests.sources.site import HOUR, NOW, Limits, Notebook, Web, source

LOOKUP = "https://api.x.com/2/users/by/username/qwen_desk"
TIMELINE = "https://api.x.com/2/users/1714580962569588736/tweets?max_results=20"
JSON = {"content_type": "application/json; charset=utf-8"}
TOKEN = {"options": {"token_secret": "X_TOKEN"}}
AUTHORS = [
    {"id": "1714580962569588736", "name": "Qwen Desk", "username": "qwen_desk"},
    {"id": "22", "name": "Jo Poster", "username": "jo_posts"},
]


def post(number: int, text: str, author: str = "1714580962569588736", **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "text": text,
        "author_id": author,
        "created_at": "2026-05-04T06:30:00.000Z",
        "lang": "en",
        "edit_history_tweet_ids": [str(number)],
    } | more


LONG = "Qwen4 is here. " * 30
ANSWER = {
    "data": [
        post(
            104,
            "Qwen4-8B is out: https://t.co/abc",
            entities={
                "urls": [
                    {
                        "start": 17,
                        "end": 33,
                        "url": "https://t.co/abc",
                        "expanded_url": "https://qwen.example/4",
                        "display_url": "qwen.example/4",
                    }
                ]
            },
        ),
        post(103, "Qwen4 is here. Qwen4 is…", note_tweet={"text": LONG}),
        post(102, "RT @jo_posts: I tried…", referenced_tweets=[{"type": "retweeted", "id": "90"}]),
        post(101, "Agreed.", referenced_tweets=[{"type": "quoted", "id": "91"}]),
    ],
    "includes": {
        "users": AUTHORS,
        "tweets": [post(90, "I tried Qwen4 all night.", "22"), post(91, "It is quick.\nReally.", "22")],
    },
    "meta": {"result_count": 4, "newest_id": "104", "oldest_id": "101", "next_token": "7140dibdnow9c7btw3w"},
}


def desk(limits: Limits, url: str = TIMELINE, **changes: Any) -> Notebook:
    book = Notebook([source(url, "x_timeline", **(TOKEN | changes))], limits)
    book.secret = {"X_TOKEN": "AAAA%2FBBBB"}.get
    return book


@pytest.fixture
def posts(web: Web, limits: Limits) -> dict[str, Document]:
    """The documents of an official account's timeline, by the id of the post."""
    web.put(TIMELINE, json.dumps(ANSWER), **JSON)
    found = desk(limits, publisher="Qwen", tier=Tier.OFFICIAL).cycle(NOW).documents
    return {document.url.rpartition("/")[2]: document for document in found}


def test_a_post_is_a_document_of_its_account_with_its_links_written_out(posts: dict[str, Document]) -> None:
    document = posts["104"]
    assert document.url == "https://x.com/qwen_desk/status/104"
    assert document.text == "Qwen4-8B is out: https://qwen.example/4"
    assert (document.publisher, document.author, document.tier) == ("Qwen", "Qwen Desk (@qwen_desk)", Tier.OFFICIAL)
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-04T06:30:00+00:00", "X")


def test_a_long_post_is_read_to_its_end(posts: dict[str, Document]) -> None:
    assert posts["103"].text == LONG.strip()


def test_a_repost_is_its_author_s_word_and_has_none_of_the_account_s_weight(posts: dict[str, Document]) -> None:
    assert "102" not in posts
    repeated = posts["90"]
    assert (repeated.url, repeated.text) == ("https://x.com/jo_posts/status/90", "I tried Qwen4 all night.")
    assert (repeated.publisher, repeated.author) == ("@jo_posts", "Jo Poster (@jo_posts)")
    assert repeated.tier == Tier.COMMUNITY


def test_a_quoted_post_is_cited_by_name(posts: dict[str, Document]) -> None:
    assert posts["101"].text == "Agreed.\nQuoting Jo Poster (@jo_posts): It is quick. Really."


def test_an_account_of_no_named_publisher_speaks_by_its_handle(web: Web, limits: Limits) -> None:
    web.put(TIMELINE, json.dumps(ANSWER | {"data": ANSWER["data"][:1]}), **JSON)
    (document,) = desk(limits).cycle(NOW).documents
    assert document.publisher == "@qwen_desk"


def test_a_name_is_looked_up_and_its_timeline_asked_with_the_same_token(web: Web, limits: Limits) -> None:
    web.put(LOOKUP, json.dumps({"data": AUTHORS[0]}), **JSON)
    book = desk(limits, LOOKUP)
    book.cycle(NOW)
    (_, (timeline, status)) = web.taken()
    assert (timeline.partition("?")[0], status) == (TIMELINE.partition("?")[0], 404)
    web.put(timeline, json.dumps(ANSWER), **JSON)
    assert len(book.cycle(NOW + HOUR).documents) == 4
    assert {asked["Authorization"] for asked in web.asked_with} == {"Bearer AAAA%2FBBBB"}
    assert book.cycle(NOW + 2 * HOUR).documents == ()


def test_the_token_goes_into_the_authorization_field_and_a_missing_one_is_named() -> None:
    kind, account = KINDS["x_timeline"], source(TIMELINE, "x_timeline", **TOKEN)
    assert request_headers(kind, account, {"X_TOKEN": "abc"}.get) == {"Authorization": "Bearer abc"}
    for missing, word in ((account, "X_TOKEN"), (source(TIMELINE, "x_timeline"), "options.token_secret")):
        problem = request_headers(kind, missing, {}.get)
        assert isinstance(problem, Problem)
        assert word in problem.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"errors":[{"title":"Not Found Error","detail":"Could not find user with id: [1]."}]}',
            "Could not find user",
        ),
        ("Forbidden", "did not answer as API v2 does"),
        ("[]", "did not answer as API v2 does"),
        ('{"data": {"name": "no id"}}', "account that has an id"),
    ],
)
def test_what_x_says_in_place_of_posts_is_passed_on(web: Web, limits: Limits, body: str, words: str) -> None:
    web.put(TIMELINE, body, **JSON)
    gathered = desk(limits).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert words in gathered.problems[0].message


def test_a_quiet_account_is_no_fault(web: Web, limits: Limits) -> None:
    web.put(TIMELINE, json.dumps({"meta": {"result_count": 0}}), **JSON)
    gathered = desk(limits).cycle(NOW)
    assert (gathered.problems, gathered.states[0].status) == ((), SourceStatus.OK)


# --- Bridges -------------------------------------------------------------------------------------------------

BRIDGE = "https://rsshub.desk.example"


def rsshub(title: str, home: str, *items: tuple[str, str, str, str]) -> str:
    """A feed as RSSHub writes it: of (title, HTML, link, author)."""
    entries = "".join(
        f"<item><title>{name}</title><description>{text.replace('<', '&lt;').replace('>', '&gt;')}</description>"
        f'<link>{link}</link><guid isPermaLink="false">{link}</guid>'
        f"<pubDate>Mon, 04 May 2026 02:30:00 GMT</pubDate><author>{author}</author></item>"
        for name, text, link, author in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel>'
        f"<title>{title}</title><link>{home}</link>"
        f'<atom:link href="{BRIDGE}/route" rel="self" type="application/rss+xml"></atom:link>'
        f"<description>{title} - Powered by RSSHub</description><generator>RSSHub</generator>"
        "<webMaster>contact@rsshub.app (RSSHub)</webMaster><language>zh</language>"
        f"<lastBuildDate>Mon, 04 May 2026 03:00:00 GMT</lastBuildDate><ttl>5</ttl>{entries}</channel></rss>"
    )


@pytest.mark.parametrize(
    ("route", "account", "home", "link"),
    [
        ("/wechat/ce/huxiu", "虎嗅APP", "https://mp.weixin.qq.com", "https://mp.weixin.qq.com/s/AbCdEfGh-123"),
        ("/weibo/user/1934323297", "通义大模型", "https://weibo.com/u/1", "https://weibo.com/1934323297/PqRsTuVw"),
        ("/zhihu/people/activities/x", "林某", "https://www.zhihu.com", "https://zhuanlan.zhihu.com/p/700000001"),
    ],
    ids=["WeChat", "Weibo", "Zhihu"],
)
def test_a_post_that_comes_over_a_bridge_is_its_account_s_at_its_own_address(
    web: Web, limits: Limits, route: str, account: str, home: str, link: str
) -> None:
    text = "<p>通义千问团队今日发布 Qwen4。</p><p>权重已经开放下载。</p>"
    web.put(BRIDGE + route, rsshub(account, home, ("千问新模型", text, link, account)), content_type="application/xml")
    entry = source(BRIDGE + route, publisher=account, tier=Tier.COMMUNITY, options={"articles": "entry"})
    (document,) = Notebook([entry], limits).cycle(NOW).documents
    assert (document.publisher, document.url, document.author) == (account, link, account)
    assert document.text == "千问新模型\n通义千问团队今日发布 Qwen4。\n权重已经开放下载。"
    assert (document.language, document.published_at.isoformat()) == ("zh", "2026-05-04T02:30:00+00:00")
    assert web.taken() == [(BRIDGE + route, 200)]


def test_a_bridge_is_nobody_s_voice_also_where_no_publisher_is_set(web: Web, limits: Limits) -> None:
    link = "https://weibo.com/1934323297/PqRsTuVw"
    web.put(
        f"{BRIDGE}/r",
        rsshub("微博", "https://weibo.com", ("发布", "<p>千问</p>", link, "通义")),
        content_type="text/xml",
    )
    (document,) = Notebook([source(f"{BRIDGE}/r", options={"articles": "entry"})], limits).cycle(NOW).documents
    assert document.publisher == "weibo.com/1934323297"


def test_a_nitter_feed_is_the_account_s(web: Web, limits: Limits) -> None:
    url = "https://nitter.desk.example/qwen_desk/rss"
    link = "https://nitter.desk.example/qwen_desk/status/104#m"
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>Qwen Desk / @qwen_desk</title>'
        "<link>https://nitter.desk.example/qwen_desk</link><ttl>40</ttl><item><title>Qwen4-8B is out</title>"
        "<dc:creator>@qwen_desk</dc:creator><description>&lt;p&gt;Qwen4-8B is out&lt;/p&gt;</description>"
        f"<pubDate>Mon, 04 May 2026 06:30:00 GMT</pubDate><guid>{link}</guid><link>{link}</link></item></channel></rss>"
    )
    web.put(url, feed, content_type="application/rss+xml")
    entry = source(url, publisher="@qwen_desk", tier=Tier.COMMUNITY, options={"articles": "entry"})
    (document,) = Notebook([entry], limits).cycle(NOW).documents
    assert (document.publisher, document.author, document.text) == ("@qwen_desk", "@qwen_desk", "Qwen4-8B is out")
