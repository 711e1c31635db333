"""A pytest plugin (`-p tests.warehouse.ducklake`): every database of the tests is a DuckLake with a local catalog.

`duckdb.connect` gives a connection whose current database is the lake: its catalog is a DuckDB file at the path that
was asked for, and its Parquet files are in `lake.files` beside it. It takes DuckDB and duckdb-extension-ducklake of
one version.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_ducklake
import pytest

IMPOSSIBLE = {
    "test_dictionary.py::test_nothing_lacks_a_comment[macros]": "a lake keeps no comment on a macro",
    "test_dictionary.py::test_nothing_lacks_a_comment[columns of views]": "a lake keeps no comment on a view's column",
    "test_dictionary.py::test_the_examples_in_the_comments_of_macros_run": "a lake keeps no comment on a macro",
    "test_dictionary.py::test_comments_reach_the_published_copy[macros]": "a lake keeps no comment on a macro",
    "test_dictionary.py::test_comments_reach_the_published_copy[columns of views]": "a lake keeps no comment on a "
    "view's column",
    "test_writers_turn.py::test_only_a_large_database_is_worked_on_by_more_than_one_thread": "every lake here has one",
    "test_dictionary.py::test_the_page_is_current": "the page is made from all comments, and a lake keeps some of them",
}
"""Tests of what a lake does not have, each with the reason. They run, and one that passes is reported as a failure."""
BY_CHANCE = {
    "test_round_trips.py::test_alerts_come_back_as_they_were_raised": "a lake cannot look for a key with a NUL in it",
}
"""Likewise, but whether Hypothesis tries what a lake does not have is a matter of chance: these may pass."""

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_EXTENSION = next(Path(duckdb_extension_ducklake.__file__).parent.rglob("ducklake.duckdb_extension"))
_ATTACH = re.compile(r"^ATTACH '(?P<catalog>.+)' AS (?P<name>\w+)(?P<read_only> \(READ_ONLY\))?$")
_VIEW = re.compile(r"^CREATE OR REPLACE VIEW (\w+)", re.MULTILINE)
# Of tiny queries, threads are most of the cost. A signature is a hash over 36 MB on every loading, and pip, which
# brought the extension, has checked another.
_CHEAP = {"threads": "1", "allow_unsigned_extensions": "true"}

_plain_connect = duckdb.connect


class Lake:
    """A connection that passes everything on but the comments that a lake refuses."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, query: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        if attached := _ATTACH.match(query):
            query = _attaching(Path(attached["catalog"]), attached["name"], bool(attached["read_only"]))
        if query.startswith("CHECKPOINT "):  # of a lake it says nothing about the log of its catalog
            query = query.replace("CHECKPOINT ", "CHECKPOINT __ducklake_metadata_")
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
    """As `duckdb.connect`, with a DuckLake in the place of the database file, and of that file's name."""
    in_memory = database == ":memory:"
    catalog = Path(tempfile.mkdtemp(prefix="lake-")) / "lake.duckdb" if in_memory else Path(str(database))
    connection = _plain_connect(":memory:", config={**_CHEAP, **(config or {})})
    connection.execute(f"LOAD '{_EXTENSION}'")
    name = catalog.name.partition(".")[0]
    connection.execute(_attaching(catalog, name, read_only))
    connection.execute(f"USE {name}")
    # Loaded before the program itself, as in the programs of the tests, DuckDB takes it for an interactive session.
    connection.execute("SET enable_progress_bar = false")
    return Lake(connection)


def _attaching(catalog: Path, name: str, read_only: bool) -> str:
    return f"ATTACH 'ducklake:{catalog}' AS {name} ({', '.join(_options(catalog, read_only))})"


def _options(catalog: Path, read_only: bool) -> list[str]:
    # Every row in Parquet: few rows would be kept in the catalog, which is a DuckDB file.
    options = ["READ_ONLY" if read_only else "DATA_INLINING_ROW_LIMIT 0"]
    files = catalog.with_name("lake.files")
    # A data directory that was copied has files of its own; a catalog that was moved alone goes on with those it had.
    if files.exists() or not catalog.exists():
        options += [f"DATA_PATH '{files}/'", "OVERRIDE_DATA_PATH true"]
    return options


duckdb.connect = connect  # type: ignore[assignment]


def pytest_configure() -> None:
    # The programs that tests start load this, too, by the `sitecustomize` that Python looks for on its path.
    paths = [str(_HERE), str(_ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = item.nodeid.rpartition("/")[2]
        if reason := (IMPOSSIBLE | BY_CHANCE).get(name):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=name in IMPOSSIBLE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    impossible = terminalreporter.stats.get("xfailed", [])
    terminalreporter.section(f"{len(impossible)} of what is tested, a DuckLake does not have")
    for report in impossible:
        terminalreporter.line(f"{report.nodeid}: {report.wasxfail}")
