"""The signed webhook, Apprise's services and the Atom feed, each as its receiver reads it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from pipeline.notify.channel import ReceiptState
from pipeline.notify.digest import digest
from pipeline.notify.feed import ATOM, MOST_ENTRIES, FeedChannel, entry_id
from pipeline.notify.services import AppriseChannel
from pipeline.notify.webhook import WebhookChannel
from tests.notify.examples import DEPARTURE, DISPUTE, NOW, numbered
from tests.notify.receiver import receiver

KEY = "whsec_" + base64.b64encode(b"a key of thirty-two bytes or so.").decode()


def webhook(url: str, language: str | None = None) -> WebhookChannel:
    return WebhookChannel(url, KEY, lambda: NOW, language=language)


def test_a_receiver_can_prove_who_sent_what_and_when() -> None:
    with receiver() as running:
        receipt = webhook(running.url).send(DISPUTE)
        [post] = running.posts
    assert (receipt.state, receipt.provider_id) == (ReceiptState.SENT, DISPUTE.alert_id)
    assert post.headers["idempotency-key"] == post.headers["webhook-id"] == DISPUTE.alert_id
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    wanted = hmac.new(b"a key of thirty-two bytes or so.", signed, hashlib.sha256).digest()
    assert post.headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"
    assert post.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert [side["label"] for side in post.data["sides"]] == ["3 March 2026", "4 March 2026"]
    assert "#:~:text=" in post.data["sides"][0]["quotes"][0]["link"]


def test_a_webhook_speaks_the_language_of_its_channel() -> None:
    with receiver() as running:
        webhook(running.url, "zh").send(DISPUTE)
        assert running.posts[0].data["title"].startswith("魏然宣布离职的时间，各方说法不一")
        assert running.posts[0].data["language"] == "zh"


@pytest.mark.parametrize(
    ("status", "state", "down"),
    [
        (409, ReceiptState.SENT, False),
        (422, ReceiptState.FAILED, False),
        (301, ReceiptState.RETRY, True),
        (401, ReceiptState.RETRY, True),
        (429, ReceiptState.RETRY, True),
        (502, ReceiptState.RETRY, True),
    ],
)
def test_every_answer_is_the_right_receipt(status: int, state: ReceiptState, down: bool) -> None:
    with receiver() as running:
        running.answer = lambda _: (status, "so it is", {"Retry-After": "9", "Location": "/elsewhere"})
        receipt = webhook(running.url).send(DEPARTURE)
    assert (receipt.state, receipt.channel_down) == (state, down)
    assert len(running.posts) == 1


def test_a_webhook_where_nobody_listens_took_nothing() -> None:
    with receiver() as running:
        pass
    assert webhook(running.url).send(DEPARTURE).state is ReceiptState.RETRY


def test_apprise_hands_the_message_to_its_service_as_inert_text() -> None:
    loud = numbered(1, title="=?utf-8?q?a=0D=0ABcc:x?= <!channel> @here", body="[a](https://evil.example) *b*")
    with receiver() as running:
        receipt = AppriseChannel(running.url.replace("http://", "json://")).send(loud)
        [post] = running.posts
    assert receipt.state is ReceiptState.SENT
    told = post.data["title"] + post.data["message"].partition("“")[0]
    assert not set("<>@*[]") & set(told)
    assert "=?" not in told
    assert "evil.example" not in told
    assert loud.alert_id in post.data["message"]


def test_a_service_that_refuses_is_tried_again_later() -> None:
    with receiver() as running:
        running.answer = lambda _: (500, "", {})
        receipt = AppriseChannel(running.url.replace("http://", "json://")).send(DEPARTURE)
    assert (receipt.state, receipt.channel_down) == (ReceiptState.RETRY, True)


def test_a_feed_reader_takes_each_alert_once_however_often_it_was_sent(tmp_path: Path) -> None:
    channel = FeedChannel(tmp_path / "out" / "alerts.atom", "readers")
    for message in (DEPARTURE, DISPUTE, DEPARTURE, digest([DEPARTURE], NOW)):
        assert message is not None
        assert channel.send(message).state is ReceiptState.SENT
    read = feedparser.parse(str(tmp_path / "out" / "alerts.atom"))
    assert not read.bozo
    assert len(read.entries) == 3
    assert {entry.id for entry in read.entries} >= {entry_id(DEPARTURE.alert_id), entry_id(DISPUTE.alert_id)}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["alerts.atom"]
    assert channel.find(DISPUTE.alert_id, NOW) == entry_id(DISPUTE.alert_id)
    assert channel.find("0" * 16, NOW) is None


def test_a_feed_has_what_atom_requires_and_keeps_its_newest(tmp_path: Path) -> None:
    path = tmp_path / "alerts.atom"
    channel = FeedChannel(path, "readers", "zh")
    for number in range(MOST_ENTRIES + 3):
        channel.send(numbered(number, created_at=NOW + dt.timedelta(minutes=number)))
    feed = ElementTree.fromstring(path.read_bytes())
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == MOST_ENTRIES
    for element in (feed, *entries):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == MOST_ENTRIES
    assert ids[0] == entry_id(numbered(MOST_ENTRIES + 2).alert_id)


def test_a_file_that_holds_no_feed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes")
    assert FeedChannel(path, "readers").send(DEPARTURE).state is ReceiptState.RETRY
    assert path.read_text() == "my notes"


def test_the_json_of_a_digest_holds_its_sections() -> None:
    with receiver() as running:
        webhook(running.url).send(digest([DEPARTURE, DISPUTE], NOW))  # type: ignore[arg-type]
        told = json.loads(running.posts[0].body)
    assert [section["heading"] for section in told["sections"]] == ["People", "Where sources disagree"]
