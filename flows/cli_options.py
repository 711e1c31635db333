"""The options that every command takes, and where their defaults come from."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
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
_AS_JSON = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
_AS_CSV = Annotated[bool, typer.Option("--csv", help="The same as --format csv.")]
DEFAULT_DATA = Path("data")


def with_formats(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--json` and `--csv` beside its `--format`; it is told the choice as `form` all the same."""

    @functools.wraps(command)
    def chosen(*given: Any, as_json: bool = False, as_csv: bool = False, **named: Any) -> Any:
        asked = {Format.JSON: as_json, Format.CSV: as_csv}
        wanted = [form for form, told in asked.items() if told]
        if len(wanted) > 1:
            raise typer.BadParameter("one of them at a time", param_hint="--json and --csv")
        if wanted and named["form"] not in (Format.TABLE, wanted[0]):
            raise typer.BadParameter(f"--format says {named['form']}", param_hint=f"--{wanted[0]}")
        return command(*given, **{**named, "form": wanted[0] if wanted else named["form"]})

    signature = inspect.signature(command, eval_str=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=kind)
        for name, kind in (("as_json", _AS_JSON), ("as_csv", _AS_CSV))
    ]
    # What the options of a command are is read from its signature.
    chosen.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *added])  # type: ignore[attr-defined]
    chosen.__annotations__ = {one.name: one.annotation for one in (*signature.parameters.values(), *added)}
    return chosen
