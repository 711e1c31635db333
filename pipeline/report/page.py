"""The report as one page of HTML: no script, no request, every text escaped and without hidden characters."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.categories import AlertKind
from pipeline.notify.inert import one_line
from pipeline.report import timeline
from pipeline.report.contents import ENGLISH, Contents, Metric
from pipeline.report.plots import Plot, Point, figures_over_time

STYLE_FILE = "templates/report.css"


@dataclass(frozen=True, slots=True)
class Drawings:
    """The plots of a report; `figures` by the event of the metric."""

    timeline: Plot | None
    figures: dict[str, Plot]


def page(contents: Contents, *, made_at: dt.datetime) -> str:
    """The report's HTML; `made_at` is when it was made."""
    style = resources.files("pipeline.report").joinpath(STYLE_FILE).read_text("utf-8")
    drawings = Drawings(timeline.plot(contents), _figures(contents))
    return _template().render(
        contents=contents,
        drawings=drawings,
        style=Markup(style),
        style_hash=style_hash(style),
        made_at=made_at,
    )


def style_hash(style: str) -> str:
    """The style sheet as a Content-Security-Policy names it, so that no other style is applied."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _figures(contents: Contents) -> dict[str, Plot]:
    return {metric.event_id: _figure(metric) for metric in contents.metrics if _worth_drawing(metric)}


def _worth_drawing(metric: Metric) -> bool:
    """Figures of one day, or all the same, are read faster in the table."""
    days = {figure.quote.published_at.date() for figure in metric.figures}
    return len(days) > 1 and len({figure.value for figure in metric.figures}) > 1


def _figure(metric: Metric) -> Plot:
    held, against = "as held", "against it"
    points = [
        Point(
            against if figure.against else held,
            figure.quote.published_at.date(),
            figure.value,
            f"{figure.words}: {figure.quote.publisher}, {_day(figure.quote.published_at)}",
        )
        for figure in metric.figures
    ]
    series = [held, against] if any(figure.against for figure in metric.figures) else [held]
    told = "; ".join(point.told for point in points)
    heard = f"{metric.name}, by day of publication", told
    return figures_over_time(f"metric-{metric.event_id}", heard, points, series)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {"day": _day, "moment": _moment, "safe_svg": Markup}
    environment.globals |= {
        "counted": _counted,
        "kind_words": {kind: ENGLISH.say(f"kinds.{kind}") for kind in AlertKind},
        "happening_words": timeline.words,
        "happening_when": timeline.when,
    }
    return environment.get_template("report.html.j2")


def _counted(number: int, noun: str) -> str:
    """`one voice`, `two voices`; above ten in digits."""
    return f"{ENGLISH.cardinal(number)} {noun}{'' if number == 1 else 's'}"


def _shown(value: object) -> object:
    """Whatever is printed is one line without control, bidi or zero-width characters; markup of ours is left alone."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _day(moment: dt.datetime | dt.date | None) -> str:
    return "never" if moment is None else f"{moment.day} {moment:%b %Y}"


def _moment(moment: dt.datetime | None) -> str:
    return "never" if moment is None else f"{_day(moment)}, {moment.astimezone(dt.UTC):%H:%M} UTC"
