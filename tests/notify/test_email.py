"""Mails are read back as they were meant: both parts, every header, and nothing forged from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.ledger import Alert, Side
from pipeline.notify import email
from pipeline.notify.digest import digest
from pipeline.notify.inert import clean
from tests.notify.examples import (
    BROKEN_SOURCE,
    DEPARTURE,
    DISPUTE,
    EARLY,
    NOW,
    hostile,
    hostile_alerts,
    numbered,
)

SENDER = "Qwen Watch <watch@desk.example>"
TO = ["ada@desk.example", "Bo <bo@desk.example>"]
HEADERS = {
    *("subject", "from", "to", "date", "message-id", "in-reply-to", "references", "importance", "list-id"),
    *("auto-submitted", "x-auto-response-suppress", "list-unsubscribe", "x-qwen-watch-alert", "mime-version"),
    "content-type",
}
ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "body", "div", "h1", "p", "br", "code"),
    *("table", "tr", "td", "blockquote", "span", "a"),
}


def received(alert: Alert) -> EmailMessage:
    """The mail as a reader's program parses it from the wire."""
    read = message_from_bytes(email.message(alert, SENDER, TO).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def part(mail: EmailMessage, subtype: str) -> str:
    found = mail.get_body((subtype,))
    assert found is not None
    return str(found.get_content())


def test_the_text_comes_first_and_the_html_is_the_alternative() -> None:
    mail = received(DISPUTE)
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_says_whom_it_is_from_and_that_a_program_wrote_it() -> None:
    mail = received(DISPUTE)
    assert (mail["Subject"], mail["From"]) == (DISPUTE.title, SENDER)
    assert mail["To"] == ", ".join(TO)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Qwen Watch <alerts.qwen-watch.desk.example>"
    assert mail["List-Unsubscribe"] == "<mailto:watch@desk.example?subject=unsubscribe>"
    assert mail["Date"].datetime == NOW


def test_a_receiver_can_key_on_the_alert_and_thread_by_the_event() -> None:
    first, again, other = received(DISPUTE), received(DISPUTE), received(DEPARTURE)
    assert first["X-Qwen-Watch-Alert"] == DISPUTE.alert_id
    assert first["Message-ID"] == again["Message-ID"] == f"<alert.{DISPUTE.alert_id}@desk.example>"
    assert first["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"] == "<event.4f2a9c01d7e3b856@desk.example>"
    assert first["In-Reply-To"] == first["References"]
    assert received(BROKEN_SOURCE)["References"] is None


def test_only_what_is_urgent_says_so() -> None:
    assert received(DEPARTURE)["Importance"] == "high"
    assert received(DISPUTE)["Importance"] is None


def test_both_parts_show_both_sides_with_publisher_and_link_to_the_words() -> None:
    mail = received(DISPUTE)
    page = BeautifulSoup(part(mail, "html"), "lxml")
    cells = [cell.get_text(" ", strip=True) for cell in page.find_all("td")]
    assert [cell.split(" independent")[0] for cell in cells] == ["3 March 2026 2", "4 March 2026 1"]
    assert "团队负责人魏然在社交平台上宣布离职" in cells[1]
    links = [a["href"] for a in page.find_all("a")]
    assert (
        links[1]
        == "https://notes.example/2026/03/goodbye#:~:text=She%20said%20goodbye%20to%20the%20team%20on%203%20March."
    )
    assert all(str(link) in part(mail, "plain") for link in links)
    assert "3月4日清晨" in part(mail, "plain")


def test_the_page_loads_nothing_from_anywhere() -> None:
    page = BeautifulSoup(part(received(DISPUTE), "html"), "lxml")
    assert not page.find_all(["img", "link", "script", "iframe", "style"])
    assert "url(" not in str(page)


def test_a_digest_has_its_headings_and_links_in_both_parts() -> None:
    day = digest([DEPARTURE], NOW, [DISPUTE])
    assert day is not None
    mail = message_from_bytes(email.message(day, SENDER, TO).as_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    page = BeautifulSoup(part(mail, "html"), "lxml")
    assert [heading.get_text() for heading in page.find_all("h2")] == ["People", "Where sources disagree"]
    assert page.find_all("a")[0].get_text() == "Harbour Wire"
    assert f"PEOPLE\n\n{DEPARTURE.title}" in part(mail, "plain").replace("\r\n", "\n")


def test_a_digest_of_thousands_says_how_many_more_there_are() -> None:
    day = digest([numbered(n) for n in range(1000)], NOW)
    assert day is not None
    assert "… and 800 more" in email.html(day)


@pytest.mark.parametrize(
    "title",
    [
        "Left\r\nBcc: spy@evil.example",
        "Left\nX-Forged: yes",
        "=?utf-8?q?Left=0D=0ABcc:_spy=40evil.example?=",
        "=?utf-8?b?TGVmdA0KQmNjOiBzcHlAZXZpbC5leGFtcGxl?=",
        "Left \u2028Bcc: spy@evil.example\x85X-Forged: yes",
        "x" * 70 + "\r\n\r\n<html>",
    ],
)
def test_a_title_cannot_forge_a_header(title: str) -> None:
    mail = received(replace(DEPARTURE, title=title))
    assert {name.lower() for name in mail} <= HEADERS
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]


@given(hostile.filter(str.strip))
@example("=?utf-8?q?=3D=3Futf-8=3Fq=3FBcc=3A=3F=3D?=")
@settings(max_examples=200, deadline=None)
def test_any_title_is_read_back_as_it_was_but_for_encoded_words(title: str) -> None:
    mail = received(replace(DEPARTURE, title=title))
    assert {name.lower() for name in mail} <= HEADERS
    assert _bare(mail["Subject"]) == _bare(email.subject(replace(DEPARTURE, title=title)))


@given(hostile_alerts)
@settings(max_examples=100, deadline=None)
def test_hostile_text_runs_and_links_nothing_and_can_still_be_read(alert: Alert) -> None:
    mail = received(alert)
    page = BeautifulSoup(part(mail, "html"), "html.parser")
    assert {tag.name for tag in page.find_all(True)} <= ALLOWED_TAGS
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert re.match("https?://", str(tag.attrs.get("href", "https://")))
    shown = page.get_text()
    for quote in (quote for side in alert.sides for quote in side.quotes[:3] if len(quote.text) < 500):
        for word in re.findall(r"\w+", clean(quote.text)):
            assert word in shown
            assert word in "".join(part(mail, "plain").split())


@given(st.text("{}%#\"'<>& ", min_size=1))
@settings(max_examples=50)
def test_text_from_outside_is_no_template(words: str) -> None:
    page = email.html(replace(DEPARTURE, sides=(Side(words, 1, (EARLY,)),)))
    shown = BeautifulSoup(page, "html.parser").td.get_text()  # type: ignore[union-attr]
    assert " ".join(words.split()) in " ".join(shown.split())


def _bare(text: str) -> str:
    """Without the spaces, which folding may move."""
    return "".join(text.split())
