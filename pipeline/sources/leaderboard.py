"""Leaderboards: a table on a page, of which the watched models' ranks and scores are metrics over time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import html

from pipeline.dedupe.urls import canonical_url
from pipeline.model import Fetch, Problem, Source
from pipeline.read.blocks import plain
from pipeline.read.days import leading_day, parse_moment
from pipeline.read.markup import decode, parse_html
from pipeline.read.tables import table_rows
from pipeline.sources import words
from pipeline.sources.figures import Counted, Figure, figures_document
from pipeline.sources.listing import Listing, unreadable

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MODEL_NAME = re.compile(r"[\w.:/+ -]{2,80}")
_DEFAULTS = {"rank": "Rank", "model": "Model", "score": "Score"}
_METRICS = {"rank": "arena_rank", "score": "arena_score"}
_MOST_MODELS = 200


@dataclass(frozen=True, slots=True)
class LeaderboardKind:
    """A table with a row a model; it is one document, and each change of a figure a new version of it."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "selector": "CSS selector of the table; left out, the first whose header has the columns",
            "rank": "header of the column with the rank; Rank when left out",
            "model": "header of the column with the model's name; Model when left out",
            "score": "header of the column with the score; Score when left out",
            "as_of": "CSS selector of the date that the page gives for its figures; left out, the day of the fetch",
            "board": "name of the leaderboard, which tells its figures from those of others; left out, the publisher",
            "words": "words with commas between, one of which must stand in a model's name; left out, all names on the "
            "watchlist",
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        page = parse_html(decode(fetch.body, fetch.content_type))
        try:
            tables = _select(page, source.options.get("selector", "table"))
            as_of, problems = _as_of(page, source, fetch)
        except ValueError as error:
            return unreadable(source, f"options.selector or options.as_of is no CSS selector: {error}")
        rows = _watched_rows(tables, source, fetch)
        if isinstance(rows, Listing):
            return rows
        by = source.options.get("board") or source.publisher or source.name
        counted = Counted(canonical_url(source.url), f"{by}: ranks and scores", by, as_of)
        return Listing(documents=(figures_document(_figures(rows), counted, source, now),), problems=problems)


def _watched_rows(
    tables: Sequence[html.HtmlElement], source: Source, fetch: Fetch
) -> Sequence[Mapping[str, str]] | Listing:
    """The rows of watched models in the first table that has the columns, or why there are none."""
    wanted = {key: source.options.get(key, header) for key, header in _DEFAULTS.items()}
    rows = next(filter(None, (_rows(table, wanted) for table in tables)), None)
    if rows is None:
        named = ", ".join(f"{key} {header!r}" for key, header in wanted.items())
        message = f"{fetch.url}: none of {len(tables)} tables has columns for {named}; look the page up"
        return unreadable(source, f"{message} and set options.selector, rank, model, score (a script may draw it)")
    is_watched = words.entry_filter(source)
    if isinstance(is_watched, Problem):
        return Listing(problems=(is_watched,))
    watched = [row for row in rows if is_watched(row["model"], "")]
    if not any(_figures(watched)):
        message = f"{fetch.url}: none of {len(rows)} models in the table is on the watchlist or in options.words"
        return unreadable(source, message, is_bare=True)
    return watched[:_MOST_MODELS]


def _as_of(page: html.HtmlElement | None, source: Source, fetch: Fetch) -> tuple[dt.date | None, tuple[Problem, ...]]:
    """The day that the page gives for its figures; a problem where its selector finds none."""
    selector = source.options.get("as_of")
    if selector is None:
        return None, ()
    day = _day(_select(page, selector))
    if day is not None:
        return day, ()
    message = f"{fetch.url}: options.as_of {selector!r} finds no date; the day of the fetch counts in its place"
    return None, (Problem("read", source.name, message),)


def _select(page: html.HtmlElement | None, selector: str) -> list[html.HtmlElement]:
    """The elements of a CSS selector; raises ValueError for one that is none."""
    if page is None:
        return []
    # Imported here: few sources are leaderboards.
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    soup = BeautifulSoup(html.tostring(page, encoding="unicode"), "lxml")
    try:
        found = soup.select(selector)
    except SelectorSyntaxError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return [element for each in found if (element := parse_html(str(each))) is not None]


def _rows(table: html.HtmlElement, wanted: Mapping[str, str]) -> list[dict[str, str]] | None:
    """The rows of a table by column, or None where its header lacks the model or both figures."""
    rows = list(table_rows(table))
    for at, header in enumerate(rows):
        titles = [_text(cell) for cell in header]
        columns = {key: place for key, name in wanted.items() if (place := _column(titles, name)) is not None}
        if "model" in columns and len(columns) > 1:
            last = max(columns.values())
            full = (row for row in rows[at + 1 :] if len(row) > last)
            return [{key: _READ[key](row[place]) for key, place in columns.items()} for row in full]
    return None


def _column(header: Sequence[str], name: str) -> int | None:
    """The column of a header: of just this name, or else the first that begins with it (`Rank (UB)`)."""
    folded = [cell.casefold() for cell in header]
    wanted = name.casefold()
    exact = (at for at, cell in enumerate(folded) if cell == wanted)
    close = (at for at, cell in enumerate(folded) if cell.startswith(wanted))
    return next(exact, next(close, None))


def _text(cell: html.HtmlElement | None) -> str:
    return plain(" ".join(cell.itertext())) if cell is not None else ""


def _name(cell: html.HtmlElement | None) -> str:
    """The model's name: the text of the cell's first link where it has one, since maker and licence may follow."""
    links = (link for link in (cell.iter("a") if cell is not None else ()) if _text(link))
    return _text(next(links, cell))


_READ = {"rank": _text, "model": _name, "score": _text}


def _figures(rows: Sequence[Mapping[str, str]]) -> Iterator[Figure]:
    for row in rows:
        name = _MODEL_NAME.match(row["model"])
        for column, metric in _METRICS.items():
            number = _NUMBER.search(row.get(column, ""))
            if name and number:
                yield Figure(name[0].strip(), metric, number[0])


def _day(elements: Sequence[html.HtmlElement]) -> dt.date | None:
    for element in elements:
        text = plain(" ".join(element.itertext()))
        # `Last updated: May 1, 2026`: a label may stand before the date.
        for part in (element.get("datetime", ""), text, text.partition(":")[2]):
            moment, leading = parse_moment(part), leading_day(part)
            if moment or leading:
                return moment.at.date() if moment else leading[0] if leading else None
    return None
