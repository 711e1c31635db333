"""Tables: their rows, cells and columns, and what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.extract.dates import DateMention
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, Marked
from pipeline.extract.page import Page
from pipeline.intervals import DateInterval

Cell = tuple[int, int]

_RULE = re.compile(r"[\s|:\-]+")
# With a column of one of these, a table is read as one, and its rows not as sentences.
_LEADING = (
    "table_who",
    "table_role",
    "table_when",
    "table_event",
    "table_metric",
    "table_value",
    "table_source",
    "table_left",
    "table_joined",
    "table_appointed",
    "table_released",
)
_OTHERS = (
    "table_change",
    "table_destination",
    "table_origin",
    "table_organisation",
    "table_model",
    "table_score",
)
_CONTEXT_LINES = 6
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Table:
    """Rows of one table, from sentence `first` up to `last` (excluded); `columns` maps a column's kind
    (`table_who`, …) to its place in the header."""

    columns: dict[str, int]
    page: Page
    first: int
    last: int

    @property
    def places(self) -> tuple[int, ...]:
        """The places of the rows under the header, without lines that only rule it off."""
        places = [p for p in range(self.first, self.last) if not _RULE.fullmatch(self.page.sentences[p].text)]
        return tuple(places[1:])

    @property
    def rows(self) -> tuple[Marked, ...]:
        return tuple(self.page[place] for place in self.places)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        marked = self.page[self.first]
        return tuple(cell_text(marked, span) for span in cells(marked))

    @property
    def context(self) -> list[Marked]:
        """The heading above and the lines between, nearest first, which may say what the table is of."""
        found: list[Marked] = []
        for place in reversed(range(max(0, self.first - _CONTEXT_LINES), self.first)):
            found.append(self.page[place])
            if self.page.sentences[place].kind == "heading":
                break
        return found

    def cell(self, row: Marked, kind: str) -> Cell | None:
        """The span of a row's cell in the column of this kind."""
        place = self.columns.get(kind)
        spans = cells(row) if place is not None else ()
        return spans[place] if place is not None and place < len(spans) else None

    def text(self, row: Marked, kind: str) -> str:
        """The words of a row's cell in the column of this kind; empty where there is none."""
        span = self.cell(row, kind)
        return cell_text(row, span) if span else ""

    @cached_property
    def year(self) -> int | None:
        """The one year that the title or the lines above name, which is that of dates without a year."""
        lines = (self.page.document.title, *(marked.sentence.text for marked in self.context))
        years = {year for line in lines for year in _YEAR.findall(line)}
        return int(years.pop()) if len(years) == 1 else None

    def date(self, row: Marked, kind: str) -> DateInterval | None:
        """The first date of a row's cell in the column of this kind."""
        span = self.cell(row, kind)
        for mark in row.of(DATE) if span else ():
            if span and span[0] <= mark.at < span[1] and isinstance(mark.what, DateMention) and mark.what.dates:
                written = row.sentence.text[mark.start : mark.end]
                return mark.what.dates if _YEAR.search(written) else self._in_year(mark.what.dates)
        return None

    def _in_year(self, dates: DateInterval) -> DateInterval:
        if self.year is None or self.year == dates.first.year or dates.first.year != dates.last.year:
            return dates
        try:
            moved = DateInterval(dates.first.replace(year=self.year), dates.last.replace(year=self.year))
        except ValueError:  # 29 February
            return dates
        return moved if moved.first <= self.page.document.published_at.date() else dates


def cells(marked: Marked) -> tuple[Cell, ...]:
    """The spans of a row's cells in its masked text."""
    text = marked.masked
    begin = 1 if text.startswith("|") else 0
    end = len(text) - 1 if text.endswith("|") and len(text) > 1 else len(text)
    spans: list[Cell] = []
    for part in re.finditer(r"[^|]*", text[begin:end]):
        if part.start() == part.end() and spans and spans[-1][1] == begin + part.start():
            continue
        spans.append((begin + part.start(), begin + part.end()))
    return tuple(spans)


def cell_text(marked: Marked, span: Cell) -> str:
    return marked.unmasked(*span).strip(" |")


def trimmed(row: Marked, span: Cell) -> Cell:
    """A cell without the blanks around its words."""
    words = row.masked[slice(*span)]
    first = span[0] + len(words) - len(words.lstrip(" |"))
    return first, max(first, span[0] + len(words.rstrip(" |")))


def part_of(row: Marked, span: Cell) -> Marked:
    """A cell as a sentence of its own."""
    span = trimmed(row, span)
    return replace(row, masked=row.masked[slice(*span)], marks=(), offsets=row.offsets[slice(*span)])


def find_tables(page: Page, lexicon: Lexicon) -> tuple[Table, ...]:
    """The tables of a page whose first row is a header with column names that the lexicon knows."""
    found = []
    for first, last in page.runs_of("row"):
        if last - first > 1:
            columns = _columns(page[first], lexicon)
            if any(kind in columns for kind in _LEADING):
                found.append(Table(columns, page, first, last))
    return tuple(found)


def _columns(header: Marked, lexicon: Lexicon) -> dict[str, int]:
    """The columns by their kinds; one may be of several, and a kind has the first that is of it."""
    columns: dict[str, int] = {}
    for place, span in enumerate(cells(header)):
        name = cell_text(header, span)
        for kind in (*_LEADING, *_OTHERS):
            if kind not in columns and kind in lexicon.patterns and lexicon.patterns[kind].fullmatch(name):
                columns[kind] = place
    return columns
