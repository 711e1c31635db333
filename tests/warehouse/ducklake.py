"""A pytest plugin (`-p tests.warehouse.ducklake`): every database of the tests is a DuckLake with a local catalog.

`duckdb.connect` gives a connection whose current database is the lake: its catalog is a DuckDB file at the path that
was asked for, and its Parquet files lie beside it. It takes DuckDB and duckdb-extension-ducklake of one version.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_ducklake

_plain_connect = duckdb.connect
_EXTENSION = next(Path(duckdb_extension_ducklake.__file__).parent.rglob("ducklake.duckdb_extension"))


# DuckLake keeps comments on tables, their columns, and views; it refuses those on macros and on columns of views.
_VIEW = re.compile(r"^CREATE OR REPLACE VIEW (\w+)", re.MULTILINE)


class Lake:
    """A connection that passes everything on but the comments that a lake refuses."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, query: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        refused = "|".join(["MACRO .*", *(rf"COLUMN {view}[.].*" for view in _VIEW.findall(query))])
        kept = re.sub(rf"^COMMENT ON ({refused});$", "", query, flags=re.MULTILINE)
        return self._connection.execute(kept, parameters)

    def __enter__(self) -> Lake:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def connect(database: object = ":memory:", read_only: bool = False, config: Any = None) -> Lake:
    """As `duckdb.connect`, with a DuckLake in the place of the database file."""
    catalog = (
        Path(tempfile.mkdtemp(prefix="lake-")) / "memory.duckdb" if database == ":memory:" else Path(str(database))
    )
    connection = _plain_connect(":memory:", config=config or {})
    connection.execute(f"LOAD '{_EXTENSION}'")
    # A copy of a catalog goes on with the files of the one that it was copied from.
    options = " (READ_ONLY)" if read_only else "" if catalog.exists() else f" (DATA_PATH '{catalog}.files/')"
    name = f"lake_{catalog.name.partition('.')[0]}"
    connection.execute(f"ATTACH 'ducklake:{catalog}' AS {name}{options}")
    connection.execute(f"USE {name}")
    return Lake(connection)


duckdb.connect = connect  # type: ignore[assignment]
