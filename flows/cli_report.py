"""The command `report`: what is held, on one page that needs no network and no program but a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, DataOption, SinceOption


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(report)


EXAMPLES = """\b
Examples:
  qwen-watch report                         DATA/report.html, with the news of the last seven days
  qwen-watch report --since 30d --out -     to standard output
"""


def report(
    data: DataOption = DEFAULT_DATA,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write it; - for standard output.", dir_okay=False),
    ] = None,
    since: SinceOption = None,
) -> None:
    """Write one HTML page: news, disputes, timeline, releases, figures, sources.

    The page asks nothing of the network, so it can be mailed, archived or printed. A cycle that changes something
    renews DATA/report.html by itself; `qwen-watch serve` shows the page of the moment.
    """
    from flows.clock import utc_now
    from flows.reporting import NEWS_OF, REPORT_FILE, report_page, write_page

    html = report_page(data, utc_now(), NEWS_OF if since is None else since)
    place = out or data / REPORT_FILE
    if str(place) == "-":
        sys.stdout.write(html)
        return
    write_page(html, place)
    print(place)
