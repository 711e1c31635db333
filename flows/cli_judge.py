"""The commands with which people decide: `resolve`, `reopen`, `confirm`, `retract`, `merge`, `split`."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
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
    for command, examples in (
        (resolve, RESOLVE_EXAMPLES),
        (reopen, REOPEN_EXAMPLES),
        (confirm, CONFIRM_EXAMPLES),
        (retract, RETRACT_EXAMPLES),
        (merge, MERGE_EXAMPLES),
        (split, SPLIT_EXAMPLES),
    ):
        app.command(epilog=examples)(with_formats(command))


RESOLVE_EXAMPLES = """\b
Examples:
  qwen-watch resolve 3f2a9c --value 2026-03-03 --because "his own post says so"
  qwen-watch resolve 3f2a9c --because "both are one week's work"     laid to rest with what is held
"""
REOPEN_EXAMPLES = """\b
Examples:
  qwen-watch reopen 3f2a9c --because "the post was about something else"
"""
CONFIRM_EXAMPLES = """\b
Examples:
  qwen-watch confirm 81d0c4 --because "she told us so by phone"
"""
RETRACT_EXAMPLES = """\b
Examples:
  qwen-watch retract 81d0c4 --because "another person of the same name"
"""
MERGE_EXAMPLES = """\b
Examples:
  qwen-watch merge 81d0c4 99ab12 --because "one departure, told again in autumn"
"""
SPLIT_EXAMPLES = """\b
Examples:
  qwen-watch sql "SELECT claim_id, quote FROM claims WHERE event_id LIKE '81d0c4%'"
  qwen-watch split 81d0c4 --claims 5e01,77c2 --because "these tell of the second time she left"
"""

EventArgument = Annotated[str, typer.Argument(metavar="EVENT", help="Its id, or the beginning of it.")]
BecauseOption = Annotated[str, typer.Option("--because", "-b", metavar="REASON", help="Why; kept with the decision.")]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        envvar="QWEN_WATCH_USER",
        metavar="NAME",
        help="Who decides. Left out: the name of the user.",
        show_default=False,
    ),
]
AtOption = Annotated[
    dt.datetime | None,
    typer.Option("--at", parser=moment, metavar="TIME", help="When it was decided. Left out: now."),
]


def resolve(
    conflict: Annotated[str, typer.Argument(metavar="CONFLICT", help="Its id, or the beginning of it.")],
    because: BecauseOption,
    value: Annotated[
        str | None,
        typer.Option("--value", "-v", metavar="VALUE", help="What holds. Left out: what is held already."),
    ] = None,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Decide a conflict for a value.

    It stays resolved when more sources say what was known by then; a value that comes up later opens it again.
    """
    _judge("resolve", (conflict,), because, by, at, data, config, form, value=value)


def reopen(
    target: Annotated[str, typer.Argument(metavar="CONFLICT|EVENT", help="Its id, or the beginning of it.")],
    because: BecauseOption,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take back what was decided of a conflict or an event."""
    _judge("reopen", (target,), because, by, at, data, config, form)


def confirm(
    event: EventArgument,
    because: BecauseOption,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Hold an event for confirmed, whatever sources say."""
    _judge("confirm", (event,), because, by, at, data, config, form)


def retract(
    event: EventArgument,
    because: BecauseOption,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Hold an event for retracted, whatever sources say. It stays on record."""
    _judge("retract", (event,), because, by, at, data, config, form)


def merge(
    event: EventArgument,
    other: Annotated[str, typer.Argument(metavar="EVENT", help="The other one, of the same type and subject.")],
    because: BecauseOption,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Hold two events for one.

    What is told of either from then on is told of both, also after a rebuild.
    """
    _judge("merge", (event, other), because, by, at, data, config, form)


def split(
    event: EventArgument,
    claims: Annotated[
        list[str],
        typer.Option("--claims", metavar="CLAIM[,CLAIM...]", help="Claims of the one part, by id; may be repeated."),
    ],
    because: BecauseOption,
    by: ByOption = None,
    at: AtOption = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Hold an event for two: what the claims tell of, and the rest.

    All that a document says of the event goes with its claims. What is told later goes to the part with its
    story, else to the one whose dates are nearer, else to the rest.
    """
    named = tuple(one.strip() for several in claims for one in several.split(",") if one.strip())
    _judge("split", (event,), because, by, at, data, config, form, claims=named)


def _judge(
    decision: str,
    targets: tuple[str, ...],
    because: str,
    by: str | None,
    at: dt.datetime | None,
    data: Path,
    config: Path | None,
    form: Format,
    *,
    value: str | None = None,
    claims: tuple[str, ...] = (),
) -> None:
    from flows.changed import COLUMNS
    from flows.clock import clock_of
    from flows.decisions import Request
    from flows.judging import judge
    from flows.output import print_rows, say
    from flows.reporting import renew_report
    from pipeline.config import load_settings

    if not because.strip():
        raise typer.BadParameter("say why: whoever reads it in a year will ask", param_hint="--because")
    request = Request(decision, targets, because.strip(), by or _user(), clock_of(at)(), value, claims)
    judged = judge(data, load_settings(config_directory(config)), request)
    for problem in renew_report(data, request.made_at):
        print(problem.message, file=sys.stderr)
    rows = [one.row for one in judged.changes]
    if form is not Format.TABLE:
        print_rows(COLUMNS, rows, form)
        return
    say(f"{decision}, by {request.who}: judgement {judged.judgement.judgement_id}", style="bold")
    if judged.note:
        say(f"note: {judged.note}", style="yellow")
    if rows:
        print_rows(COLUMNS, rows, form, COLUMNS[:-1])
    else:
        say("nothing is held otherwise for now; the decision stands whatever comes")
    for alert in judged.alerts:
        say(f"alert: {alert.title}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise typer.BadParameter("the system knows no user name: say who decides", param_hint="--by") from None
