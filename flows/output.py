"""Rows for people and programs: a table on a terminal, whole plain columns in a pipe, CSV or JSON on request.

Texts come from web pages: control characters are taken out before they reach a terminal.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from flows.cli_options import Format

Row = Sequence[object]
LONGEST_WORD = 18
COLUMN_GAP = 3
FEWEST_COLUMNS = 4


def print_rows(
    columns: Sequence[str], rows: Sequence[Row], form: Format = Format.TABLE, brief: Sequence[str] = ()
) -> None:
    """Print rows on standard output; what is printed is whole, whatever the width.

    `brief` are the columns that a terminal gets of a table; everywhere else all are printed.
    """
    if form is Format.JSON:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif form is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if value is None else as_text(value) for value in row] for row in rows])
    elif sys.stdout.isatty():
        shown = [index for index, name in enumerate(columns) if name in brief or not brief]
        chosen = [[row[index] for index in shown] for row in rows]
        _print_table([columns[index] for index in shown], chosen, fewest=FEWEST_COLUMNS if brief else len(shown))
    else:
        print_plain([tuple(columns), *(tuple(_cell(value) for value in row) for row in rows)])


def print_answer(
    columns: Sequence[str],
    rows: Sequence[Row],
    form: Format,
    brief: Mapping[str, Callable[[Mapping[str, Any]], object]],
    nothing: str,
) -> None:
    """Print the rows that answer a question: on a terminal those of `brief`, made from each record.

    Where there is none, `nothing` says what to do about it, beside the answer and not in it.
    """
    if not rows:
        print(nothing, file=sys.stderr)
    if form is Format.TABLE and sys.stdout.isatty():
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        if records:
            _print_table(
                list(brief), [[shown(record) for shown in brief.values()] for record in records], FEWEST_COLUMNS
            )
        return
    print_rows(columns, rows, form)


def print_json(value: object) -> None:
    """Print a value as JSON: times in UTC, dates and decimals as people expect them."""
    print(json.dumps(_plain_data(value), ensure_ascii=False, indent=2))


def print_plain(rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned with spaces, two between them."""
    widths = [max(map(_columns_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (width - _columns_of(cell)) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


def say(line: str, style: str = "") -> None:
    """Print one line: in colour on a terminal, which may wrap it, and as it is in a pipe."""
    if not sys.stdout.isatty():
        print(clean(line))
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    indent = len(line) - len(line.lstrip(" "))
    Console(highlight=False).print(Padding(Text(clean(line).strip(), style=style, overflow="fold"), (0, 0, 0, indent)))


def as_text(value: object) -> str:
    """A value as people write it: times in UTC to the second, numbers without a needless fraction."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            moment = value.astimezone(dt.UTC) if value.tzinfo else value
            return f"{moment:%Y-%m-%d %H:%M:%S}"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case list() | tuple() | dict():
            return json.dumps(_plain_data(value), ensure_ascii=False)
        case _:
            return str(value)


def clean(text: str) -> str:
    """The text without control and format characters, so that a page cannot steer the reader's terminal."""
    spaced = (" " if unicodedata.category(character) == "Cc" else character for character in text)
    return "".join(character for character in spaced if unicodedata.category(character) != "Cf")


def _cell(value: object) -> str:
    return " ".join(clean(as_text(value)).split())


def _print_table(columns: Sequence[str], rows: Sequence[Row], fewest: int) -> None:
    """A table of as many columns as the terminal has room for, `fewest` at least; else one line a value."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    narrowest = [_narrowest(column, (row[index] for row in rows)) for index, column in enumerate(columns)]
    room = list(accumulate(width + COLUMN_GAP for width in narrowest))
    fitting = sum(taken - COLUMN_GAP <= console.width for taken in room)
    if fitting < min(fewest, len(columns)):
        _print_records(columns, rows)
        return
    columns, left_out = columns[:fitting], columns[fitting:]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float | Decimal | None) for row in rows)
        justify = "right" if numeric else "left"
        table.add_column(column, overflow="fold", justify=justify, min_width=narrowest[index])
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row[:fitting]))
    console.print(table)
    if left_out:
        say(f"no room for: {', '.join(left_out)}; --json and --csv give every column", style="dim")


def _narrowest(column: str, values: Iterable[object]) -> int:
    """Terminal columns that a table's column needs so that no word is broken, short of very long ones."""
    words = [column, *(word for value in values for word in _cell(value).split())]
    return min(max(map(_columns_of, words)), LONGEST_WORD)


def _print_records(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """One line a value: for rows that are too wide for the terminal."""
    width = max(map(len, columns))
    for number, row in enumerate(rows):
        if number:
            say("")
        for column, value in zip(columns, row, strict=True):
            say(f"{column:<{width}}  {_cell(value)}")


def _plain_data(value: object) -> object:
    match value:
        case dt.datetime():
            moment = value.astimezone(dt.UTC) if value.tzinfo else value
            return moment.isoformat().replace("+00:00", "Z")
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_plain_data(each) for each in value]
        case dict():
            return {str(key): _plain_data(each) for key, each in value.items()}
        case Decimal():
            return float(value)
        case _:
            return str(value)


def _columns_of(text: str) -> int:
    """Terminal columns: Chinese characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
