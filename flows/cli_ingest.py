"""The command `ingest`: what was archived elsewhere, or written down, becomes part of what is known."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, ConfigOption, DataOption, config_directory, moment


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(ingest)


EXAMPLES = """\b
Examples:
  qwen-watch ingest 2024.warc.gz                      pages as they were, each at the time of its record
  qwen-watch ingest notes/*.md article.html           files, learned of now
  qwen-watch ingest --at 2026-03-04T08:00 memo.txt    a file, learned of then
  qwen-watch ingest --deliver today.warc.gz           and send the alerts that come of it
"""


def ingest(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="WARC, HTML, Markdown or text files."),
    ],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    deliver: Annotated[bool, typer.Option("--deliver", help="Send the alerts that are raised.")] = False,
    at: Annotated[
        dt.datetime | None,
        typer.Option("--at", parser=moment, metavar="TIME", help="When files other than WARC were learned of."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and alerts only.")] = False,
) -> int:
    """Read WARC, HTML and text files.

    Each record of a WARC file is a version of a page, learned of at its date. Nothing is sent unless --deliver
    is given.
    """
    from flows.clock import clock_of
    from flows.ingest import ingest as ingest_files
    from flows.output import clean
    from flows.progress import shown
    from pipeline.config import load_settings

    settings = load_settings(config_directory(config))
    with shown(quiet) as display:
        report = ingest_files(files, settings, data, clock_of(at), send=deliver, progress=display)
    for problem in (*report.turn.problems, *report.delivery.problems):
        print(clean(f"{problem.stage}: {problem.item}: {problem.message}"), file=sys.stderr)
    if not quiet:
        print(report.headline())
    found = report.turn.documents + report.turn.duplicates
    return 1 if report.turn.problems and not found else 0
