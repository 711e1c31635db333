"""Nothing people query lacks a comment, and the data dictionary is made from them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.records import departure, turn
from warehouse import Published
from warehouse.dictionary import current

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
UNCOMMENTED = {
    "tables": "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL",
    "views": "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL",
    "macros": "SELECT function_name FROM duckdb_functions() "
    "WHERE NOT internal AND function_type LIKE '%macro' AND comment IS NULL",
    "columns of tables": "SELECT table_name, column_name FROM duckdb_columns() "
    "WHERE table_name IN (SELECT table_name FROM duckdb_tables()) AND comment IS NULL",
    "columns of views": "SELECT table_name, column_name FROM duckdb_columns() "
    "WHERE table_name IN (SELECT view_name FROM duckdb_views() WHERE NOT internal) AND comment IS NULL",
}


@pytest.mark.parametrize("kind", UNCOMMENTED)
def test_nothing_lacks_a_comment(database: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert database.execute(UNCOMMENTED[kind]).fetchall() == []


def test_the_examples_in_the_comments_of_macros_run(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT DISTINCT function_name, comment FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"
    examples = {
        name: comment.rpartition(": ")[2].removesuffix(".")
        for name, comment in database.execute(query).fetchall()
        if f"FROM {name}(" in comment
    }
    assert set(examples) == {
        "changes_since",
        "confidence_as_of",
        "events_as_of",
        "facts_as_of",
        "scorecard_as_of",
        "who_said",
    }
    for example in examples.values():
        database.execute(example)


@pytest.mark.parametrize("kind", UNCOMMENTED)
def test_comments_reach_the_published_copy(data_dir: Path, kind: str) -> None:
    turn(data_dir, departure())
    assert Published(data_dir).query(UNCOMMENTED[kind]).rows == ()


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == current(), "run: python -m warehouse.dictionary docs/data-dictionary.md"


def test_the_page_shows_tables_views_and_macros() -> None:
    page = current()
    assert "### facts\n\nWhat is, or was, held" in page
    assert "| `known_from` | TIMESTAMPTZ | From when on it was held. |" in page
    assert "### facts_as_of(moment)" in page
    assert page.endswith("|\n")
