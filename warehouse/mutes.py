"""What people have asked not to be told of for a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import duckdb

from pipeline.ledger import Mute
from warehouse import rows
from warehouse.published import Reader

_COLUMNS = "mute_id, about, name, because, who, made_at, until, lifted_at"
_EVERY = f"SELECT {_COLUMNS} FROM mutes ORDER BY made_at, mute_id"


def put_mute(connection: duckdb.DuckDBPyConnection, mute: Mute) -> None:
    """Writes a mute; one that is there already stays as it is."""
    row = {name: getattr(mute, name) for name in _COLUMNS.split(", ")}
    rows.insert_missing(connection, "mutes", "mute_id", [row])


def mutes(connection: duckdb.DuckDBPyConnection) -> list[Mute]:
    """Every mute there ever was, oldest first."""
    return _mutes(connection.execute(_EVERY).fetchall())


def published_mutes(reader: Reader) -> list[Mute]:
    """Every mute there ever was, oldest first, from a published copy."""
    return _mutes(reader.query(_EVERY).rows)


def _mutes(found: Iterable[tuple[Any, ...]]) -> list[Mute]:
    return [
        Mute(mute_id, about, name, because, who, rows.utc(made_at), rows.utc(until), rows.maybe_utc(lifted_at))
        for mute_id, about, name, because, who, made_at, until, lifted_at in found
    ]


def lift_mutes(connection: duckdb.DuckDBPyConnection, mute_ids: Collection[str], at: dt.datetime) -> None:
    """Ends these mutes at that moment; one that a person ended before stays as it is."""
    connection.execute(
        f"UPDATE mutes SET lifted_at = ? WHERE lifted_at IS NULL AND mute_id IN {rows.LISTED}",
        [at.isoformat(), rows.as_list(mute_ids)],
    )
