"""A blank between Chinese and Latin letters is the typesetter's: it changes no claim, and quotes stay as written."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeline.extract.extractor import extract
from pipeline.model import Claim, Document
from tests.labelled.corpus import Article, articles, settings_of

HAN = "\u3400-\u9fff"
# Without rows of tables, whose cells stand apart by blanks.
CHINESE = [a for a in articles() if a.language == "zh" and " | " not in a.document.text][::4]


def set_apart(text: str) -> str:
    """The text as houses print it that put a blank beside every Latin word and number."""
    apart = re.sub(rf"(?<=[{HAN}])(?=[A-Za-z0-9])", " ", text)
    return re.sub(rf"(?<=[A-Za-z0-9%])(?=[{HAN}])", " ", apart)


def read(article: Article, document: Document) -> tuple[Claim, ...]:
    settings = settings_of(article.topic)
    return extract(document, settings.lexicons, settings.watchlist)


def told(claims: tuple[Claim, ...]) -> set[tuple[object, ...]]:
    return {
        (
            claim.event_type,
            claim.subject.name.replace(" ", ""),
            claim.attribute,
            claim.value.text.replace(" ", ""),
            claim.modality,
        )
        for claim in claims
    }


@pytest.mark.parametrize("article", CHINESE, ids=lambda article: article.path.stem)
def test_blanks_beside_latin_letters_change_no_claim(article: Article) -> None:
    plain = article.document
    apart = replace(plain, text=set_apart(plain.text))
    claims = read(article, apart)
    assert told(claims) == told(read(article, plain))
    assert all(apart.text[claim.start : claim.end] == claim.quote for claim in claims)
