"""The command `alerts`: what was raised; and below it, what rules would have sent, and what is muted."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from flows import cli_alerts_test
from flows.cli_options import (
    DEFAULT_DATA,
    AboutOption,
    AsOfOption,
    ConfigOption,
    DataOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    TypeOption,
    UntilOption,
    config_directory,
    moment_or_span,
    with_formats,
)
from flows.clock import utc_now
from flows.output import print_rows, say
from pipeline.categories import DeliveryState

EXAMPLES = """\b
Examples:
  qwen-watch alerts --limit 5               the latest five, and how far each has got
  qwen-watch alerts --since 7d --type release
  qwen-watch alerts --status failed         what could not be delivered
  qwen-watch alerts simulate --since 90d    what the rules would have sent, and why not
  qwen-watch alerts mute NAME --until 7d --because "we know"
"""
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

group = typer.Typer(name="alerts", rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


def register(app: typer.Typer) -> None:
    group.callback(invoke_without_command=True, epilog=EXAMPLES)(with_formats(alerts))
    group.command(epilog=SIMULATE_EXAMPLES)(with_formats(simulate))
    group.command(epilog=MUTE_EXAMPLES)(mute)
    group.command()(with_formats(mutes))
    group.command()(unmute)
    cli_alerts_test.register(group)
    app.add_typer(group)


def alerts(
    context: typer.Context,
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    kind: TypeOption = None,
    status: Annotated[
        DeliveryState | None, typer.Option("--status", "-s", help="Only where a delivery stands like this.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """What was raised, and how far it has got."""
    if context.invoked_subcommand is not None:
        return
    from flows import brief
    from flows.output import print_answer
    from warehouse import Published, questions
    from warehouse.filters import Filters

    asked = Filters(about, kind, status, since, until, as_of, limit)
    table = questions.alerts(Published(data), asked)
    print_answer(table.columns, table.rows, form, brief.ALERTS, "no alert fits; `qwen-watch facts` shows what is held")


def simulate(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    since: Annotated[
        dt.datetime | None,
        typer.Option("--since", parser=lambda text: _from_now(text, -1), metavar="TIME", help="90d, 2026-03-01."),
    ] = None,
    form: FormatOption = Format.TABLE,
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
    print_rows(COLUMNS, [row(one) for one in outcomes], form, BRIEF)
    if form is Format.TABLE:
        for line in summary(outcomes) or ["no alert was raised since then; try an earlier --since"]:
            say(line)


def mute(
    about: Annotated[str, typer.Argument(metavar="NAME|EVENT", help="A name, or the id of an event.")],
    until: Annotated[
        dt.datetime,
        typer.Option("--until", parser=lambda text: _from_now(text, 1), metavar="TIME", help="7d, 2026-12-31."),
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


def _from_now(text: str, sign: int) -> dt.datetime:
    """A time, or a span from now such as `90d`: behind us, or ahead."""
    asked = moment_or_span(text)
    return utc_now() + sign * asked if isinstance(asked, dt.timedelta) else asked
