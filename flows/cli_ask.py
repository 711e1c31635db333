"""The commands that read the published copy. They import no Prefect and never wait for a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows import brief
from flows.cli_options import (
    DEFAULT_DATA,
    AboutOption,
    AsOfOption,
    DataOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    StatusOption,
    TypeOption,
    UntilOption,
    with_formats,
)
from flows.output import print_answer, print_json, print_rows
from pipeline.categories import ConflictStatus, SourceStatus


def register(app: typer.Typer) -> None:
    for command, examples in (
        (sql, SQL_EXAMPLES),
        (facts, FACTS_EXAMPLES),
        (events, EVENTS_EXAMPLES),
        (timeline, TIMELINE_EXAMPLES),
        (conflicts, CONFLICTS_EXAMPLES),
        (why, WHY_EXAMPLES),
        (sources, SOURCES_EXAMPLES),
    ):
        app.command(epilog=examples)(with_formats(command))


WIDEN = "widen the filters, or see `qwen-watch sources` for what is being read"

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
  qwen-watch facts --since 30d --json       what was learned in the last thirty days, for a program
  qwen-watch facts --as-of 2026-03-05       what was held then
"""
EVENTS_EXAMPLES = """\b
Examples:
  qwen-watch events                         what happened, latest learned first
  qwen-watch events --type departure --status confirmed
"""
TIMELINE_EXAMPLES = """\b
Examples:
  qwen-watch timeline                       what happened, by its own dates
  qwen-watch timeline --since 2026-01-01 --type release --csv > releases.csv
"""
CONFLICTS_EXAMPLES = """\b
Examples:
  qwen-watch conflicts                      what is disputed now
  qwen-watch conflicts --all --json         resolved ones, too
  qwen-watch conflicts --since 7d           opened in the last seven days
"""
WHY_EXAMPLES = """\b
Examples:
  qwen-watch why "Lin Junyang"              everything said of a person, word for word
  qwen-watch why 3f2a9c                     an event, alert or conflict by its id or the beginning of it
  qwen-watch why "Lin Junyang" --json       the same for a program
"""
SOURCES_EXAMPLES = """\b
Examples:
  qwen-watch sources                        how each source is doing, those in trouble first
  qwen-watch sources --quarantine           pages that broke their reader, and how
  qwen-watch sources --status failing       only those that fail
  qwen-watch sources --scorecard            who is first, who is right, and who repeats others
"""


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
    kind: TypeOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """What is held now, latest learned first."""
    from warehouse import Published, questions
    from warehouse.filters import Filters

    table = questions.facts(Published(data), Filters(about, kind, status, since, until, as_of, limit))
    print_answer(table.columns, table.rows, form, brief.FACTS, f"no fact fits; {WIDEN}")


def events(
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    kind: TypeOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """What happened, latest learned first."""
    from warehouse import Published, questions
    from warehouse.filters import Filters

    table = questions.events(Published(data), Filters(about, kind, status, since, until, as_of, limit))
    print_answer(table.columns, table.rows, form, brief.EVENTS, f"no event fits; {WIDEN}")


def timeline(
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    kind: TypeOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 500,
    form: FormatOption = Format.TABLE,
) -> None:
    """What happened, by its own dates.

    --since and --until are of the day on which it happened, not of when it was learned.
    """
    from warehouse import Published, questions
    from warehouse.filters import Filters

    table = questions.timeline(Published(data), Filters(about, kind, status, since, until, as_of, limit))
    print_answer(table.columns, table.rows, form, brief.TIMELINE, f"no event fits; {WIDEN}")


def conflicts(
    data: DataOption = DEFAULT_DATA,
    about: AboutOption = None,
    kind: TypeOption = None,
    status: Annotated[
        ConflictStatus | None, typer.Option("--status", "-s", help="Open or resolved; open ones if left out.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones, too.")] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    limit: LimitOption = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """Where sources disagree, with quotes.

    --since and --until are of when a conflict was opened.
    """
    from flows.narration import tell_conflicts
    from warehouse import Published, questions
    from warehouse.filters import Filters

    wanted = status or (None if everything else ConflictStatus.OPEN)
    table = questions.conflicts(Published(data), Filters(about, kind, wanted, since, until, as_of, limit))
    if form is Format.TABLE:
        tell_conflicts(table.records())
    else:
        print_rows(table.columns, table.rows, form)


def why(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="A name, or the id of an event, alert or conflict.")],
    data: DataOption = DEFAULT_DATA,
    limit: LimitOption = 20,
    form: FormatOption = Format.TABLE,
) -> int:
    """The quotes behind a fact, on every side.

    Who said it first, who found out on their own, who copied or cited them; what moved its status; and each
    value that was claimed, how sure it is and why, with the exact words, who published them, when and where.
    """
    from flows.narration import evidence_rows, tell_why
    from warehouse import Published
    from warehouse.filters import nearest_names
    from warehouse.why import why as evidence_for

    published = Published(data)
    found = evidence_for(published, event, limit=limit)
    if not found:
        with published.reading() as reader:
            nearest = nearest_names(reader, event)
        guess = f"did you mean {' or '.join(map(repr, nearest))}? " if nearest else ""
        raise typer.BadParameter(
            f"nothing is known under {event!r}; {guess}`qwen-watch facts` lists events with their ids and names",
            param_hint="EVENT",
        )
    if form is Format.JSON:
        print_json([asdict(one) for one in found])
    elif form is Format.CSV:
        print_rows(*evidence_rows(found), form)
    else:
        tell_why(found)
    return 0


def sources(
    data: DataOption = DEFAULT_DATA,
    status: Annotated[SourceStatus | None, typer.Option("--status", "-s", help="Only those that do like this.")] = None,
    scorecard: Annotated[
        bool, typer.Option("--scorecard", help="How each publisher has fared: first, right, wrong, alone.")
    ] = False,
    quarantine: Annotated[
        bool,
        typer.Option("--quarantine", help="Bodies that broke their reader; after three tries they are left alone."),
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """How each source is doing, how its words have fared, or what of it cannot be read."""
    from warehouse import Published, questions
    from warehouse.filters import Filters

    if quarantine:
        table = questions.quarantine(Published(data))
        print_answer(table.columns, table.rows, form, brief.QUARANTINE, "nothing has broken its reader")
        return
    if scorecard:
        table = questions.scorecard(Published(data))
        nothing = "nobody has told of anything yet; `qwen-watch run` reads the sources"
        print_answer(table.columns, table.rows, form, brief.SCORECARD, nothing)
        return
    table = questions.sources(Published(data), Filters(status=status))
    others = "no source does so; without --status all are shown"
    nothing = others if status else "no source has been asked yet; `qwen-watch run` asks them"
    print_answer(table.columns, table.rows, form, brief.SOURCES, nothing)
