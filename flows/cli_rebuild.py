"""The command `rebuild`: the ledger made anew from what it rests on, and how it differs."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from flows.cli_options import (
    DEFAULT_DATA,
    ConfigOption,
    DataOption,
    Format,
    FormatOption,
    config_directory,
    moment,
    with_formats,
)


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(with_formats(rebuild))


EXAMPLES = """\b
Examples:
  qwen-watch rebuild --dry-run                      is the ledger what claims and judgements give?
  qwen-watch rebuild --dry-run --config new-rules   what would change with other rules or another watchlist
  qwen-watch rebuild --extract                      read every stored text again, and write what comes of it
"""
BRIEF = ("change", "event", "attribute", "before", "after")


def rebuild(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    extract: Annotated[
        bool,
        typer.Option("--extract", help="Read every stored text again, also where today's rules have read it before."),
    ] = False,
    since: Annotated[
        dt.datetime | None,
        typer.Option("--since", parser=moment, metavar="TIME", help="Only what was learned at that time or later."),
    ] = None,
    form: FormatOption = Format.TABLE,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Make events, facts and conflicts anew from claims and judgements.

    Stored texts are read again where other rules (program, lexicons, watchlist) made their claims. What differs
    is shown, and written in one transaction with one alert for all of it.
    """
    from flows.changed import COLUMNS
    from flows.clock import utc_now
    from flows.output import clean, print_rows, say
    from flows.progress import shown
    from flows.rebuilding import rebuild as make_anew
    from flows.reporting import renew_report
    from pipeline.config import load_settings

    settings = load_settings(config_directory(config))
    with shown(quiet) as display:
        done = make_anew(data, settings, utc_now, apply=not dry_run, extract=extract, since=since, progress=display)
    renewed = () if dry_run else renew_report(data, utc_now())
    for problem in (*done.problems, *renewed):
        print(clean(f"{problem.stage}: {problem.item}: {problem.message}"), file=sys.stderr)
    rows = [one.row for one in done.changes]
    if form is not Format.TABLE:
        print_rows(COLUMNS, rows, form)
        return
    if rows:
        print_rows(COLUMNS, rows, form, BRIEF)
    say(f"{'dry run: ' if dry_run else ''}{done.headline()}", style="bold")
    if done.alert:
        say(f"alert: {done.alert.title}")
