"""The command `backfill`: the past of a source, out of public archives or WARC files."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, ConfigOption, DataOption, config_directory, moment


class Robots(StrEnum):
    OBEY = "obey"
    API = "api"


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(backfill)


EXAMPLES = """\b
Examples:
  qwen-watch backfill "Qwen blog" --since 2024-01-01 --dry-run            how many captures there are
  qwen-watch backfill "Qwen blog" --since 2024-01-01 --until 2024-07-01
  qwen-watch backfill "https://qwenlm.github.io/blog/*" --since 2024-01-01
  qwen-watch backfill --from cc-news --since 2026-03-01 --until 2026-03-02 --limit 2
  qwen-watch backfill TechNode --from old.warc.gz --since 2025-01-01
"""


def backfill(
    target: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE|URL]...",
            help="Names of sources, or addresses; with a * behind it everything below. "
            "Left out, files are looked through for the sites of all sources.",
        ),
    ] = None,
    since: Annotated[
        dt.datetime | None, typer.Option("--since", parser=moment, metavar="TIME", help="From that time on; required.")
    ] = None,
    until: Annotated[
        dt.datetime | None,
        typer.Option("--until", parser=moment, metavar="TIME", help="Before that time (not included); left out, now."),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="ARCHIVE",
            help="wayback (the default), cc-news, or a WARC file; may be repeated.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, help="At most this many captures of each (200), or files of Common Crawl (10)."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is.")] = False,
    any_site: Annotated[
        bool,
        typer.Option("--any-site", help="From files, also pages of other sites that name somebody on the watchlist."),
    ] = False,
    robots: Annotated[
        Robots,
        typer.Option(help="obey: keep to the archive's robots.txt; api: ask as its documentation invites programs to."),
    ] = Robots.OBEY,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> int:
    """Get the past of a source.

    Documents keep their own address and were learned of when they were archived. What an earlier run had is not
    asked for again, so that the same command goes on where the limit or the archive stopped it. Nothing is sent.
    """
    from flows.backfilling import WAYBACK, Wish
    from flows.backfilling import backfill as backfilled
    from flows.clock import utc_now
    from flows.output import clean
    from flows.progress import shown
    from pipeline.config import load_settings
    from pipeline.errors import InputError
    from pipeline.sources.wayback import Span

    span = Span(*_span(since, until or utc_now()))
    settings = load_settings(config_directory(config))
    wish = Wish(tuple(target or ()), span, tuple(origin or (WAYBACK,)), limit, any_site, robots.value, dry_run)
    with shown(quiet) as display:
        try:
            report = backfilled(wish, settings, data, utc_now, progress=display)
        except InputError as error:
            raise typer.BadParameter(str(error)) from error
    for problem in report.problems:
        print(clean(f"{problem.stage}: {problem.item}: {problem.message}"), file=sys.stderr)
    if not quiet:
        for line in report.lines():
            print(clean(line))
    return 1 if report.failed else 0


def _span(since: dt.datetime | None, until: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if since is None:
        raise typer.BadParameter("say from when on, such as --since 2026-03-01", param_hint="--since")
    if since >= until:
        message = f"{since:%Y-%m-%d %H:%M} UTC is not before {until:%Y-%m-%d %H:%M} UTC, at which the time ends"
        raise typer.BadParameter(message, param_hint="--since")
    return since, until
