"""The schema: brought up to date on opening, never back, and views renewed when they change."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import MigrationError
from tests.warehouse.records import NOW, WAIT, departure, rows_of, turn
from warehouse import Changes, Published, writing
from warehouse.migrate import migrate, migrations


def reopened(data_dir: Path, sql: str) -> None:
    with duckdb.connect(str(data_dir / "private.duckdb")) as connection:
        connection.execute(sql)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_each_migration_is_recorded_once(tmp_path: Path) -> None:
    turn(tmp_path / "new" / "data", Changes())
    with writing(tmp_path / "new" / "data", WAIT, NOW) as writer:
        found = rows_of(writer, "SELECT version, name, applied_at FROM schema_migrations ORDER BY version")
        assert found == [(step.version, step.name, NOW) for step in migrations()]


def test_a_database_of_a_newer_version_is_refused_with_the_way_out(data_dir: Path) -> None:
    turn(data_dir, departure())
    reopened(data_dir, "INSERT INTO schema_migrations VALUES (999, 'of the future', now())")

    with pytest.raises(MigrationError, match=r"private\.duckdb.*version 999.*upgrade qwen-watch"):
        turn(data_dir, departure())


def test_a_step_that_fails_is_undone_and_named(data_dir: Path) -> None:
    turn(data_dir, departure())
    last = migrations()[-1]
    # The step runs again on tables that are there already.
    reopened(data_dir, f"DELETE FROM schema_migrations WHERE version = {last.version}")

    with pytest.raises(MigrationError, match=f"migration {last.version:03}_{last.name} failed and was undone"):
        turn(data_dir, departure())
    assert Published(data_dir).query("SELECT count(*) FROM alerts").rows == ((1,),)


def test_changed_views_are_created_again_and_published(data_dir: Path) -> None:
    turn(data_dir, departure())
    reopened(data_dir, "DROP VIEW timeline; UPDATE warehouse_state SET views_sha256 = 'of an older program'")

    with writing(data_dir, WAIT, NOW):
        pass

    assert Published(data_dir).query("SELECT count(*) FROM timeline").rows == ((1,),)


def test_a_database_that_is_up_to_date_is_left_alone(database: duckdb.DuckDBPyConnection) -> None:
    before = database.execute("FROM warehouse_state").fetchall()
    assert not migrate(database, NOW)
    assert database.execute("FROM warehouse_state").fetchall() == before


def test_the_schema_holds_nothing_that_ducklake_lacks(database: duckdb.DuckDBPyConnection) -> None:
    assert database.execute("SELECT table_name, constraint_type FROM duckdb_constraints()").fetchall() == []
    assert database.execute("SELECT index_name FROM duckdb_indexes()").fetchall() == []
    assert database.execute("SELECT sequence_name FROM duckdb_sequences()").fetchall() == []
