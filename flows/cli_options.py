"""The options that every command takes, and where their defaults come from."""

from __future__ import annotations

import datetime as dt
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
    try:
        parsed = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time; write it like 2026-03-04T08:00 or 2026-03-04T08:00+08:00 (UTC if it has "
            "no offset)"
        ) from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


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
DEFAULT_DATA = Path("data")
