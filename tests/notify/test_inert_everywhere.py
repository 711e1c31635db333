"""5,000 hostile titles and quotes through every renderer, parsed back: no live mention, link, header or script."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import feedparser
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from pipeline.ledger import Alert, Quote, Side
from pipeline.notify import email
from pipeline.notify.console import text
from pipeline.notify.digest import digest
from pipeline.notify.feed import FeedChannel
from pipeline.notify.payload import payload
from pipeline.notify.plain import text as plain_text
from pipeline.notify.plain import title as plain_title
from pipeline.notify.render import Message
from pipeline.notify.slack_blocks import blocks
from tests.notify.examples import DEPARTURE, EARLY, NOW, TRICKS
from tests.notify.slack_server import faults, text_objects, texts

ALERTS = 2_500  # each with a hostile title and a hostile quote
MORE = (
    *("http://evil.example/a?b=c", "www.evil.example", "evil.example/x", "gооgle.com", "https://аррӏе.com/login"),
    *("\\\\evil.example\\share", "mailto:spy@evil.example", "<a href=//evil.example>x</a>", "![x](//evil.example)"),
    *("<svg/onload=alert(1)>", "]]>", "<!--", "--></script>", "&#60;script&#62;", "\ufe0f\ufe0e\ufe00", "x\ufe01y"),
    *("<!subteam^S1>", "<!date^1^{date}^https://evil.example|x>", "@channel", "＠here", "\u2067abc\u2069", "\ufffe"),
)
ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\bevil\.example|gооgle\.com|аррӏе\.com")
OURS = re.compile(r"https://good\.example/\S*")
MENTION = re.compile("@")
MRKDWN_LINK = re.compile(r"<(https?://[^<>|\s]+)\|[^<>|]*>")


def hostile(source: random.Random) -> str:
    pieces = source.choices((*TRICKS, *MORE), k=source.randint(1, 6))
    return source.choice(("", " ", "a ")).join(pieces)


def alerts() -> list[Alert]:
    source = random.Random(6)
    made = []
    for number in range(ALERTS):
        quote = Quote(hostile(source), "", hostile(source), "https://good.example/a", EARLY.published_at)
        side = Side(hostile(source), 2, (quote,))
        body, key = hostile(source), f"hostile:{number}"
        made.append(replace(DEPARTURE, dedupe_key=key, event_id=None, title=hostile(source), body=body, sides=(side,)))
    return made


HOSTILE = alerts()


def messages() -> list[Message]:
    days = [digest(HOSTILE[first : first + 25], NOW) for first in range(0, 500, 25)]
    return [*HOSTILE, *(day for day in days if day is not None)]


def assert_nothing_lives(shown: str) -> None:
    rest = OURS.sub("", shown)
    assert not ADDRESS.search(rest)
    assert not MENTION.search(rest)
    assert not [char for char in rest if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]


def test_slack() -> None:
    for message in messages():
        sent = blocks(message)
        assert not faults(sent)
        for found in text_objects(sent):
            links = MRKDWN_LINK.findall(found["text"]) if found["type"] == "mrkdwn" else []
            assert all(link.startswith("https://good.example/a") for link in links)
            assert_nothing_lives(MRKDWN_LINK.sub("", found["text"]))
        assert "<" not in "".join(MRKDWN_LINK.sub("", one) for one in texts(sent))


@pytest.mark.parametrize(
    ("language", "step"), [(None, 20), ("zh", 40), pytest.param(None, 1, marks=pytest.mark.soak)], ids=str
)
def test_mail(language: str | None, step: int) -> None:
    wanted: set[str] | None = None
    for message in messages()[::step]:
        mail = message_from_bytes(
            email.message(replace(message, language=language), "a@desk.example", ["b@desk.example"]).as_bytes(),
            policy=default,
        )
        assert isinstance(mail, EmailMessage)
        names = {name.lower() for name in mail} - {"importance", "in-reply-to", "references"}
        wanted = wanted or names
        assert names == wanted
        assert "\n" not in mail["Subject"]
        plain, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert plain is not None
        assert page is not None
        assert_nothing_lives(plain.get_content().replace("\r", ""))
        assert_page_is_inert(page.get_content())


def assert_page_is_inert(page: str) -> None:
    tree = BeautifulSoup(page, "lxml")
    allowed = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "table", "tbody", "tr", "td"}
    assert {tag.name for tag in tree.find_all()} <= allowed | {"blockquote", "br", "span", "a", "strong"}
    assert all(str(link["href"]).startswith("https://good.example/a") for link in tree.find_all("a"))
    assert not [key for tag in tree.find_all() for key in tag.attrs if key.startswith("on")]
    assert_nothing_lives(tree.get_text())


def test_text_for_a_terminal() -> None:
    for message in messages():
        assert_nothing_lives(text(message))


def test_text_for_services_that_read_markdown() -> None:
    markdown = MarkdownIt("commonmark")
    for message in messages():
        told = f"{plain_title(message)}\n\n{plain_text(message)}"
        assert "\n" not in plain_title(message)
        assert_nothing_lives(told)
        live = [child.type for token in markdown.parse(told) for child in token.children or ()]
        assert not {"link_open", "image", "html_inline", "code_inline", "strong_open", "em_open"} & set(live)


def test_json_for_programs() -> None:
    def strings(part: object) -> list[str]:
        if isinstance(part, dict):
            return [found for value in part.values() for found in strings(value)]
        if isinstance(part, list):
            return [found for value in part for found in strings(value)]
        return [part] if isinstance(part, str) else []

    for message in messages():
        for value in strings(payload(message)):
            assert not [char for char in value if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]


def test_the_feed(tmp_path: Path) -> None:
    channel = FeedChannel(tmp_path / "alerts.atom", "readers")
    for message in HOSTILE[:50]:
        channel.send(message)
    read = feedparser.parse((tmp_path / "alerts.atom").read_bytes())
    assert not read.bozo
    assert len(read.entries) == 50
    for entry in read.entries:
        assert entry.link.startswith("https://good.example/a")
        assert_nothing_lives(entry.title)
        assert entry.title_detail.type == entry.content[0].type == "text/plain"
