"""Claims as Web Annotations: selectors that lead back to exactly the quote, in any script."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotation import AROUND, Cited, annotation, collection, context_of
from pipeline.evidence import Fault

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TEXT = "Harbour Lab\nLu Ming said on Tuesday that he is leaving Harbour Lab. He did not say where he will go next."


def cited(quote: str, text: str = TEXT, start: int | None = None) -> Cited:
    at = text.index(quote) if start is None else start
    return Cited(
        claim_id="c1",
        event_id="e1",
        event_type="departure",
        subject="Lu Ming",
        attribute="event",
        value="true",
        modality="reported",
        attributed_to="Lu Ming",
        quote=quote,
        start=at,
        end=at + len(quote),
        extractor="rules",
        extractor_version="3",
        known_at=NOON,
        url="https://daily.example/lu-ming",
        title="A departure",
        publisher="The Daily",
        language="en",
        published_at=NOON,
        fetched_at=NOON,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        archive_file="20260304.warc.gz",
        archive_offset=1234,
    )


def target(claim: Cited) -> dict[str, Any]:
    made = annotation(claim)
    assert not isinstance(made, Fault)
    found: dict[str, Any] = made["target"]
    return found


def selectors(claim: Cited) -> tuple[dict[str, Any], dict[str, Any]]:
    quote, position = target(claim)["selector"]
    assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
    return quote, position


def test_an_annotation_says_what_is_claimed_where_it_stands_and_where_the_page_is_kept() -> None:
    made = annotation(cited("Lu Ming said on Tuesday that he is leaving"))
    assert not isinstance(made, Fault)
    assert made["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert (made["id"], made["type"], made["created"]) == (
        "urn:qwen-watch:claim:c1",
        "Annotation",
        "2026-03-04T04:00:00Z",
    )
    assert made["body"]["value"] == "departure of Lu Ming: event = true"
    assert made["body"]["qwen-watch:attributedTo"] == "Lu Ming"
    assert made["target"]["source"]["id"] == "https://daily.example/lu-ming"
    assert made["target"]["state"]["cached"] == "archive/20260304.warc.gz#1234"
    assert made["target"]["state"]["sourceDate"] == "2026-03-04T04:00:00Z"
    json.dumps(made)


def test_the_quote_comes_with_what_stands_around_it() -> None:
    quote, position = selectors(cited("on Tuesday"))
    assert quote["exact"] == "on Tuesday"
    assert quote["prefix"] == "Harbour Lab\nLu Ming said "
    assert quote["suffix"] == " that he is leaving Harbour Lab."
    assert (position["start"], position["end"]) == (25, 35)


def test_at_the_ends_of_the_text_there_is_nothing_around_it() -> None:
    quote, position = selectors(cited(TEXT))
    assert (quote["prefix"], quote["suffix"]) == ("", "")
    assert (position["start"], position["end"]) == (0, len(TEXT))


def test_of_words_that_stand_there_twice_more_is_given_until_they_are_one_place() -> None:
    sentence = "Lu Ming left the laboratory on a Tuesday in early spring, said the note. "
    text = "First. " + sentence * 3 + "Last."
    second = text.index(sentence) + len(sentence)
    quote, _ = selectors(cited("Lu Ming left", text, second))
    whole = quote["prefix"] + quote["exact"] + quote["suffix"]
    assert text.count(whole) == 1
    assert text.index(whole) + len(quote["prefix"]) == second
    assert len(quote["prefix"]) > AROUND


CLUSTERS = {
    "a mark without a composed form": "x\u0323\u0301",
    "two marks": "q\u0307\u0323",
    "devanagari": "कि",
    "a family": "👩‍👩‍👧",
    "a variation selector": "葛\U000e0100",
    "thai": "ก\u0e31",
}


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
def test_no_character_is_parted_from_its_marks(cluster: str) -> None:
    text = unicodedata.normalize("NFC", cluster * 60 + "Lu Ming left." + cluster * 60)
    for shift in range(4):
        quote, _ = selectors(cited("Lu Ming left."[shift:], text))
        suffix = unicodedata.normalize("NFC", cluster)
        assert len(quote["suffix"]) >= AROUND
        assert quote["suffix"].replace(suffix, "") == ""
        assert quote["prefix"].removesuffix("Lu Ming left."[:shift]).replace(suffix, "") == ""


@pytest.mark.parametrize(
    "quote",
    [
        "“Ｑｗｅｎ３．５”已发布",
        "２０２６年３月４日",
        "陸聞笛（ﾙ･ｳｪﾝﾃﾞｨ）",
        "Zoë said “I’m leaving”",
        "e\u0301 stays as it is",
    ],
    ids=["full-width letters", "full-width digits", "half-width kana", "curly quotes", "not composed"],
)
def test_the_words_are_those_of_the_text_and_not_a_tidier_form_of_them(quote: str) -> None:
    text = f"前言：今日消息。{quote}。——编辑部"
    found, position = selectors(cited(quote, text))
    assert found["exact"] == quote
    assert text[position["start"] : position["end"]] == quote


def test_positions_count_code_points_also_beyond_the_basic_plane() -> None:
    text = "🚀🚀 𠮷田 left Harbour Lab."
    _, position = selectors(cited("𠮷田 left", text))
    assert (position["start"], position["end"]) == (3, 10)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"quote": "Lu Ming never said"}, "the quote is not what the text has"),
        ({"start": 3, "end": 10}, "the quote is not what|does not stand at"),
        ({"text_sha256": "ab" * 32}, "SHA-256 differs"),
    ],
    ids=["other words", "another place", "an altered text"],
)
def test_what_its_evidence_does_not_bear_out_is_not_exported(changed: dict[str, Any], message: str) -> None:
    broken = replace(cited("Lu Ming said on Tuesday"), **changed)
    made = annotation(broken)
    assert isinstance(made, Fault)
    assert any(part in made.message for part in message.split("|"))
    assert isinstance(collection("e1", "a departure", [cited("on Tuesday"), broken]), Fault)


def test_an_events_claims_are_one_collection() -> None:
    made = collection("e1", "departure of Lu Ming", [cited("on Tuesday"), cited("leaving")])
    assert not isinstance(made, Fault)
    assert (made["type"], made["total"]) == ("AnnotationCollection", 2)
    assert [item["target"]["selector"][0]["exact"] for item in made["first"]["items"]] == ["on Tuesday", "leaving"]
    assert all("@context" not in item for item in made["first"]["items"])


def test_without_an_archived_body_there_is_no_pointer_to_one() -> None:
    state = target(replace(cited("on Tuesday"), archive_file=None, archive_offset=None))["state"]
    assert "cached" not in state


TEXTS = st.text(st.sampled_from("ab e\u0301\u0323Ｑ（一\u200d👩\n"), min_size=1, max_size=200)


@given(text=TEXTS, data=st.data())
def test_the_selectors_lead_back_to_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    prefix, suffix = context_of(text, start, end)
    whole = prefix + text[start:end] + suffix
    at = text.find(whole)
    assert at + len(prefix) == start
    assert text.find(whole, at + 1) == -1
