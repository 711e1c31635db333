"""Brings a database to this program's version: numbered migrations, then the views if they changed."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Any

import duckdb

from pipeline.errors import MigrationError


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str


@functools.cache
def migrations() -> tuple[Migration, ...]:
    """Every migration of this program, oldest first: the files `migrations/NNN_name.sql`."""
    files = [
        entry for entry in resources.files("warehouse").joinpath("migrations").iterdir() if entry.name.endswith(".sql")
    ]
    found = [Migration(int(entry.name[:3]), entry.name[4:-4], entry.read_text(encoding="utf-8")) for entry in files]
    return tuple(sorted(found, key=lambda migration: migration.version))


def up_to_date(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database has all of this program's migrations, none of a newer one's, and its views."""
    query = "SELECT (SELECT max(version) FROM schema_migrations), views_sha256 FROM warehouse_state"
    return _first(connection, query) == (migrations()[-1].version, _views()[1])


def migrate(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> bool:
    """Runs what is missing, each with its record in one transaction; True when anything was run.

    Raises MigrationError when the database is of a newer version than this program, or a step fails.
    """
    missing = _missing(connection)
    for step in missing:
        record = "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)"
        values = [step.version, step.name, now.isoformat()]
        _run(connection, now, f"migration {step.version:03}_{step.name}", step.sql, record, values)
    return _renew_views(connection, now) or bool(missing)


def next_step(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The number of the first migration that a database with something in it lacks; None where it lacks none.

    Raises MigrationError when the database is of a newer version than this program.
    """
    missing = _missing(connection)
    return missing[0].version if missing and missing[0].version > 1 else None


def mark_changed(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> None:
    """Notes, within the running transaction, that the database differs from its published copy."""
    # The token is random because two databases in turn at one place may have counted to the same number.
    connection.execute(
        "UPDATE warehouse_state SET changes = changes + 1, token = ?, changed_at = ?",
        [uuid.uuid4().hex, now.isoformat()],
    )


def change_token(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The mark of the last change; None for a database that is not a warehouse."""
    row = _first(connection, "SELECT token FROM warehouse_state")
    return str(row[0]) if row else None


def _missing(connection: duckdb.DuckDBPyConnection) -> list[Migration]:
    known = migrations()
    reached = _version(connection)
    if reached > known[-1].version:
        raise MigrationError(
            f"{_file(connection)}: of schema version {reached}, and this program knows {known[-1].version}: "
            "upgrade qwen-watch, or give another directory with --data"
        )
    return [migration for migration in known if migration.version > reached]


def _version(connection: duckdb.DuckDBPyConnection) -> int:
    row = _first(connection, "SELECT coalesce(max(version), 0) FROM schema_migrations")
    return int(row[0]) if row else 0


def _first(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...] | None:
    try:
        return connection.execute(sql).fetchone()
    except duckdb.CatalogException:  # an empty database has none of our tables
        return None


@functools.cache
def _views() -> tuple[str, str]:
    """What makes the views, and its digest."""
    sql = resources.files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")
    return sql, sha256(sql.encode()).hexdigest()


def _renew_views(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> bool:
    sql, digest = _views()
    if _first(connection, "SELECT views_sha256 FROM warehouse_state") == (digest,):
        return False
    _run(connection, now, "views.sql", sql, "UPDATE warehouse_state SET views_sha256 = ?", [digest])
    return True


def _run(
    connection: duckdb.DuckDBPyConnection,
    now: dt.datetime,
    name: str,
    sql: str,
    record: str,
    values: list[object],
) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(sql)
        connection.execute(record, values)
        mark_changed(connection, now)
        connection.execute("COMMIT")
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise MigrationError(f"{_file(connection)}: {name} failed and was undone: {error}") from error


def _file(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    return str(row[0]) if row and row[0] else "the database in memory"
