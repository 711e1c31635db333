"""The data dictionary, made from the comments in the database: `python -m warehouse.dictionary FILE`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse.migrate import migrate

_HEAD = """# Data dictionary

What stands in `qwen.duckdb`, the copy of the database that people query. This page is made from the comments
in the database by `python -m warehouse.dictionary docs/data-dictionary.md`; edit `warehouse/migrations/` and
`warehouse/views.sql` instead.

Times are `TIMESTAMPTZ` in UTC. Dates of the world are closed intervals: a single day has the same day twice,
*March 2026* is 1 March to 31 March. Ids are made from content, so the same input gives the same id anywhere.
"""


def render(connection: duckdb.DuckDBPyConnection) -> str:
    """The dictionary as Markdown: views, macros and tables with every column's type and comment."""
    parts = [
        _HEAD,
        *_relations(connection, "Views", "duckdb_views", "view_name"),
        *_macros(connection),
        *_relations(connection, "Tables", "duckdb_tables", "table_name"),
    ]
    return "\n".join(parts)


def current() -> str:
    """The dictionary of the schema that this program brings along."""
    with duckdb.connect() as connection:
        migrate(connection, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
        return render(connection)


def _relations(connection: duckdb.DuckDBPyConnection, title: str, catalog: str, name: str) -> Iterator[str]:
    yield f"## {title}\n"
    found = connection.execute(
        f"SELECT {name}, comment FROM {catalog}() WHERE NOT internal AND NOT temporary ORDER BY 1"
    ).fetchall()
    for relation, comment in found:
        yield f"### {relation}\n\n{_cell(comment)}\n\n| column | type | what it is |\n|---|---|---|"
        columns = connection.execute(
            """
            SELECT column_name, replace(data_type, 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'), comment
            FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index
            """,
            [relation],
        ).fetchall()
        yield from (f"| `{column}` | {kind} | {_cell(meaning)} |" for column, kind, meaning in columns)
        yield ""


def _macros(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield "## Macros\n"
    found = connection.execute(
        """
        SELECT function_name, parameters, comment FROM duckdb_functions()
        WHERE NOT internal AND function_type LIKE '%macro' ORDER BY 1
        """
    ).fetchall()
    for name, parameters, comment in found:
        yield f"### {name}({', '.join(parameters)})\n\n{_cell(comment)}\n"


def _cell(comment: str | None) -> str:
    return (comment or "").replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(current(), encoding="utf-8")
