"""Which rules made the stored claims: one fingerprint for all of them, or none."""

from __future__ import annotations

import duckdb

MIXED = "mixed"
"""Stands for the fingerprint where documents were read by different rules."""


def rules(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The fingerprint of the rules that made every claim, MIXED, or None where it is not known."""
    row = connection.execute("SELECT rules FROM warehouse_state").fetchone()
    return row[0] if row else None


def put_rules(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> None:
    """Notes that every claim is made by these rules."""
    connection.execute("UPDATE warehouse_state SET rules = ?", [fingerprint])


def note_rules(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> None:
    """Notes that documents are added that these rules have read; called before they are."""
    held = rules(connection)
    if held is None:
        first = connection.execute("SELECT count(*) = 0 FROM (SELECT 1 FROM documents LIMIT 1)").fetchone()
        if first and first[0]:
            put_rules(connection, fingerprint)
    elif held != fingerprint:
        put_rules(connection, MIXED)
