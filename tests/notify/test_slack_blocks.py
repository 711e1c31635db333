"""Messages for Slack keep every limit of Block Kit, and nothing from outside is live in them."""

import html
import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from pipeline.ledger import Alert, Quote, Side
from pipeline.notify.digest import digest
from pipeline.notify.inert import clean
from pipeline.notify.links import link_to
from pipeline.notify.slack_blocks import bare, payloads
from pipeline.notify.slack_text import FULL_WIDTH, divided
from tests.notify.block_kit import faults, text_objects, texts
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
from tests.notify.slack_server import alert_id

REGULAR = st.text(st.sampled_from("ab cd&<>*_魏然 \n"), min_size=1)
OUR_LINK = re.compile(r"<https?://[^<>|\s]+\|[^<>|*_~`@]*>")


def test_a_dispute_shows_both_sides_as_two_fields_with_voices_and_quotes() -> None:
    (fields,) = [block["fields"] for block in alone(DISPUTE)["blocks"] if "fields" in block]
    left, right = (field["text"] for field in fields)
    assert left.startswith("3 March 2026\n2 independent sources: Harbour Wire, Model Notes\n\n[1] “Wei Ran,")
    assert right.startswith("4 March 2026\n1 independent source: 江城科技\n\n[3] “3月4日清晨")


def test_the_headline_is_the_header_and_the_fallback() -> None:
    payload = alone(DEPARTURE)
    assert payload["blocks"][0]["text"]["text"] == DEPARTURE.title
    assert payload["text"].startswith(DEPARTURE.title)


def test_each_quote_has_a_link_to_its_words() -> None:
    links = [text["text"] for text in text_objects(alone(DISPUTE)) if text["type"] == "mrkdwn"]
    assert "[3] <https://jiangcheng.example/a?id=7&amp;from=home#:~:text=" in links[0]
    assert "|Model Notes, 4 March 2026>" in links[0]


@pytest.mark.parametrize("alert", [DISPUTE, DEPARTURE, BROKEN_SOURCE])
def test_every_message_carries_the_alert_id_and_asks_for_no_preview(alert: Alert) -> None:
    for payload in (alone(alert), bare(alert)):
        assert alert_id(payload) == alert.alert_id
    assert alone(alert)["unfurl_links"] is False


def test_a_headline_too_long_for_a_header_is_shown_in_full_below() -> None:
    long = replace(DEPARTURE, title="Wei Ran leaves " + "and says why at length " * 20)
    header, section = alone(long)["blocks"][:2]
    assert header["text"]["text"].endswith("…")
    assert long.title.strip() in section["text"]["text"]


def test_long_quotes_go_on_in_further_messages_and_both_sides_stay_beside_each_other() -> None:
    wordy = tuple(replace(EARLY, text=f"word {n} & more " * 250, publisher=f"Paper {n}") for n in range(3))
    long = replace(DISPUTE, sides=(Side("left value", 3, wordy), Side("right value", 1, (LATE,))))
    head, *others = payloads(long)
    assert others
    assert [alert_id(each) for each in (head, *others)] == [DISPUTE.alert_id] * (1 + len(others))
    rows = [block["fields"] for each in (head, *others) for block in each["blocks"] if "fields" in block]
    assert [field["text"].split("\n")[0] for field in rows[0]] == ["left value", "right value"]
    said = html.unescape(" ".join(left["text"] for left, _ in rows))
    assert all(quote.text.strip() in said for quote in wordy)
    assert head["blocks"][-1]["elements"][-1]["text"] == f"part 1 of {1 + len(others)}"
    assert others[0]["blocks"][0]["elements"][0]["text"] == f"part 2 of {1 + len(others)} · {DISPUTE.title}"


def test_a_mention_reaches_nobody() -> None:
    loud = replace(DISPUTE, title="<!channel> look", body="@here <@U01>", sides=(Side("<!everyone>", 1, (EARLY,)),))
    sent = json.dumps(alone(loud))
    assert "<!" not in sent
    assert "<@" not in sent
    assert "&lt;!channel&gt; look" in sent
    assert "@here" not in alone(replace(loud, title="@here"))["text"]


def test_a_quote_without_a_safe_address_is_named_and_not_linked() -> None:
    odd = replace(DEPARTURE, sides=(Side("", 1, (replace(EARLY, url="javascript:alert(1)"),)),))
    (line,) = [text["text"] for text in text_objects(alone(odd)) if text["type"] == "mrkdwn"]
    assert line == "[1] Harbour Wire, 3 March 2026, 21:30 UTC"


@given(hostile_alerts)
@settings(max_examples=80, deadline=None)
def test_hostile_text_is_inert_within_the_limits_and_still_readable(alert: Alert) -> None:
    for payload in (*payloads(alert), bare(alert)):
        assert faults(payload) == []
        for text in text_objects(payload):
            _assert_inert(text["text"], parsed=text["type"] == "mrkdwn")
            assert text.get("emoji") is False or text.get("verbatim") is True
        _assert_inert(payload["text"], parsed=True)
        for block in payload["blocks"]:
            Block.parse(block).validate_json()  # type: ignore[union-attr]
    said = _letters(" ".join(texts(list(payloads(alert)))))
    for words in (alert.title, alert.body, *(quote.text for quote in _quotes(alert))):
        for word in re.findall(r"\w+", clean(words)):
            assert _letters(word) in said


