"""Explanations: claims by sentence, texts that are cut at quotes, and why there are none."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from pipeline.categories import Tier
from pipeline.config import Settings, load_settings
from pipeline.explain import Explanation, Passage, explain, page
from pipeline.model import Document, Source
from pipeline.read.dates import DateCandidate
from pipeline.read.document import build_document

SHIPPED = Path(__file__).resolve().parents[2] / "config"
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
TOLD = "Zhou Mingyuan, a staff engineer, resigned from Alibaba's Qwen team on March 3, 2026."
UNTOLD = "People who might have resigned were not named."
TEXT = f"Qwen engineer leaves\n{TOLD} The laboratory had a quiet week.\n{UNTOLD}"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED)


def document(text: str, *, title: str = "Qwen engineer leaves", language: str = "en") -> Document:
    source = Source("s", "Desk", "page", "https://desk.example/", "Desk", None, Tier.PRESS, dt.timedelta(hours=1))
    return build_document(
        url="https://desk.example/zhou",
        title=title,
        text=text,
        published=DateCandidate(NOON, "test", True),
        source=source,
        fetched_at=NOON,
        language=language,
    )


def explained(settings: Settings, text: str, **given: str) -> Explanation:
    return explain(document(text, **given), settings.lexicons, settings.watchlist)


def passage_of(explanation: Explanation, text: str) -> Passage:
    [found] = [passage for passage in explanation.passages if text in passage.text]
    return found


def test_each_claim_stands_in_the_sentence_that_it_quotes(settings: Settings) -> None:
    explanation = explained(settings, TEXT)
    told = passage_of(explanation, TOLD)
    assert {claim.attribute for claim in told.claims} >= {"event", "organisation", "role"}
    assert sum(len(passage.claims) for passage in explanation.passages) == len(explanation.claims)
    assert explanation.silence == ""


def test_the_passages_are_slices_of_the_text_in_its_order(settings: Settings) -> None:
    passages = explained(settings, TEXT).passages
    assert all(TEXT[passage.start : passage.end] == passage.text for passage in passages)
    assert all(first.end <= second.start for first, second in pairwise(passages))


def test_the_runs_of_a_passage_are_cut_at_its_quotes_and_lose_nothing(settings: Settings) -> None:
    for passage in explained(settings, TEXT).passages:
        assert "".join(run.text for run in passage.runs) == passage.text
        for run in passage.runs:
            assert all(claim.quote in passage.text and run.text in claim.quote for claim in run.claims)


def test_a_sentence_without_a_claim_says_which_words_might_have_told(settings: Settings) -> None:
    explanation = explained(settings, TEXT)
    assert passage_of(explanation, "quiet week").triggers == ()
    untold = passage_of(explanation, UNTOLD)
    assert untold.claims == ()
    assert ("resigned", "departure") in untold.triggers


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("Zhou Mingyuan ha lasciato Qwen.", "it", "there is no lexicon; the lexicons are: en, zh"),
        (" \n", "en", "it has no text"),
        ("The week was quiet. It rained.", "en", "none of its 2 sentences"),
        ("Nobody resigned.", "en", "words that may tell of an event stand in 1 of its 1 sentences"),
    ],
    ids=["language", "no text", "no word", "no rule"],
)
def test_silence_is_explained(settings: Settings, text: str, language: str, reason: str) -> None:
    explanation = explained(settings, text, language=language)
    assert explanation.claims == ()
    assert reason in explanation.silence


def test_the_page_marks_the_quotes_and_keeps_the_whole_text(settings: Settings) -> None:
    explanation = explained(settings, TEXT)
    tree = html.fromstring(page([explanation]))
    [shown] = tree.xpath("//div[@class='text']")
    for number in shown.xpath("sup"):
        number.drop_tree()
    assert shown.text_content().strip() == TEXT
    marked = [mark for mark in tree.xpath("//mark") if mark.text_content() == TOLD]
    assert "departure of Zhou Mingyuan" in marked[0].get("title")
    assert len(tree.xpath("//table//tr")) == 1 + len(explanation.claims)


def test_the_page_needs_nothing_from_outside(settings: Settings) -> None:
    tree = html.fromstring(page([explained(settings, TEXT)]))
    assert tree.xpath("//script | //link | //img | //iframe | //a | //@src | //@href") == []
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


@pytest.mark.parametrize("language", ["en", "it"])
def test_hostile_text_stays_text(settings: Settings, language: str) -> None:
    hostile = '<script>alert(1)</script>" onmouseover="x" {{ 7*7 }} </mark> \u202ereversed\x1b[2J\x00'
    text = f"{hostile}\nZhou Mingyuan{hostile} resigned from Qwen on March 3, 2026.\n{TOLD} {hostile}"
    shown = page([explained(settings, text, title=hostile, language=language)])
    tree = html.fromstring(shown)
    assert tree.xpath("//script | //@onmouseover") == []
    assert "<script" not in shown
    assert "{{ 7*7 }}" in tree.text_content()
    assert not set(shown) & set("\u202e\x1b\x00")
