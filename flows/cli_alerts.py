"""The command `alerts`: what was raised; a group, so that other commands about alerts stand below it."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import cli_alerts_test
from flows.cli_options import (
    DEFAULT_DATA,
    AboutOption,
    AsOfOption,
    DataOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    TypeOption,
    UntilOption,
    with_formats,
)
from pipeline.categories import DeliveryState

EXAMPLES = """\b
Examples:
  qwen-watch alerts --limit 5               the latest five, and how far each has got
  qwen-watch alerts --since 7d --type release
  qwen-watch alerts --status failed         what could not be delivered
"""

group = typer.Typer(name="alerts", rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})


def register(app: typer.Typer) -> None:
    group.callback(invoke_without_command=True, epilog=EXAMPLES)(with_formats(alerts))
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
