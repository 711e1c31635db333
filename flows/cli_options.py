"""The options that every command takes, and where their defaults come from."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.times import read_moment, read_moment_or_span
from pipeline.categories import EventStatus, EventType

TimeOrSpan = dt.datetime | dt.timedelta
SHIPPED_CONFIG = Path(__file__).resolve().parent.parent / "config"


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def config_directory(given: Path | None) -> Path:
    """The configuration asked for, or ./config, or the one that ships with the project."""
    if given is not None:
        return given
    here = Path("config")
    return here if (here / "sources.yaml").is_file() else SHIPPED_CONFIG


def moment(text: str) -> dt.datetime:
    """An ISO 8601 time; UTC where it has no offset."""
    return _parameter(read_moment, text)


def moment_or_span(text: str) -> TimeOrSpan:
    """A time as `moment` takes it, or a span such as `30d`, `12h` or `2w`, counted back from the last run."""
    return _parameter(read_moment_or_span, text)


def _parameter(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def debugging() -> bool:
    return os.environ.get("QWEN_WATCH_DEBUG", "") not in ("", "0")


DataOption = Annotated[
    Path,
    typer.Option(
        "--data",
        "-d",
        envvar="QWEN_WATCH_DATA",
        help="Directory with the database, the archive and the published copy.",
        file_okay=False,
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar="QWEN_WATCH_CONFIG",
        help="Directory with sources.yaml, watchlist.yaml, alerts.yaml and lexicon/. "
        "Left out: ./config, else the one that ships with the project.",
        file_okay=False,
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the rows.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many rows.")]
SinceOption = Annotated[
    Any,  # a moment, or a span back from the last run
    typer.Option("--since", parser=moment_or_span, metavar="TIME", help="From that time on: 30d, 12h, 2026-03-04."),
]
UntilOption = Annotated[
    Any, typer.Option("--until", parser=moment_or_span, metavar="TIME", help="Before that time (not included).")
]
AsOfOption = Annotated[
    Any, typer.Option("--as-of", parser=moment_or_span, metavar="TIME", help="As it was held at that time.")
]
AboutOption = Annotated[
    str | None,
    typer.Option("--about", "-a", metavar="NAME", help="Only of this person, model or organisation, by any name."),
]
TypeOption = Annotated[EventType | None, typer.Option("--type", "-t", help="Only events of this type.")]
StatusOption = Annotated[EventStatus | None, typer.Option("--status", "-s", help="Only what stands like this.")]
DEFAULT_DATA = Path("data")
