"""The command `check`: is the configuration fit to run, and if not, what to mend where."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from flows.cli_options import ConfigOption, config_directory
from flows.reports import counted


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(check)


EXAMPLES = """\b
Examples:
  qwen-watch check                        ./config, or the one that ships with the project
  qwen-watch check --config newsroom      a directory of your own
  qwen-watch check --write-schemas        renew the schemas that editors complete from
"""


def check(
    config: ConfigOption = None,
    write_schemas: Annotated[
        bool, typer.Option("--write-schemas", help="Also write JSON schemas to schemas/ in the configuration.")
    ] = False,
) -> int:
    """Check the configuration.

    Every mistake is named with its file, its line and the fix.
    """
    from pipeline.config import load_settings, missing_secrets
    from pipeline.config import write_schemas as write

    directory = config_directory(config)
    settings = load_settings(directory)
    if write_schemas:
        for path in write(directory / "schemas"):
            print(path)
    for warning in settings.warnings:
        print(f"note: {warning}", file=sys.stderr)
    for problem in missing_secrets(settings, os.environ.get):
        print(f"note: {problem.item}: {problem.message}", file=sys.stderr)
    print(
        f"{directory}: fine; {counted(len(settings.sources), 'source')}, "
        f"{counted(len(settings.watchlist.entries), 'watched name')}, "
        f"{counted(len(settings.channels), 'channel')}, {counted(len(settings.routes), 'route')}"
    )
    return 0
