"""Rows in and out of tables: columnar inserts, replacement by natural key, times in UTC.

All rows of a table travel as one JSON parameter of columns and are unnested by DuckDB. Lists as
parameters are converted value by value, and DuckDB's client looks for pandas at each of them: without
pandas that costs some 100 µs a value, the JSON half a microsecond.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import duckdb

Row = Mapping[str, object]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# A relation of one column, to stand after IN or FROM; its parameter is made by `as_list`.
LISTED = """(SELECT unnest(from_json_strict(?, '["VARCHAR"]')) AS item)"""


def as_list(items: Iterable[object]) -> str:
    """The parameter of `LISTED`."""
    return _as_json(list(items))


def relation(types: Mapping[str, str]) -> str:
    """A SELECT of the given columns (name to SQL type), unnested from one parameter made by `as_columns`."""
    structure = json.dumps({name: [_structure(kind)] for name, kind in types.items()})
    columns = ", ".join(f'unnest(columnar."{name}") AS "{name}"' for name in types)
    return f"SELECT {columns} FROM (SELECT from_json_strict(?, '{structure}') AS columnar)"


def as_columns(names: Iterable[str], rows: Sequence[Row]) -> str:
    """The parameter of `relation`: each column's values in the order of the rows."""
    columns = {name: [row[name] for row in rows] for name in names}
    return _as_json(columns)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Appends the rows; each must name the same columns of `table`."""
    if not rows:
        return
    types = _types(connection, table, rows[0])
    names = ", ".join(f'"{name}"' for name in types)
    connection.execute(f"INSERT INTO {table} ({names}) {relation(types)}", [as_columns(types, rows)])


def replace(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], rows: Iterable[Row]) -> int:
    """Puts the rows in place of those with the same key (text columns), and gives their number.

    Of two given with one key the later stays.
    """
    latest = _by_key(key, rows)
    if latest:
        types = dict.fromkeys(key, "VARCHAR")
        names = ", ".join(key)
        connection.execute(f"DELETE FROM {table} WHERE ({names}) IN ({relation(types)})", [as_columns(key, latest)])
        insert(connection, table, latest)
    return len(latest)


def revise(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: Sequence[str],
    held: Mapping[tuple[object, ...], Row],
    rows: Iterable[Row],
) -> None:
    """Puts the rows in place as `replace` does; of those that are in `held`, by key, only what differs is written.

    `held` are rows as they are stored. Of many that change a little this is a fraction of the work and of the log.
    """
    latest = {tuple(row[column] for column in key): row for row in rows}
    replace(connection, table, key, [row for at, row in latest.items() if at not in held])
    changed = {at: row for at, row in latest.items() if at in held and row != held[at]}
    columns = {name: None for at, row in changed.items() for name in row if row[name] != held[at][name]}
    if columns:
        _update(connection, table, key, [{name: row[name] for name in (*key, *columns)} for row in changed.values()])


def insert_missing(connection: duckdb.DuckDBPyConnection, table: str, key: str, rows: Iterable[Row]) -> set[object]:
    """Appends the rows whose key (one text column) is not in the table yet, and gives those keys."""
    latest = _by_key([key], rows)
    if not latest:
        return set()
    found = connection.execute(
        f"SELECT {key} FROM {table} WHERE {key} IN {LISTED}", [as_list(row[key] for row in latest)]
    ).fetchall()
    there = {value for (value,) in found}
    missing = [row for row in latest if row[key] not in there]
    insert(connection, table, missing)
    return {row[key] for row in missing}


def delete(connection: duckdb.DuckDBPyConnection, table: str, column: str, values: Collection[object]) -> None:
    """Removes the rows whose `column` (text) is one of `values`."""
    if values:
        connection.execute(f"DELETE FROM {table} WHERE {column} IN {LISTED}", [as_list(values)])


def from_epoch(microseconds: int) -> dt.datetime:
    """The moment that `epoch_us` gives so. Of many moments this is a fraction of the work that DuckDB's client does."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def maybe_from_epoch(microseconds: int | None) -> dt.datetime | None:
    return None if microseconds is None else from_epoch(microseconds)


def utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


def maybe_utc(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else moment.astimezone(dt.UTC)


def seconds(span: dt.timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def maybe_span(length: float | None) -> dt.timedelta | None:
    return None if length is None else dt.timedelta(seconds=length)


def offset_minutes(moment: dt.datetime) -> int:
    """The moment's distance from UTC, in whole minutes."""
    return round((moment.utcoffset() or dt.timedelta()).total_seconds() / 60)


def at_offset(moment: dt.datetime, minutes: int) -> dt.datetime:
    """The same moment, written as a clock `minutes` ahead of UTC shows it."""
    return moment.astimezone(dt.timezone(dt.timedelta(minutes=minutes)))


def _update(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], rows: Sequence[Row]) -> None:
    types = _types(connection, table, rows[0])
    written = ", ".join(f'"{name}" = given."{name}"' for name in types if name not in key)
    same = " AND ".join(f'{table}."{name}" = given."{name}"' for name in key)
    connection.execute(
        f"UPDATE {table} SET {written} FROM ({relation(types)}) AS given WHERE {same}", [as_columns(types, rows)]
    )


def _types(connection: duckdb.DuckDBPyConnection, table: str, names: Iterable[str]) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    kinds = {str(name): str(kind) for name, kind, *_ in described}
    return {name: kinds[name] for name in names}


def _by_key(key: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    return list({tuple(row[column] for column in key): row for row in rows}.values())


def _structure(kind: str) -> object:
    return [_structure(kind[:-2])] if kind.endswith("[]") else kind


def _as_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a character, as JSON feeds can carry it, is no text. One that stands in keeps all offsets.
        text = re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)
    return text


def _plain(value: object) -> object:
    if isinstance(value, dt.date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"no column type for {type(value).__name__}: {value!r}")
