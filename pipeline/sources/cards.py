"""Cards: the part of a listing page around one link, and what selectors find there of title, date and summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Problem, Source
from pipeline.read.blocks import plain
from pipeline.read.days import leading_day, parse_moment

if TYPE_CHECKING:
    from bs4 import Tag

OPTIONS = {
    "title": "CSS selector of the title within the part that selector names; left out, the link's own text",
    "date": "CSS selector of the date within the part that selector names: its datetime or title attribute, or else "
    "its text; left out, a time element near the link",
    "summary": "CSS selector of the summary within the part that selector names; left out, there is none",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the selectors found in one part of a page; None where there is no selector, or nothing at it."""

    title: str | None = None
    published_at: dt.datetime | None = None
    summary: str | None = None


def read_card(part: Tag, options: Mapping[str, str]) -> Card:
    """What the options' selectors find in `part`; raises ValueError for a selector that is none."""
    found = {name: _first(part, options[name]) for name in OPTIONS if name in options}
    title, summary = found.get("title"), found.get("summary")
    return Card(
        title=plain(title.get_text(" ")) if title else None,
        published_at=_moment(found.get("date")),
        summary=plain(summary.get_text(" ")) if summary else None,
    )


def selector_problem(source: Source, cards: Sequence[Card]) -> Problem | None:
    """That a selector of the source's found nothing in any card: the page's design has changed."""
    for name, held in (("title", "title"), ("date", "published_at"), ("summary", "summary")):
        if name in source.options and cards and not any(getattr(card, held) for card in cards):
            message = f"options.{name} {source.options[name]!r} finds no {name} in any of {len(cards)} entries"
            return Problem("read", source.name, f"{source.url}: {message}; look the page up and correct it")
    return None


def _first(part: Tag, selector: str) -> Tag | None:
    # Imported here: few sources are listings.
    from soupsieve import SelectorSyntaxError

    try:
        return part.select_one(selector)
    except SelectorSyntaxError as error:
        raise ValueError(str(error).splitlines()[0]) from error


def _moment(element: Tag | None) -> dt.datetime | None:
    """The moment an element states; a day may be followed by other words, such as the author's name."""
    if element is None:
        return None
    written = plain(element.get_text(" "))
    for text in (str(element.get("datetime") or ""), str(element.get("title") or ""), written):
        moment = parse_moment(text)
        if moment:
            return moment.at
    leading = leading_day(written)
    return dt.datetime.combine(leading[0], dt.time(), dt.UTC) if leading else None
