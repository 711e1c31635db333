"""How the demo says things: an event in a few words, its details, its date, and what changed on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from pipeline.intervals import DateInterval

Row = Mapping[str, Any]

MARKS = {
    "new_event": ("●", "green"),
    "status_raised": ("▲", "cyan"),
    "conflict_opened": ("≠", "red"),
    "conflict_resolved": ("✓", "green"),
    "correction": ("✎", "yellow"),
}
UNSURE = {"rumoured": "a rumour", "denied": "denied"}
BOUNDS = {"at least": "over ", "at most": "at most ", "about": "about "}
QUESTIONS = {
    "announced": "announced when?",
    "date": "when?",
    "resigned": "resigned when?",
    "effective": "from when?",
    "downloads": "how many?",
    "sizes": "which sizes?",
    "successor": "is there a successor?",
    "voluntary": "by choice?",
    "event": "did it happen?",
}
ANSWERS = {("voluntary", "true"): "by choice", ("voluntary", "false"): "not by choice"}


def day_of(moment: dt.datetime) -> str:
    """`Thu  3 Sep`."""
    return f"{moment:%a %e %b}"


def when(row: Row) -> str:
    """The date of an event: a day, a month, or from when to when."""
    first, last = row["date_from"], row["date_to"]
    if first is None:
        return "–"
    dates = DateInterval(first, last)
    match dates.precision:
        case "day":
            return f"{first:%-d %b}"
        case "month":
            return f"{first:%b}"
        case "days":
            return f"{first:%-d}–{last:%-d %b}" if first.month == last.month else f"{first:%-d %b} – {last:%-d %b}"
        case _:
            return str(dates)


def what(row: Row) -> str:
    """An event in a few words."""
    person, place = row["person"], row["organisation"]
    match row["type"]:
        case "departure":
            return f"{person} leaves {place or 'the team'}"
        case "hire":
            return f"{person} joins {place or 'the team'}"
        case "appointment":
            return f"{person} takes a post at {place}" if person else f"A new lead at {place}"
        case "founding":
            return f"{person} founds {place or 'a company'}"
        case "release":
            return f"{row['model']} is released"
        case _:
            return who(row)


def who(row: Row) -> str:
    """Whom or what an event is about."""
    return f"{row['subject']} {row['metric'].replace('_', ' ')}" if row["metric"] else str(row["subject"])


def detail(row: Row) -> str:
    """What is known of an event besides."""
    if row["type"] == "metric":
        return BOUNDS.get(row["bound"], "") + large(row["value"])
    if row["type"] == "release":
        context = row["context_tokens"]
        shown = f"{tokens(context)} context" if context else None
        parts = [row["sizes"], row["availability"], row["license"], shown]
    else:
        parts = [row["role"], f"successor {row['successor']}" if row["successor"] else None]
    return ", ".join(str(part) for part in parts if part)


def change(row: Row) -> Text:
    """What an alert tells, in a few words behind the mark of its kind."""
    mark, style = MARKS[row["kind"]]
    match row["kind"]:
        case "new_event":
            value = detail(row) if row["type"] == "metric" else None
            words = [what(row), value or UNSURE.get(row["status"])]
        case "status_raised":
            words = [who(row), row["status"]]
        case "conflict_opened":
            words = [who(row), question(row)]
        case "conflict_resolved":
            words = [who(row), f"{question(row)} settled"]
        case _:
            words = [who(row), "denied" if row["status"] == "denied" else "corrected"]
    return Text.assemble((f"{mark} ", style), ": ".join(word for word in words if word))


def changes(rows: Sequence[Row], width: int) -> Text:
    """As many changes as fit on one line of `width` columns, and how many more there are."""
    line, shown = Text(), 0
    for row in rows:
        part = change(row)
        gap = 3 if shown else 0
        rest = len(rows) - shown - 1
        if shown and line.cell_len + gap + part.cell_len + (len(f"   +{rest}") if rest else 0) > width:
            break
        line.append(" " * gap).append_text(part)
        shown += 1
    if shown < len(rows):
        line.append(f"   +{len(rows) - shown}", style="dim")
    return line


def question(row: Row) -> str:
    """What a dispute is about."""
    return QUESTIONS.get(row["attribute"], f"{row['attribute']}?")


def side(row: Row, place: str) -> str:
    """The value of one side of a dispute, in words."""
    value = str(row[f"{place}_value"])
    if row["kind"] == "magnitude":
        return large(float(value))
    return ANSWERS.get((row["attribute"], value), value)


def large(number: float | None) -> str:
    """`600 million`."""
    if number is None:
        return ""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:g} {word}"
    return f"{number:,.0f}"


def tokens(number: float) -> str:
    """`512K`, `1M`."""
    return f"{number / 1e6:g}M" if number >= 1e6 else f"{number / 1e3:g}K"
