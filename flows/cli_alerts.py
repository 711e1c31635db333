"""The command `alerts` and what belongs to it: what rules would have sent, and what is muted."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from flows import cli_ask
from flows.cli_options import (
    DEFAULT_DATA,
    ConfigOption,
    DataOption,
    Format,
    FormatOption,
    LimitOption,
    config_directory,
    moment,
)
from flows.clock import utc_now
from flows.output import print_rows, say

alerts_app = typer.Typer(invoke_without_command=True, no_args_is_help=False, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    alerts_app.callback(epilog=cli_ask.ALERTS_EXAMPLES)(alerts)
    alerts_app.command(epilog=SIMULATE_EXAMPLES)(simulate)
    alerts_app.command(epilog=MUTE_EXAMPLES)(mute)
    alerts_app.command()(mutes)
    alerts_app.command()(unmute)
    app.add_typer(alerts_app, name="alerts")


SIMULATE_EXAMPLES = """\b
Examples:
  qwen-watch alerts simulate --since 90d                    what the rules as they are would have sent
  qwen-watch alerts simulate --since 90d --config draft     a set of rules that is not switched on yet
"""
MUTE_EXAMPLES = """\b
Examples:
  qwen-watch alerts mute "Qwen3.5" --until 7d --because "launch week, we know"
  qwen-watch alerts mute 3f2a9c --until 2026-12-31 --because "settled by hand"
"""


def _since(text: str) -> dt.datetime:
    return _then(text, -1)


def _until(text: str) -> dt.datetime:
    return _then(text, 1)


def _then(text: str, sign: int) -> dt.datetime:
    """A time, or a duration from now: `90d`."""
    from pipeline.config.values import DURATION, parse_duration

    return utc_now() + sign * parse_duration(text) if DURATION.fullmatch(text.strip()) else moment(text)


def alerts(
    context: typer.Context,
    data: DataOption = DEFAULT_DATA,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """What was raised, and how far it has got."""
    if context.invoked_subcommand is None:
        cli_ask.alerts(data, limit, form)


def simulate(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    since: Annotated[
        dt.datetime | None,
        typer.Option("--since", parser=_since, metavar="TIME", help="Of the alerts since then: 90d, 2026-03-01."),
    ] = None,
    form: FormatOption = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """What a set of rules would have sent.

    The alerts of the ledger go through the rules again: when each would have gone where, with which others in one
    message, and why one would not have gone at all. Nothing is sent and nothing changed.
    """
    from flows.simulating import BRIEF, COLUMNS, row, simulated, summary
    from pipeline.config import load_settings

    settings = load_settings(config_directory(config))
    for warning in settings.warnings:
        print(f"note: {warning}", file=sys.stderr)
    now = utc_now()
    outcomes = simulated(data, settings, since or now - dt.timedelta(days=90), now)
    form = Format.JSON if as_json else form
    print_rows(COLUMNS, [row(one) for one in outcomes], form, BRIEF)
    if form is Format.TABLE:
        for line in summary(outcomes) or ["no alert was raised since then; try an earlier --since"]:
            say(line)


def mute(
    about: Annotated[str, typer.Argument(metavar="NAME|EVENT", help="A name, or the id of an event.")],
    until: Annotated[
        dt.datetime, typer.Option("--until", parser=_until, metavar="TIME", help="When it ends: 7d, 2026-12-31.")
    ],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why, for whoever wonders later.")],
    who: Annotated[str, typer.Option("--by", metavar="NAME", envvar="USER", help="Who asks for it.")] = "somebody",
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Do not tell of somebody or something for a while."""
    from flows.muting import Muting
    from flows.muting import mute as write

    for each in write(data, Muting(about, until, because, who, utc_now())):
        ends = f"{each.until:%Y-%m-%d %H:%M} UTC"
        say(f"muted {each.name} until {ends}; `qwen-watch alerts unmute {each.mute_id}` ends it before")


def mutes(data: DataOption = DEFAULT_DATA, config: ConfigOption = None, form: FormatOption = Format.TABLE) -> None:
    """What is muted, by whom and until when."""
    from flows.muting import all_mutes
    from pipeline.config import load_settings

    now = utc_now()
    columns = ("name", "state", "until", "because", "who", "mute_id")
    rows = []
    for one in all_mutes(data, load_settings(config_directory(config)).mutes):
        state = "in force" if one.holds(now) else "ended"
        rows.append((one.name, state, one.lifted_at or one.until, one.because, one.who, one.mute_id))
    print_rows(columns, rows, form)


def unmute(
    which: Annotated[str, typer.Argument(metavar="NAME|MUTE", help="The name that was muted, or the mute's id.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """End a mute before its time."""
    from flows.muting import lift

    for each in lift(data, which, utc_now()):
        say(f"{each.name} is told of again")
