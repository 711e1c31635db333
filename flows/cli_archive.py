"""The commands `archive verify` and `replay`: what is archived is sound, and gives the same facts again."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, ConfigOption, DataOption, config_directory, moment

SinceOption = Annotated[
    dt.datetime | None,
    typer.Option("--since", parser=moment, metavar="TIME", help="Only what was archived from then on."),
]
UntilOption = Annotated[
    dt.datetime | None,
    typer.Option("--until", parser=moment, metavar="TIME", help="Only what was archived until then."),
]


def register(app: typer.Typer) -> None:
    archive = typer.Typer(help="The archive of bodies.", no_args_is_help=True)
    archive.command(epilog=VERIFY_EXAMPLES)(verify)
    app.add_typer(archive, name="archive")
    app.command(epilog=REPLAY_EXAMPLES)(replay)


VERIFY_EXAMPLES = """\b
Examples:
  qwen-watch archive verify                        every record under ./data/archive
  qwen-watch archive verify --data backup          of a copy of the data directory
"""
REPLAY_EXAMPLES = """\b
Examples:
  qwen-watch replay --from data --data again                 everything that was archived
  qwen-watch replay --from data --since 2026-03-01 --until 2026-03-07T12:00 --data week
  qwen-watch replay --from old.warc.gz --config newsroom --data again
"""


def verify(data: DataOption = DEFAULT_DATA) -> int:
    """Read the whole archive again.

    Each record of each file is compared with its digests. Those that are damaged are named with file and offset, and
    the exit code is 1.
    """
    from flows.archive_checking import ArchiveTally, damaged_records
    from flows.output import clean
    from flows.places import ARCHIVE_FOLDER
    from flows.reports import counted

    tally = ArchiveTally()
    for problem in damaged_records(data / ARCHIVE_FOLDER, tally):
        print(clean(f"{problem.item}: {problem.message}"))
    read = f"{counted(tally.files, 'file')}, {counted(tally.records, 'record')}, of them {tally.bodies} with a body"
    print(f"{counted(tally.damaged, 'damaged record')}; read: {read}" if tally.damaged else f"all is well: {read}")
    return 1 if tally.damaged else 0


def replay(
    source: Annotated[
        Path, typer.Option("--from", metavar="PLACE", exists=True, help="Data directory, archive folder or WARC file.")
    ],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> int:
    """Run the pipeline over an archive.

    Every cycle in which something was archived takes place again, as of its time, into a new data directory; the same
    configuration gives the same documents, claims and facts. Nothing is fetched and nothing is sent.
    """
    from flows.output import clean
    from flows.progress import shown
    from flows.replaying import archive_files
    from flows.replaying import replay as replayed
    from pipeline.config import load_settings

    settings = load_settings(config_directory(config))
    with shown(quiet) as display:
        report = replayed(archive_files(source), settings, data, since, until, display)
    for problem in report.turn.problems:
        print(clean(f"{problem.stage}: {problem.item}: {problem.message}"), file=sys.stderr)
    if not quiet:
        print(report.headline())
    return 1 if report.turn.problems and not report.turn.documents else 0
