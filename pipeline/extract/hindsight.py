"""Releases that a text only remembers: a maker's mention of an earlier one, and posts that introduce what is out."""

from __future__ import annotations

from pipeline.categories import EventType, Tier
from pipeline.extract.drafts import SAME_RELEASE_DAYS, Statement
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.page import Page
from pipeline.model import Document

_OPENING = 2  # sentences in which a text says what it is


class Hindsight:
    """Tells news from memory by the words of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._introduces = lexicon.pattern("introduces_what_is_out")

    def without_old_news(self, statements: list[Statement], page: Page) -> list[Statement]:
        """`statements` but for the releases that the text brings up again; one with a day of its own stays."""
        if not any(statement.event_type == EventType.RELEASE for statement in statements):
            return statements
        overview = any(self._introduces.search(sentence.text) for sentence in page.sentences[:_OPENING])
        return [one for one in statements if not (_looks_back(one, page.document) or (overview and _is_undated(one)))]


def _is_undated(statement: Statement) -> bool:
    return statement.event_type == EventType.RELEASE and statement.dates is None


def _looks_back(statement: Statement, document: Document) -> bool:
    """True where a maker's own post mentions a release of weeks before: it was announced then, and not here."""
    if document.tier != Tier.OFFICIAL or statement.event_type != EventType.RELEASE:
        return False
    if statement.background:
        return statement.dates is None or statement.dates.last < document.published_at.date()
    if statement.dates is None:
        return False
    published, dates = document.published_at.date(), statement.dates
    middle = dates.first + (dates.last - dates.first) / 2
    earlier = dates.last < published and (published - middle).days > SAME_RELEASE_DAYS
    return earlier and statement.marked.sentence.kind not in ("row", "item")
