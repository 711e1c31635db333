"""Reading the published copy: never meets a lock, never blocks a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import WarehouseError
from warehouse.connect import PUBLISHED_FILE, open_published


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a question: column names and rows. Moments are aware and in UTC."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """Each row as a mapping from column name to value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Published:
    """The copy under a data directory that people query. Every query sees the latest state of it."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / PUBLISHED_FILE

    def query(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Table:
        """Runs one or more statements that read, and gives the answer of the last.

        Raises WarehouseError when nothing is published yet or the statement is wrong.
        """
        with self.reading() as reader:
            return reader.query(sql, parameters)

    def token(self) -> str:
        """The mark of the copy's last change. Raises WarehouseError when nothing is published yet."""
        [(token,)] = self.query("SELECT token FROM warehouse_state").rows
        return str(token)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Several queries on one state of the copy."""
        if not self.path.exists():
            raise WarehouseError(
                f"{self.path}: nothing is published there yet; run `qwen-watch run` or "
                "`qwen-watch ingest FILE` with the same --data first"
            )
        with open_published(self.path) as connection:
            yield Reader(connection)


class Reader:
    """One state of the published copy; made by `Published.reading`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> Table:
        """The answer to `sql`. Raises WarehouseError when the statement is wrong."""
        try:
            cursor = self._connection.execute(sql, parameters)
            found = cursor.fetchall()
        except duckdb.Error as error:
            raise WarehouseError(f"the query failed: {error}") from error
        return Table(
            tuple(column[0] for column in cursor.description or ()),
            tuple(tuple(map(_in_utc, row)) for row in found),
        )


def _in_utc(value: Any) -> Any:
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) and value.tzinfo else value
