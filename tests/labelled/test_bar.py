"""What extraction must reach on the labelled articles, in both languages and for every lab, by configuration alone.

The figures lie a little under what was measured, so that a change that loses something is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.model import Claim
from tests.labelled.corpus import Article, articles
from tests.labelled.report import claims_of, misquoted, score_of
from tests.labelled.scorer import Tally


@pytest.fixture(scope="module")
def read() -> tuple[Article, ...]:
    return articles()


@pytest.fixture(scope="module")
def claims(read: tuple[Article, ...]) -> Mapping[str, Sequence[Claim]]:
    return claims_of(read)


def reached(tally: Tally) -> tuple[float, float, float]:
    return round(tally.precision, 2), round(tally.recall, 2), round(tally.attribute_accuracy, 2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_events_are_found_and_few_invented_in_each_language(
    read: tuple[Article, ...], claims: Mapping[str, Sequence[Claim]], language: str
) -> None:
    chosen = [article for article in read if article.language == language]
    precision, recall, attributes = reached(score_of(chosen, claims).total)
    assert precision >= 0.88
    assert recall >= 0.82
    assert attributes >= 0.75


@pytest.mark.parametrize("topic", ["deepseek", "moonshot", "openai"])
def test_another_lab_is_read_by_its_watchlist_alone(
    read: tuple[Article, ...], claims: Mapping[str, Sequence[Claim]], topic: str
) -> None:
    chosen = [article for article in read if article.topic == topic]
    precision, recall, _ = reached(score_of(chosen, claims).total)
    assert precision >= 0.85
    assert recall >= 0.75


def test_few_traps_spring(read: tuple[Article, ...], claims: Mapping[str, Sequence[Claim]]) -> None:
    traps = {article.url for article in read if article.trap}
    sprung = {each.url for each in score_of(read, claims).invented} & traps
    assert len(sprung) <= len(traps) // 7


def test_every_claim_is_in_the_article_s_words_and_names_its_rule(
    read: tuple[Article, ...], claims: Mapping[str, Sequence[Claim]]
) -> None:
    assert misquoted(read, claims) == []
    assert [claim for told in claims.values() for claim in told if not claim.rule] == []
