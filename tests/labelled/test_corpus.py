"""The labelled articles are well-formed, and their labels are of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from pipeline.categories import EntityKind
from tests.labelled.corpus import (
    ARTICLES,
    FIELDS,
    KINDS,
    TIERS,
    Article,
    article_files,
    articles,
    front_matter,
    gold_rows,
    read_article,
    settings_of,
)
from tests.labelled.gold import ATTRIBUTES, DATES, NOTHING, NUMBERS, TYPES, GoldRow
from tests.labelled.scorer import PRECISION_TYPES

FILES = article_files()
NEEDED = {"release": set(), "metric": {"metric", "value"}}


def _name(path: Path) -> str:
    return path.relative_to(ARTICLES).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def read() -> tuple[Article, ...]:
    return articles()


@pytest.fixture(scope="module")
def gold() -> tuple[GoldRow, ...]:
    return gold_rows()


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_an_article_says_what_is_known_about_it(path: Path) -> None:
    fields, text = front_matter(path.read_text("utf-8"))
    assert set(fields) - {"author"} == FIELDS
    assert all(fields.values())
    assert fields["kind"] in KINDS
    assert fields["tier"] in TIERS
    assert fields["language"] == path.parent.name
    assert dt.datetime.fromisoformat(fields["published"]).utcoffset() is not None
    assert len(text) > 40
    assert read_article(path).document.text == text


def test_every_address_is_one_article(read: tuple[Article, ...]) -> None:
    assert [url for url, times in Counter(article.url for article in read).items() if times > 1] == []


def test_every_article_is_labelled_and_every_label_has_an_article(
    read: tuple[Article, ...], gold: tuple[GoldRow, ...]
) -> None:
    assert {row.url for row in gold} == {article.url for article in read}


def test_a_trap_has_one_label_that_says_nothing(read: tuple[Article, ...], gold: tuple[GoldRow, ...]) -> None:
    types = {article.url: [row.type for row in gold if row.url == article.url] for article in read}
    assert [article.url for article in read if article.trap and types[article.url] != [NOTHING]] == []
    assert [article.url for article in read if not article.trap and NOTHING in types[article.url]] == []


def test_at_least_a_third_are_traps_in_each_language(read: tuple[Article, ...]) -> None:
    # The articles of the second set were written later, to be read unseen, and most of them tell something.
    first = [article for article in read if not article.path.name.startswith("second-")]
    for language in {article.language for article in first}:
        traps = [article.trap for article in first if article.language == language]
        assert sum(traps) * 3 >= len(traps), language


def test_a_label_has_a_known_type_and_known_attributes_with_values_of_their_kind(gold: tuple[GoldRow, ...]) -> None:
    for row in gold:
        assert row.type in TYPES, row
        assert row.why if row.type == NOTHING else row.subject, row
        assert set(row.attributes) <= ATTRIBUTES, row
        assert NEEDED.get(row.type, set()) <= set(row.attributes) or row.optional, row
        for attribute, value in row.attributes.items():
            if attribute in DATES or attribute == "as_of":
                assert dt.date.fromisoformat(value["from"]) <= dt.date.fromisoformat(value["to"]), row
            elif attribute == "sizes":
                assert all(isinstance(size, str) for size in value), row
            else:
                kind = (int, float) if attribute in NUMBERS else bool if attribute == "voluntary" else str
                assert isinstance(value, kind), row


def test_a_labelled_person_or_model_is_named_in_the_article(
    read: tuple[Article, ...], gold: tuple[GoldRow, ...]
) -> None:
    documents = [article.document for article in read]
    texts = {each.url: f"{each.title}\n{each.author}\n{each.text}".lower() for each in documents}
    for row in gold:
        if row.type in PRECISION_TYPES and row.subject != "*":
            assert any(name.lower() in texts[row.url] for name in row.names), row


def test_one_event_is_labelled_once(gold: tuple[GoldRow, ...]) -> None:
    metrics = Counter((row.url, row.subject, row.attributes["metric"]) for row in gold if row.type == "metric")
    events = Counter((row.url, row.type, row.subject) for row in gold if row.type not in ("metric", NOTHING))
    assert [key for key, times in (events + Counter()).items() if times > 1] == []
    assert [key for key, times in metrics.items() if times > 1] == []


@pytest.mark.parametrize("topic", sorted({read_article(path).topic for path in FILES}))
def test_a_topic_has_a_watchlist_of_its_own(topic: str) -> None:
    watchlist = settings_of(topic).watchlist
    for kind in EntityKind:
        assert watchlist.of_kind(kind), kind
