"""The newsroom behaves as the sites it stands for do: feeds, pages, validators, faults, and receivers."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from ruamel.yaml import YAML

from tests.newsroom import server
from tests.newsroom.configuration import write_config
from tests.newsroom.pages import HUB_LIST, README, SEARCH
from tests.newsroom.receivers import MailServer, Refusal, SlackReceiver
from tests.newsroom.server import Newsroom
from tests.newsroom.story import Outlet, load_story

STORY = load_story()
XML_FEEDS = [each for each in STORY.outlets if each.feed in ("rss", "atom")]
JSON_FEEDS = [each for each in STORY.outlets if each.feed == "json"]
FIRST_DAY = dt.datetime(2026, 9, 3, 23, tzinfo=dt.UTC)
LAST_DAY = dt.datetime(2026, 9, 19, 23, tzinfo=dt.UTC)
EDITED = "https://transistorweekly.example/stories/first-out-of-the-door"
LEDGER = "https://modelledger.example/feed.xml"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with server.start(LAST_DAY, story=STORY) as running:
        yield running


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    receiver = SlackReceiver()
    yield receiver
    receiver.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    receiver = MailServer()
    yield receiver
    receiver.close()


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def ask(newsroom: Newsroom, url: str, **headers: str) -> httpx.Response:
    """Ask for `url` through the gateway: the connection goes to the newsroom, Host and path stay."""
    asked = httpx.URL(url)
    through = httpx.URL(newsroom.gateway, raw_path=asked.raw_path)
    return httpx.get(through, headers={"Host": asked.host, **headers}, trust_env=False)


def test_the_story_is_long_enough_and_speaks_two_languages() -> None:
    editions = [each for versions in STORY.editions.values() for each in versions]
    days = {each.published.astimezone(dt.UTC).date() for each in editions}
    assert len(editions) >= 30
    assert (max(days) - min(days)).days >= 12
    assert {each.outlet.language for each in editions} == {"en", "zh"}


def test_every_article_keeps_the_offset_of_the_place_that_speaks() -> None:
    offsets = {each.published.utcoffset() for versions in STORY.editions.values() for each in versions}
    assert {dt.timedelta(hours=hours) for hours in (-7, -5, -4, 0, 1, 3, 8)} <= offsets


@pytest.mark.parametrize("outlet", XML_FEEDS, ids=lambda outlet: outlet.id)
def test_an_xml_feed_parses_and_lists_what_is_published(newsroom: Newsroom, outlet: Outlet) -> None:
    parsed = feedparser.parse(ask(newsroom, f"https://{outlet.host}{outlet.feed_path}").content)
    assert not parsed.bozo
    published = {each.url for each in STORY.front_page(outlet, LAST_DAY)}
    assert published <= {entry.link.partition("?")[0] for entry in parsed.entries}
    assert all(entry.title and entry.published_parsed for entry in parsed.entries)


@pytest.mark.parametrize("outlet", JSON_FEEDS, ids=lambda outlet: outlet.id)
def test_a_json_feed_carries_its_version_and_dates_with_offsets(newsroom: Newsroom, outlet: Outlet) -> None:
    feed = ask(newsroom, f"https://{outlet.host}{outlet.feed_path}").json()
    assert feed["version"].startswith("https://jsonfeed.org/version/")
    assert feed["items"]
    assert all(dt.datetime.fromisoformat(item["date_published"]).tzinfo for item in feed["items"])


def test_every_link_of_every_feed_leads_to_a_page(newsroom: Newsroom) -> None:
    for url in STORY.editions:
        assert ask(newsroom, url).status_code == 200, url


def test_pages_say_their_date_in_different_ways_or_not_at_all(newsroom: Newsroom) -> None:
    marks = {"broadsheet": "datePublished", "magazine": "article:published_time", "weblog": "<time datetime="}
    seen = set()
    for url, versions in STORY.editions.items():
        template = versions[-1].outlet.template
        page = ask(newsroom, url).text
        seen.add(template)
        says_it = {"post": "weblog"}.get(template, template)
        present = {name for name, mark in marks.items() if mark in page}
        assert present == {says_it} & marks.keys(), url
    assert seen == {"broadsheet", "magazine", "weblog", "portal", "bare", "post", "repository"}


def test_nothing_is_there_before_it_is_published(newsroom: Newsroom) -> None:
    newsroom.clock = FIRST_DAY
    assert ask(newsroom, "https://qwen-team.example/blog/qwen4.5/").status_code == 404
    assert "2026.09.07" not in ask(newsroom, f"https://{README}").text
    newsroom.clock = LAST_DAY
    assert ask(newsroom, "https://qwen-team.example/blog/qwen4.5/").status_code == 200
    assert "2026.09.07" in ask(newsroom, f"https://{README}").text


def test_an_edited_article_changes_its_words_and_its_tag(newsroom: Newsroom) -> None:
    newsroom.clock = dt.datetime(2026, 9, 11, 23, tzinfo=dt.UTC)
    before = ask(newsroom, EDITED)
    newsroom.clock = dt.datetime(2026, 9, 12, 23, tzinfo=dt.UTC)
    after = ask(newsroom, EDITED, **{"If-None-Match": before.headers["ETag"]})
    assert "September 7" in before.text
    assert after.status_code == 200
    assert "September 7" not in after.text
    assert "lift button" not in after.text


def test_an_unchanged_page_answers_304_to_its_tag_and_to_its_date(newsroom: Newsroom) -> None:
    first = ask(newsroom, LEDGER)
    by_tag = ask(newsroom, LEDGER, **{"If-None-Match": first.headers["ETag"]})
    by_date = ask(newsroom, LEDGER, **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert by_tag.content == b""
    assert [each.conditional for each in newsroom.requests] == [False, True, True]


def test_a_wrong_tag_is_answered_in_full_whatever_the_date_says(newsroom: Newsroom) -> None:
    first = ask(newsroom, LEDGER)
    again = ask(newsroom, LEDGER, **{"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]})
    assert again.status_code == 200


def test_bodies_are_packed_only_for_those_who_ask(newsroom: Newsroom) -> None:
    packed = ask(newsroom, LEDGER, **{"Accept-Encoding": "gzip"})
    plain = ask(newsroom, LEDGER, **{"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert newsroom.requests[0].size == len(gzip.compress(plain.content, 6, mtime=0))


def test_a_feed_may_lie_about_its_dates(newsroom: Newsroom) -> None:
    newsroom.clock = LAST_DAY
    shelf = feedparser.parse(ask(newsroom, "https://shelf.example/newest.atom").content)
    assert {entry.updated_parsed[:4] for entry in shelf.entries} == {LAST_DAY.timetuple()[:4]}


def test_a_feed_may_post_one_article_again_under_other_names(newsroom: Newsroom) -> None:
    roundup = feedparser.parse(ask(newsroom, "https://signalroundup.example/all.rss").content)
    articles = {entry.link.partition("?")[0] for entry in roundup.entries}
    assert len({entry.id for entry in roundup.entries}) == len(roundup.entries) > len(articles)


def test_the_search_and_the_hub_list_what_there_is_so_far(newsroom: Newsroom) -> None:
    newsroom.clock = dt.datetime(2026, 9, 9, 23, tzinfo=dt.UTC)
    hits = ask(newsroom, f"https://{SEARCH}?query=qwen&tags=story").json()["hits"]
    models = ask(newsroom, f"https://{HUB_LIST}?author=Qwen").json()
    assert [hit["created_at"] for hit in hits] == sorted((hit["created_at"] for hit in hits), reverse=True)
    assert hits[0]["title"].startswith("Yanqiu Shen")
    assert [model["id"] for model in models] == ["Qwen/Qwen4.5-480B-A28B"]


def test_download_counts_of_the_hub_grow(newsroom: Newsroom) -> None:
    counts = []
    for day in (8, 12, 19):
        newsroom.clock = dt.datetime(2026, 9, day, 23, tzinfo=dt.UTC)
        counts.append(ask(newsroom, f"https://{HUB_LIST}?author=Qwen").json()[-1]["downloads"])
    assert all(earlier < later for earlier, later in pairwise(counts))


def test_faults_are_set_for_one_address_and_leave_the_others_alone(newsroom: Newsroom) -> None:
    newsroom.faults[LEDGER] = server.unavailable("7200")
    broken = ask(newsroom, LEDGER)
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "7200")
    assert ask(newsroom, "https://harbourpost.example/tech/atom.xml").status_code == 200
    for fault, status, length in ((server.empty(), 200, 0), (server.missing(410), 410, None)):
        newsroom.faults[LEDGER] = fault
        answer = ask(newsroom, LEDGER)
        assert answer.status_code == status
        assert length is None or len(answer.content) == length
    newsroom.faults[LEDGER] = server.html_instead()
    assert ask(newsroom, LEDGER).text.startswith("<!doctype html>")
    newsroom.faults[LEDGER] = server.slow(0.01)
    assert feedparser.parse(ask(newsroom, LEDGER).content).entries


def test_the_log_names_what_was_asked_and_by_whom(newsroom: Newsroom) -> None:
    ask(newsroom, LEDGER, **{"User-Agent": "qwen-watch-test"})
    entry = newsroom.requests[-1]
    assert (entry.method, entry.url, entry.status) == ("GET", LEDGER, 200)
    assert (entry.user_agent, entry.at) == ("qwen-watch-test", LAST_DAY)


def test_the_receiver_answers_as_slack_does(slack: SlackReceiver) -> None:
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "alert `0123456789abcdef`"}]}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Shen Yanqiu is leaving"}}
    good = {"text": "Shen Yanqiu is leaving", "blocks": [section, context]}
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answers = [
        httpx.post(slack.url, json=good),
        httpx.post(slack.url, content=b"not json"),
        httpx.post(slack.url, json={}),
        httpx.post(slack.url, json={"text": "x", "blocks": [header]}),
        httpx.post(slack.url.removesuffix("hook") + "other", json=good),
    ]
    assert [(each.status_code, each.text) for each in answers] == [
        (200, "ok"),
        (400, "invalid_payload"),
        (400, "no_text"),
        (400, "invalid_blocks"),
        (404, "no_service"),
    ]
    assert slack.messages["0123456789abcdef"] == [good]


def test_the_receiver_can_be_told_to_refuse(slack: SlackReceiver) -> None:
    slack.refusals.append(Refusal(429, "rate_limited", retry_after=30))
    refused, taken = (httpx.post(slack.url, json={"text": "hello"}) for _ in range(2))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert taken.status_code == 200


def test_the_mail_server_keeps_messages_by_alert(mail: MailServer) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@desk.example", "b@desk.example", "沈砚秋"
    message["X-Qwen-Watch-Alert"] = "0123456789abcdef"
    message.set_content("text")
    mail.refusals.append("451 try again later")
    with smtplib.SMTP("127.0.0.1", mail.port) as smtp:
        with pytest.raises(smtplib.SMTPDataError):
            smtp.send_message(message)
        smtp.send_message(message)
    assert [each["Subject"] for each in mail.messages["0123456789abcdef"]] == ["沈砚秋"]


def test_the_configuration_points_at_the_newsroom_and_holds_no_secret(
    tmp_path: Path, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QWEN_WATCH_DEMO_SLACK", "")
    directory = write_config(tmp_path / "config", newsroom.port, "http://127.0.0.1:9/hook", 2525)
    written = "".join(path.read_text("utf-8") for path in directory.glob("*.yaml"))
    sources = read_yaml(directory / "sources.yaml")
    assert sources["fetch"]["gateway"] == newsroom.gateway
    assert len(sources["sources"]) >= 12
    assert len({source["kind"] for source in sources["sources"]}) >= 5
    assert "/hook" not in written
    assert "2525" in written


def test_every_configured_source_answers(tmp_path: Path, newsroom: Newsroom) -> None:
    sources = read_yaml(write_config(tmp_path, newsroom.port) / "sources.yaml")
    for source in sources["sources"]:
        assert ask(newsroom, source["url"]).status_code == 200, source["name"]


def test_channels_without_a_receiver_are_left_out(tmp_path: Path, newsroom: Newsroom) -> None:
    alerts = read_yaml(write_config(tmp_path, newsroom.port) / "alerts.yaml")
    assert [channel["kind"] for channel in alerts["channels"]] == ["console"]
    assert json.dumps(alerts["routes"]).count("channel") == 1
