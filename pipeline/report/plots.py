"""Plots as SVG that stands in the page: no script, no style of its own, and words for those who hear it.

Colours come from the page, so that a plot follows it from light to dark. Each plot is drawn for a wide and for a
narrow window: text in a drawing that is merely shrunk cannot be read on a phone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygal
from lxml import etree
from pygal.style import Style

from pipeline.notify.inert import one_line, shorten
from pipeline.report.contents import ENGLISH

WIDE, NARROW = 900, 340
_ROW, _FRAME = 26, 44
_STYLE = Style(
    label_font_size=12, major_label_font_size=12, value_font_size=12, background="transparent",
    plot_background="transparent", font_family="sans-serif",
)  # fmt: skip
_PRESENTATION = ("style", "onload", "onclick")


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a plot over time: `first` to `last`, both included; `short` names it where there is little room."""

    label: str
    short: str
    series: str
    first: dt.date
    last: dt.date
    told: str


@dataclass(frozen=True, slots=True)
class Point:
    """A number at a moment, told in words."""

    series: str
    at: dt.date
    value: float
    told: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot at two sizes, ready to stand in a page; `series` are named in the order of their colours."""

    wide: str
    narrow: str
    series: tuple[str, ...]


def time_rows(name: str, heard: tuple[str, str], marks: Sequence[Mark], series: Sequence[str]) -> Plot:
    """Days on the horizontal, one row a mark, first mark on top; a day is a dot, longer is a line between dots.

    `heard` are title and description, for those who do not see it.
    """

    def drawn(width: int) -> str:
        labels = 40 if width == WIDE else 16
        names = [mark.label if width == WIDE else mark.short for mark in marks]
        span = min(mark.first for mark in marks), max(mark.last for mark in marks)
        chart = pygal.DateLine(
            **_options(width, _FRAME + _ROW * len(marks), span),
            stroke_style={"width": 4, "linecap": "round"},
            dots_size=5 if width == WIDE else 4,
            allow_interruptions=True,
            truncate_label=labels,
            range=(0.4, len(marks) + 0.6),
            show_y_guides=True,
        )
        chart.y_labels = [
            {"value": len(marks) - row, "label": shorten(one_line(label), labels)} for row, label in enumerate(names)
        ]
        chart.x_labels = _ticks(*span, 8 if width == WIDE else 3)
        for one in series:
            values: list[object] = []
            for row, mark in enumerate(marks):
                if mark.series == one:
                    values += _segment(mark, len(marks) - row)
            chart.add(one, values)
        return _inert(chart, f"{name}-{width}", "rows", heard)

    return Plot(drawn(WIDE), drawn(NARROW), tuple(series))


def figures_over_time(name: str, heard: tuple[str, str], points: Sequence[Point], series: Sequence[str]) -> Plot:
    """Days on the horizontal, the figure on the vertical, dots without lines: between two reports nobody knows."""

    def drawn(width: int) -> str:
        span = min(point.at for point in points), max(point.at for point in points)
        chart = pygal.DateLine(
            **_options(width, 200, span),
            stroke=False,
            dots_size=6 if width == WIDE else 5,
            min_scale=2,
            max_scale=5,
            range=_around([point.value for point in points]),
            value_formatter=ENGLISH.number,
        )
        chart.x_labels = _ticks(*span, 7 if width == WIDE else 3)
        for one in series:
            chart.add(
                one,
                [
                    {"value": (point.at, point.value), "label": one_line(point.told)}
                    for point in points
                    if point.series == one
                ],
            )
        return _inert(chart, f"{name}-{width}", "figures", heard)

    return Plot(drawn(WIDE), drawn(NARROW), tuple(series))


def _options(width: int, height: int, span: tuple[dt.date, dt.date]) -> dict[str, object]:
    return {
        "width": width, "height": height, "js": (), "css": (), "style": _STYLE, "show_legend": False,
        "margin": 4, "margin_right": 24, "spacing": 8, "show_x_guides": False, "no_prefix": True,
        "disable_xml_declaration": True,
        "x_value_formatter": _days(*span),
    }  # fmt: skip


def _days(first: dt.date, last: dt.date) -> Callable[[dt.date], str]:
    if (last - first).days > 400:
        return lambda day: f"{day:%b %Y}"
    return lambda day: f"{day.day} {day:%b}"


def _segment(mark: Mark, row: int) -> list[object]:
    told = one_line(mark.told)
    ends = [{"value": (mark.first, row), "label": told}]
    if mark.last != mark.first:
        ends.append({"value": (mark.last, row), "label": told})
    # A gap, or the row above would be joined to this one.
    return [*ends, (None, None)]


def _ticks(first: dt.date, last: dt.date, most: int) -> list[dt.date]:
    """At most `most` days at even distances; a day on either side of a lone one."""
    days = (last - first).days
    if days == 0:
        return [first]
    step = max(1, math.ceil(days / max(1, most - 1)))
    return [first + dt.timedelta(step * number) for number in range(days // step + 1)]


def _around(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1
    return max(0, low - room), high + room


def _inert(chart: pygal.graph.base.BaseGraph, name: str, kind: str, heard: tuple[str, str]) -> str:
    """The drawing without script, style and comments; its words are read out as title and description."""
    root = chart.render_tree()
    for element in list(root.iter()):
        if element.tag in (etree.Comment, "defs", "script", "style") or element.tag is etree.PI:
            element.getparent().remove(element)
            continue
        for attribute in _PRESENTATION:
            element.attrib.pop(attribute, None)
        element.attrib.pop("id", None)
    _tooltips(root)
    heading = root.find("title")
    told = etree.Element("desc")
    heading.text, told.text = map(one_line, heard)
    root.insert(root.index(heading) + 1, told)
    heading.set("id", f"{name}-title")
    told.set("id", f"{name}-desc")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    root.set("class", f"plot {kind}")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _tooltips(root: etree._Element) -> None:
    """What a browser shows of a dot under the pointer; the library's own way needs a script."""
    for group in root.iter("g"):
        if group.get("class") == "guides":  # its title is the number behind a label
            for title in group.findall("title"):
                group.remove(title)
        texts = {child.get("class"): child for child in group.findall("desc")}
        if not texts:
            continue
        shown = next((texts[kind].text for kind in ("label", "x_label", "value") if kind in texts), None)
        for child in texts.values():
            group.remove(child)
        if shown:
            title = etree.Element("title")
            title.text = shown
            group.insert(0, title)
