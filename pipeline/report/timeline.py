"""What the timeline shows: personnel and releases of the stretch of time in which most of them lie."""

from __future__ import annotations

import datetime as dt

from pipeline.intervals import DateInterval
from pipeline.report.contents import ENGLISH, Contents, Happening, leading_releases
from pipeline.report.plots import Mark, Plot, time_rows

SERIES = {
    "departure": "left",
    "hire": "joined",
    "appointment": "appointed",
    "founding": "founded",
    "release": "released",
}
_STRETCHES = tuple(dt.timedelta(days) for days in (30, 90, 180, 365, 730, 1825))
_MOST_OF = 0.6
# What happened "in 2026" would be a line through everything: such dates stand in the table.
_WIDEST = dt.timedelta(92)
MOST_ROWS = 36


def shown(contents: Contents) -> list[Happening]:
    """The happenings that the timeline plots, latest first: dated, of the shortest stretch that holds most of them."""
    led = set(leading_releases(contents.happenings))
    dated = [one for one in contents.happenings if _dated(one) and (one.type != "release" or one in led)]
    if not dated:
        return []
    last = max(_last(one) for one in dated)
    for stretch in _STRETCHES:
        recent = [one for one in dated if _last(one) > last - stretch]
        if len(recent) >= _MOST_OF * len(dated):
            return recent[:MOST_ROWS]
    return dated[:MOST_ROWS]


def plot(contents: Contents) -> Plot | None:
    """The timeline as a plot; None where nothing has a date."""
    marks = [mark for one in shown(contents) if (mark := _mark(one))]
    if not marks:
        return None
    told = "; ".join(mark.told for mark in marks)
    series = [name for name in SERIES.values() if any(mark.series == name for mark in marks)]
    return time_rows("timeline", ("Personnel and releases over time", f"{told}."), marks, series)


def words(one: Happening) -> str:
    """`Shen Yanqiu left Qwen`, `Qwen4.5 Small released (0.5B, 1.5B)`."""
    match one.type:
        case "release":
            return f"{one.subject} released" + (f" ({one.sizes})" if one.sizes and one.sizes not in one.subject else "")
        case "departure":
            return f"{one.subject} left" + (f" {one.object}" if one.object else "")
        case "hire":
            return f"{one.subject} joined" + (f" {one.object}" if one.object else "")
        case "founding":
            return f"{one.subject} founded {one.object or 'a company'}"
        case "appointment" if one.subject == one.object:
            return f"A new lead at {one.subject}"
        case _:
            return f"{one.subject} appointed" + (f" at {one.object}" if one.object else "")


def when(one: Happening) -> str:
    """The date in words; empty while nobody gives one."""
    if one.date_from is None or one.date_to is None:
        return ""
    return ENGLISH.date(DateInterval(one.date_from, one.date_to))


def _mark(one: Happening) -> Mark | None:
    if one.date_from is None:
        return None
    disputed = ", disputed" if one.disputed else ""
    told = f"{words(one)}, {when(one)}: {one.status}{disputed}"
    return Mark(words(one), one.subject, SERIES[one.type], one.date_from, _last(one), told)


def _dated(one: Happening) -> bool:
    return one.date_from is not None and _last(one) - one.date_from <= _WIDEST


def _last(one: Happening) -> dt.date:
    return one.date_to or one.date_from or dt.date.min
