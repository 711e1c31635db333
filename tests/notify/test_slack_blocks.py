"""Messages for Slack keep every limit of Block Kit, and nothing from outside is live in them."""

import html
import json
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from pipeline.ledger import Alert, Quote, Side
from pipeline.notify.digest import digest
from pipeline.notify.inert import clean
from pipeline.notify.slack_blocks import bare, blocks
from tests.notify.examples import (
    BROKEN_SOURCE,
    DEPARTURE,
    DISPUTE,
    EARLY,
    LATE,
    NOW,
    hostile_alerts,
    numbered,
)
from tests.notify.slack_server import alert_id, faults, text_objects, texts

OUR_LINK = re.compile(r"<https?://[^<>|\s]+\|[^<>|*_~`@]*>")


def test_a_dispute_shows_both_sides_as_two_fields_with_voices_and_quotes() -> None:
    (fields,) = [block["fields"] for block in blocks(DISPUTE)["blocks"] if "fields" in block]
    left, right = (field["text"] for field in fields)
    assert left.startswith("3 March 2026\n2 independent sources: Harbour Wire, Model Notes\n\n[1] “Wei Ran,")
    assert right.startswith("4 March 2026\n1 independent source: 江城科技\n\n[3] “3月4日清晨")


def test_the_headline_is_the_header_and_the_fallback() -> None:
    payload = blocks(DEPARTURE)
    assert payload["blocks"][0]["text"]["text"] == DEPARTURE.title
    assert payload["text"].startswith(DEPARTURE.title)


def test_each_quote_has_a_link_to_its_words() -> None:
    links = [text["text"] for text in text_objects(blocks(DISPUTE)) if text["type"] == "mrkdwn"]
    assert "[3] <https://jiangcheng.example/a?id=7&amp;from=home#:~:text=" in links[0]
    assert "|Model Notes, 4 March 2026>" in links[0]


@pytest.mark.parametrize("alert", [DISPUTE, DEPARTURE, BROKEN_SOURCE])
def test_every_message_carries_the_alert_id_and_asks_for_no_preview(alert: Alert) -> None:
    for payload in (blocks(alert), bare(alert)):
        assert alert_id(payload) == alert.alert_id
    assert blocks(alert)["unfurl_links"] is False


def test_a_headline_too_long_for_a_header_is_shown_in_full_below() -> None:
    long = replace(DEPARTURE, title="Wei Ran leaves " + "and says why at length " * 20)
    header, section = blocks(long)["blocks"][:2]
    assert header["text"]["text"].endswith("…")
    assert long.title.strip() in section["text"]["text"]


def test_long_quotes_are_shortened_and_no_side_is_dropped() -> None:
    wordy = tuple(replace(EARLY, text="word & more " * 400, publisher=f"Paper {n}") for n in range(3))
    long = replace(DISPUTE, sides=(Side("left value", 3, wordy), Side("right value", 1, (LATE,))))
    payload = blocks(long)
    (fields,) = [block["fields"] for block in payload["blocks"] if "fields" in block]
    assert not faults(payload)
    assert [field["text"].split("\n")[0] for field in fields] == ["left value", "right value"]
    assert all(f"[{number}] “" in fields[0]["text"] for number in (1, 2, 3))
    assert "…”" in fields[0]["text"]


def test_a_mention_reaches_nobody() -> None:
    loud = replace(DISPUTE, title="<!channel> look", body="@here <@U01>", sides=(Side("<!everyone>", 1, (EARLY,)),))
    sent = json.dumps(blocks(loud))
    assert "<!" not in sent
    assert "<@" not in sent
    assert "&lt;!channel&gt; look" in sent
    assert "@here" not in blocks(replace(loud, title="@here"))["text"]


def test_a_quote_without_a_safe_address_is_named_and_not_linked() -> None:
    odd = replace(DEPARTURE, sides=(Side("", 1, (replace(EARLY, url="javascript:alert(1)"),)),))
    (line,) = [text["text"] for text in text_objects(blocks(odd)) if text["type"] == "mrkdwn"]
    assert line == "[1] Harbour Wire, 3 March 2026, 21:30 UTC"


@given(hostile_alerts)
@settings(max_examples=150, deadline=None)
def test_hostile_text_is_inert_within_the_limits_and_still_readable(alert: Alert) -> None:
    for payload in (blocks(alert), bare(alert)):
        assert not faults(payload)
        for text in text_objects(payload):
            _assert_inert(text["text"], parsed=text["type"] == "mrkdwn")
            assert text.get("emoji") is False or text.get("verbatim") is True
        _assert_inert(payload["text"], parsed=True)
        for block in payload["blocks"]:
            Block.parse(block).validate_json()  # type: ignore[union-attr]
    _assert_words_are_there(alert)


@given(st.lists(hostile_alerts, min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_a_digest_of_hostile_alerts_is_inert_and_fits(alerts: list[Alert]) -> None:
    message = digest(alerts, NOW, alerts[:3])
    assert message is not None
    payload = blocks(message)
    assert not faults(payload)
    for text in text_objects(payload):
        unbolded = re.sub(r"^\*([^*\n]+)\*", r"\1", text["text"], flags=re.MULTILINE)
        _assert_inert(unbolded, parsed=text["type"] == "mrkdwn")


def test_a_digest_of_hundreds_fits_and_says_how_many_more() -> None:
    message = digest([numbered(n, title=f"Change number {n} " + "& more " * 30) for n in range(400)], NOW)
    assert message is not None
    payload = blocks(message)
    assert not faults(payload)
    assert any(re.search(r"… and \d+ more", text) for text in texts(payload))


def _assert_inert(text: str, parsed: bool) -> None:
    rest = OUR_LINK.sub("", text) if parsed else text
    assert not re.search("[<>]", rest)
    assert re.fullmatch("(?:[^&]|&(?:amp|lt|gt);)*", rest, re.DOTALL)
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]
    if parsed:
        assert not re.search(r"[*_~`@]", rest)
        assert not re.search(r":[\w+-]+:", rest)


def _assert_words_are_there(alert: Alert) -> None:
    said = html.unescape(" ".join(texts(blocks(alert))))
    if sum(map(len, (alert.title, alert.body, *map(_words, alert.sides)))) < 1500:
        for words in (
            alert.title,
            alert.body,
            *(quote.text for quote in _quotes(alert) if len(quote.text) < 180),
        ):
            for word in re.findall(r"\w+", clean(words)):
                assert word in said


def _quotes(alert: Alert) -> list[Quote]:
    return [quote for side in alert.sides for quote in side.quotes[:3]]


def _words(side: Side) -> str:
    return side.label + "".join(quote.text + quote.publisher for quote in side.quotes)
