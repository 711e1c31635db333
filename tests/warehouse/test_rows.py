"""Rows that are revised end up as if they had been replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import rows

Row = Mapping[str, object]
MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from("abcd"),
            "moment": st.none() | MOMENTS,
            "number": st.none() | st.integers(0, 2),
            "options": st.dictionaries(st.sampled_from("xy"), st.integers(0, 1)),
        }
    )
)


@pytest.fixture(scope="module")
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE things (id VARCHAR, moment TIMESTAMPTZ, number INTEGER, options JSON)")
        yield connection


def stored(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT id, epoch_us(moment), number, options FROM things ORDER BY id").fetchall()


@settings(deadline=None, max_examples=50)
@given(before=ROWS, given_rows=ROWS)
def test_what_is_revised_is_as_if_it_was_replaced(
    table: duckdb.DuckDBPyConnection, before: list[Row], given_rows: list[Row]
) -> None:
    held = {(row["id"],): row for row in before}
    table.execute("DELETE FROM things")
    rows.replace(table, "things", ["id"], before)
    rows.replace(table, "things", ["id"], given_rows)
    replaced = stored(table)

    table.execute("DELETE FROM things")
    rows.replace(table, "things", ["id"], before)
    rows.revise(table, "things", ["id"], held, given_rows)
    assert stored(table) == replaced


@settings(deadline=None)
@given(MOMENTS)
def test_a_moment_comes_back_from_its_number(table: duckdb.DuckDBPyConnection, moment: dt.datetime) -> None:
    ((number,),) = table.execute("SELECT epoch_us(?::TIMESTAMPTZ)", [moment.isoformat()]).fetchall()
    assert rows.from_epoch(number) == moment
