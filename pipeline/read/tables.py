"""Tables: which of them hold data and which only lay out a page, and the cells of a data table's rows."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

_LONGEST_CELL = 1500
_LONG_CELL = 500
_WIDEST_SPAN = 50
_LAYOUT_CONTENT = frozenset({"table", "h1", "h2", "h3", "article", "section", "iframe", "pre"})


def is_data_table(table: html.HtmlElement) -> bool:
    """False for a table that lays out a page: tables or headings inside, a single column, or prose."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(element.tag in _LAYOUT_CONTENT for element in table.iterdescendants()):
        return False
    rows = [_cells_of(row) for row in table.iter("tr")]
    if max(map(len, rows), default=0) < 2 or any(_is_prose(cell) for cells in rows for cell in cells):
        return False
    return len(rows) > 1 or not any(_is_column_of_a_page(cell) for cell in rows[0])


def table_rows(table: html.HtmlElement) -> Iterator[tuple[html.HtmlElement | None, ...]]:
    """The cells of each row, so that columns stay aligned: None stands where a cell spans further columns.

    A cell that spans rows is given again for each of them, since a row is read on its own. The caption,
    where there is one, is a first row of one cell.
    """
    caption = table.find("caption")
    if caption is not None:
        yield (caption,)
    held: dict[int, tuple[html.HtmlElement, int]] = {}
    for row in table.iter("tr"):
        cells: list[html.HtmlElement | None] = []
        waiting = _cells_of(row)
        while waiting or len(cells) in held:
            column = len(cells)
            if column in held:
                cell, left = held.pop(column)
                if left > 1:
                    held[column] = (cell, left - 1)
                cells.append(cell)
                continue
            cell = waiting.pop(0)
            rows = _span(cell, "rowspan")
            if rows > 1:
                held[column] = (cell, rows - 1)
            cells += [cell, *[None] * (_span(cell, "colspan") - 1)]
        yield tuple(cells)


def _is_prose(cell: html.HtmlElement) -> bool:
    length = len(cell.text_content())
    if length <= _LONG_CELL:
        return False
    return length > _LONGEST_CELL or sum(1 for _ in cell.iter("p", "br")) > 1


def _is_column_of_a_page(cell: html.HtmlElement) -> bool:
    """Whether the cell of a table of one row holds a menu or several paragraphs."""
    return sum(1 for _ in cell.iter("p", "br", "a")) > 2


def _cells_of(row: html.HtmlElement) -> list[html.HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _span(cell: html.HtmlElement, attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return min(int(value), _WIDEST_SPAN) if value.isascii() and value.isdigit() and value != "0" else 1
