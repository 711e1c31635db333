"""Bodies that broke their reader: how often, and with what error, until they are read at last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import duckdb

from pipeline.model import BrokenBody
from warehouse import rows

_COLUMNS = "sha256, source_id, url, rules, tries, error, first_failed_at, last_failed_at"


def broken_bodies(connection: duckdb.DuckDBPyConnection) -> dict[str, BrokenBody]:
    """Every body that broke its reader and was not read since, by its hash."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM quarantine").fetchall()
    return {row[0]: _body(*row) for row in found}


def put_broken(connection: duckdb.DuckDBPyConnection, broken: Sequence[BrokenBody], mended: Collection[str]) -> None:
    """Writes which bodies broke their reader, and strikes off those that were read at last."""
    rows.replace(connection, "quarantine", ["sha256"], map(asdict, broken))
    if mended:
        connection.execute(f"DELETE FROM quarantine WHERE sha256 IN {rows.LISTED}", [rows.as_list(mended)])


def _body(*row: Any) -> BrokenBody:
    sha256, source_id, url, rules, tries, error, first, last = row
    return BrokenBody(sha256, source_id, url, rules, tries, error, rows.utc(first), rows.utc(last))