long_quotes = st.builds(
    Quote,
    text=st.builds(lambda text, times: text * times, REGULAR, st.integers(1, 400)),
    value=st.just(""),
    publisher=st.builds(lambda text, times: "P" + text * times, REGULAR, st.integers(1, 30)),
    url=st.builds(lambda path: f"https://a.example/{path}?a=1&b=2", st.text("abc/", max_size=300)),
    published_at=st.just(NOW),
)
long_sides = st.builds(
    Side,
    label=st.builds(lambda text, times: text * times, REGULAR, st.integers(1, 300)),
    origins=st.integers(1, 9),
    quotes=st.lists(long_quotes, max_size=6).map(tuple),
)


@given(st.lists(long_sides, max_size=3).map(tuple), st.text("ab &", max_size=400), st.text("ab &<\n", max_size=9000))
@settings(max_examples=60, deadline=None)
def test_whatever_the_length_every_message_fits_and_no_quote_name_or_link_is_lost_or_cut(
    sides: tuple[Side, ...], title: str, body: str
) -> None:
    alert = replace(DEPARTURE, title=f"T{title}", body=body, sides=sides)
    parts = payloads(alert)
    shown = list(text_objects(list(parts)))
    assert [fault for part in parts for fault in faults(part)] == []
    assert {alert_id(part) for part in parts} == {alert.alert_id}
    for text in shown:
        _assert_inert(text["text"], parsed=text["type"] == "mrkdwn")
    said = _letters("".join(text["text"] for text in shown))
    for words in (alert.title, alert.body):
        assert _letters(words) in said
    columns = _columns(parts)
    for place, side in enumerate(sides):
        column = columns[place]
        assert _letters(side.label) in column
        assert all(_letters(quote.text) in column and _letters(quote.publisher) in column for quote in side.quotes)
    found = [link for text in shown for link in OUR_LINK.findall(text["text"])]
    wanted = [link_to(quote.url, quote.text) for side in sides for quote in side.quotes]
    assert [html.unescape(link[1:].partition("|")[0]) for link in found] == wanted


def _columns(parts: tuple[dict[str, Any], ...]) -> list[str]:
    """What stands in the place of each side, read down through all messages."""
    blocks = [block for part in parts for block in part["blocks"]]
    pairs = [[field["text"] for field in block["fields"]] for block in blocks if "fields" in block]
    alone = [block["text"]["text"] for block in blocks if block["type"] == "section" and "text" in block]
    beside = [_letters("".join(column)) for column in zip(*pairs, strict=True)]
    return [*beside, *[_letters("".join(alone))] * (3 - len(beside))]


@given(st.text(st.sampled_from("ab &<>\n\u0301魏𠮷")), st.integers(12, 40))
def test_divided_text_is_whole_and_no_piece_ends_inside_an_entity(text: str, limit: int) -> None:
    pieces = list(divided(text, limit))
    assert all(len(piece.encode("utf-16-le")) <= 2 * limit for piece in pieces)
    assert all(re.fullmatch("(?:[^&]|&(?:amp|lt|gt);)*", piece, re.DOTALL) for piece in pieces)
    assert "".join("".join(map(html.unescape, pieces)).split()) == "".join(text.split())


@given(st.lists(hostile_alerts, min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_a_digest_of_hostile_alerts_is_inert_and_fits(alerts: list[Alert]) -> None:
    message = digest(alerts, NOW, alerts[:3])
    assert message is not None
    for payload in payloads(message):
        assert faults(payload) == []
        for text in text_objects(payload):
            unbolded = re.sub(r"^\*([^*\n]+)\*", r"\1", text["text"], flags=re.MULTILINE)
            _assert_inert(unbolded, parsed=text["type"] == "mrkdwn")


def test_a_digest_of_hundreds_takes_several_messages_and_leaves_nothing_out() -> None:
    message = digest([numbered(n, title=f"Change number {n}, " + "& more " * 30) for n in range(400)], NOW)
    assert message is not None
    parts = payloads(message)
    assert [fault for part in parts for fault in faults(part)] == []
    said = " ".join(texts(list(parts)))
    assert all(f"*Change number {n}, " in said for n in range(400))
    assert {alert_id(part) for part in parts} == {message.alert_id}


def alone(alert: Alert) -> dict[str, Any]:
    [payload] = payloads(alert)
    return payload


def _letters(text: str) -> str:
    """The text without entities and spaces, and as readers see it where Slack would format."""
    return "".join(html.unescape(text).translate(FULL_WIDTH).split())


def _assert_inert(text: str, parsed: bool) -> None:
    rest = OUR_LINK.sub("", text) if parsed else text
    assert not re.search("[<>]", rest)
    assert re.fullmatch("(?:[^&]|&(?:amp|lt|gt);)*", rest, re.DOTALL)
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]
    if parsed:
        assert not re.search(r"[*_~`@]", rest)
        assert not re.search(r":[\w+-]+:", rest)


def _quotes(alert: Alert) -> list[Quote]:
    return [quote for side in alert.sides for quote in side.quotes]
