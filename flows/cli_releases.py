"""The command `releases`: where each release appeared first, how far behind the others are, and what is missing."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, DataOption, Format, FormatOption, LimitOption, with_formats


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(with_formats(releases))


EXAMPLES = """\b
Examples:
  qwen-watch releases                       each release, the place that told of it first on top
  qwen-watch releases Qwen2.5               of one model, by any name
  qwen-watch releases --missing             weights announced and not on the hub, models out without a post
  qwen-watch releases --format csv > lags.csv
"""
BRIEF = ("model", "place", "first_seen", "said_from", "lag_days", "said_lag_days", "through")


def releases(
    model: Annotated[str | None, typer.Argument(metavar="MODEL", help="Only of this model, by any name.")] = None,
    data: DataOption = DEFAULT_DATA,
    only_missing: Annotated[bool, typer.Option("--missing", help="Only where a release should be and is not.")] = False,
    limit: LimitOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Where each release appeared, and when.

    Blog, README, Hugging Face, GitHub, Ollama, ModelScope and press each tell of a release: when it was first seen
    there, which day the place gives, and how many days it is behind the first.
    """
    from flows.output import print_rows, say
    from warehouse import Published
    from warehouse.releases import missing_places, release_places

    published = Published(data)
    missing = missing_places(published, model=model)
    if only_missing:
        print_rows(missing.columns, missing.rows, form)
        return
    places = release_places(published, model=model, limit=limit)
    print_rows(places.columns, places.rows, form, BRIEF)
    if form is Format.TABLE:
        for row in missing.records():
            say(f"missing: {row['model']}, {row['missing']}: {row['why']} (since {row['since']:%Y-%m-%d})", "yellow")
