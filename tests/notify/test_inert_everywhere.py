"""5,000 hostile titles and quotes through every renderer, parsed back: no live mention, link, header or script.

Every other one is read in Chinese; one in 25 is in a digest, too.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from dataclasses import asdict, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from pipeline.ledger import Alert, Quote, Side, Wording
from pipeline.notify import email
from pipeline.notify.digest import digest
from pipeline.notify.feed import ATOM, FeedChannel, entry
from pipeline.notify.payload import payload
from pipeline.notify.plain import text as plain_text
from pipeline.notify.plain import title as plain_title
from pipeline.notify.render import Message, worded
from pipeline.notify.slack_blocks import payloads
from pipeline.report.assembly import contents_of
from pipeline.report.page import page
from tests.notify.block_kit import faults, text_objects, texts
from tests.notify.examples import DEPARTURE, EARLY, NOW, TRICKS
from tests.report.records import Rows
from tests.report.records import alert as report_alert
from tests.report.test_page import assert_inert

ALERTS = 5_000  # each with a hostile title and a hostile quote
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
        chinese = Wording("zh", hostile(source), hostile(source), (hostile(source),))
        made.append(
            replace(
                DEPARTURE,
                dedupe_key=key,
                event_id=None,
                title=hostile(source),
                body=body,
                sides=(side,),
                translations=(chinese,),
            )
        )
    return made


HOSTILE = alerts()


def messages() -> list[Message]:
    days = [digest(HOSTILE[first : first + 25], NOW) for first in range(0, ALERTS // 25, 25)]
    told = [*HOSTILE, *(day for day in days if day is not None)]
    return [worded(message, "zh" if place % 2 else None) for place, message in enumerate(told)]


def assert_nothing_lives(shown: str) -> None:
    rest = OURS.sub("", shown)
    assert not ADDRESS.search(rest)
    assert not MENTION.search(rest)
    assert_nothing_hides(rest)


def assert_nothing_hides(shown: str) -> None:
    assert not [char for char in set(shown) - {"\n"} if unicodedata.category(char) in ("Cc", "Cf", "Cs")]


def test_slack() -> None:
    for message in messages():
        sent = payloads(message)
        assert not [fault for part in sent for fault in faults(part)]
        shown = [found for found in text_objects(list(sent)) if found["type"] == "mrkdwn"]
        links = MRKDWN_LINK.findall("\n".join(found["text"] for found in shown))
        assert all(link.startswith("https://good.example/a") for link in links)
        rest = MRKDWN_LINK.sub("", "\n".join(texts(list(sent))))
        assert "<" not in rest
        assert_nothing_lives(rest)


# A mail takes longer to write and to parse than all other renderings together: all of them are in the soak.
@pytest.mark.parametrize("step", [41, pytest.param(1, marks=pytest.mark.soak)], ids=str)
def test_mail(step: int) -> None:
    wanted: set[str] | None = None
    for message in messages()[::step]:
        mail = message_from_bytes(
            email.message(message, "a@desk.example", ["b@desk.example"]).as_bytes(), policy=default
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


def test_text_for_a_terminal_which_the_feed_holds_too() -> None:
    for message in messages():
        told = ElementTree.fromstring(ElementTree.tostring(entry(message)))
        title, content = (told.find(f"{ATOM}{name}") for name in ("title", "content"))
        assert title is not None
        assert content is not None
        assert title.get("type") == content.get("type") == "text"
        assert all(link.get("href", "").startswith("https://good.example/a") for link in told.iter(f"{ATOM}link"))
        assert_nothing_lives(f"{title.text}\n{content.text}")


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
        told = payload(message)
        assert_nothing_hides("\n".join(strings(told)))


def test_the_feed(tmp_path: Path) -> None:
    channel = FeedChannel(tmp_path / "alerts.atom", "readers")
    for message in HOSTILE[:50]:
        channel.send(message)
    read = feedparser.parse((tmp_path / "alerts.atom").read_bytes())
    assert not read.bozo
    assert len(read.entries) == 50
    for one in read.entries:
        assert one.link.startswith("https://good.example/a")
        assert_nothing_lives(one.title)
        assert one.title_detail.type == one.content[0].type == "text/plain"


@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.soak)], ids=str)
def test_the_report(step: int) -> None:
    chosen = HOSTILE[::step]
    for first in range(0, len(chosen), 100):
        rows = Rows(alerts=[as_row(alert) for alert in chosen[first : first + 100]])
        assert_inert(BeautifulSoup(page(contents_of(rows), made_at=NOW), "lxml"))


def as_row(alert: Alert) -> dict[str, Any]:
    """The alert as the report reads it from the warehouse."""
    quotes = [quote for side in alert.sides for quote in side.quotes]
    told = [asdict(quote) | {"published_at": quote.published_at.isoformat()} for quote in quotes]
    return report_alert(
        alert.title, body=alert.body, sides=json.dumps([{"label": alert.sides[0].label, "origins": 1, "quotes": told}])
    )
