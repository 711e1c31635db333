"""The commands that read the published copy. They import no Prefect and never wait for a run."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from flows.cli_options import (
    DEFAULT_DATA,
    DataOption,
    Format,
    FormatOption,
    LimitOption,
    moment,
)
from flows.output import print_rows


def register(app: typer.Typer) -> None:
    for command, examples in (
        (sql, SQL_EXAMPLES),
        (facts, FACTS_EXAMPLES),
        (conflicts, CONFLICTS_EXAMPLES),
        (why, WHY_EXAMPLES),
        (sources, SOURCES_EXAMPLES),
    ):
        app.command(epilog=examples)(command)


# What a terminal shows of the tables; a pipe, CSV and JSON get every column.
BRIEF_FACTS = ("subject", "type", "attribute", "value", "bound", "status", "origins", "disputed", "event_id")
BRIEF_ALERTS = ("created_at", "severity", "title", "deliveries")
BRIEF_SOURCES = (
    "name",
    "status",
    "last_checked_at",
    "next_check_at",
    "consecutive_failures",
    "documents",
    "last_error",
)
BRIEF_SCORECARD = (
    "publisher",
    "tier",
    "events",
    "repeated",
    "first",
    "right",
    "settled",
    "right_low",
    "right_high",
    "alone_unconfirmed",
)

SQL_EXAMPLES = """\b
Examples:
  qwen-watch sql "SELECT person, change, date_from, status FROM personnel_changes"
  qwen-watch sql "FROM model_releases WHERE family = 'Qwen3.5'" --format json
  qwen-watch sql "FROM facts_as_of('2026-03-04 08:00:00+00')" --format csv > facts.csv
  qwen-watch sql "SHOW TABLES"
The database itself is DATA/qwen.duckdb; any DuckDB 1.5 client can open it.
"""
FACTS_EXAMPLES = """\b
Examples:
  qwen-watch facts                          what is held, latest first
  qwen-watch facts --about "Lin Junyang"    of one person, model or organisation, by any name
  qwen-watch facts --since 2026-03-01       what was learned since then
"""
CONFLICTS_EXAMPLES = """\b
Examples:
  qwen-watch conflicts                      what is disputed now
  qwen-watch conflicts --all --format json  resolved ones, too
"""
WHY_EXAMPLES = """\b
Examples:
  qwen-watch why "Lin Junyang"              everything said of a person, word for word
  qwen-watch why 3f2a9c                     an event, alert or conflict by its id or the beginning of it
"""
ALERTS_EXAMPLES = """\b
Examples:
  qwen-watch alerts --limit 5               the latest five, and how far each has got
  qwen-watch alerts simulate --since 90d    what the rules would have sent, and why not
  qwen-watch alerts mute NAME --until 7d --because "we know"
"""
SOURCES_EXAMPLES = """\b
Examples:
  qwen-watch sources                        how each source is doing, those in trouble first
  qwen-watch sources --scorecard            who is first, who is right, and who repeats others
"""

AboutOption = Annotated[
    str | None, typer.Option("--about", "-a", metavar="NAME", help="Only of this person, model or organisation.")
]


def sql(
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="One or more statements; the last answers.")],
    data: DataOption = DEFAULT_DATA,
    form: FormatOption = Format.TABLE,
) -> None:
    """Run SQL on the published copy, read-only."""
    from warehouse import Published

    table = Published(data).query(statement)
    print_rows(table.columns, table.rows, form)


def facts(
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    kind: Annotated[
        str | None,
        typer.Option("--type", "-t", metavar="TYPE", help="departure, hire, appointment, founding, release or metric."),
    ] = None,
    since: Annotated[
        dt.datetime | None,
        typer.Option("--since", parser=moment, metavar="TIME", help="Learned at that time or later."),
    ] = None,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """What is held now, latest first."""
    from warehouse import Published, questions

    table = questions.facts(Published(data), entity=about, event_type=kind, since=since, limit=limit)
    print_rows(table.columns, table.rows, form, BRIEF_FACTS)


def conflicts(
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones, too.")] = False,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """Where sources disagree, with quotes."""
    from flows.narration import tell_conflicts
    from warehouse import Published, questions

    table = questions.conflicts(Published(data), status=None if everything else "open", entity=about, limit=limit)
    if form is Format.TABLE:
        tell_conflicts(table.records())
    else:
        print_rows(table.columns, table.rows, form)


def why(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="A name, or the id of an event, alert or conflict.")],
    data: DataOption = DEFAULT_DATA,
    limit: LimitOption = 20,
) -> int:
    """The quotes behind a fact, on every side.

    Who said it first, who found out on their own, who copied or cited them; what moved its status; and each
    value that was claimed, how sure it is and why, with the exact words, who published them, when and where.
    """
    from flows.narration import tell_why
    from warehouse import Published
    from warehouse.why import why as evidence_for

    found = evidence_for(Published(data), event, limit=limit)
    if not found:
        raise typer.BadParameter(
            f"nothing is known under {event!r}; `qwen-watch facts` lists events with their ids and names",
            param_hint="EVENT",
        )
    tell_why(found)
    return 0


def alerts(data: DataOption = DEFAULT_DATA, limit: LimitOption = 50, form: FormatOption = Format.TABLE) -> None:
    """What was raised, and how far it has got."""
    from warehouse import Published, questions

    table = questions.alerts(Published(data), limit=limit)
    print_rows(table.columns, table.rows, form, BRIEF_ALERTS)


def sources(
    data: DataOption = DEFAULT_DATA,
    scorecard: Annotated[
        bool, typer.Option("--scorecard", help="How each publisher has fared: first, right, wrong, alone.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """How each source is doing, or how its words have fared."""
    from warehouse import Published, questions

    if scorecard:
        table = questions.scorecard(Published(data))
        print_rows(table.columns, table.rows, form, BRIEF_SCORECARD)
        return
    table = questions.sources(Published(data))
    print_rows(table.columns, table.rows, form, BRIEF_SOURCES)
