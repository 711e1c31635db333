"""The schema: brought up to date on opening, never back, and views renewed when they change."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path

import duckdb
import pytest

from pipeline.categories import EventStatus, MovedBy, NameKind, Result, Tier, VoiceRole
from pipeline.errors import MigrationError, WarehouseError
from pipeline.ledger import EntityName, Judgement, Mute
from pipeline.model import BrokenBody, HostState, Problem, RobotsFile, SourceState, Unread
from pipeline.standing import EventVoice, FactVoice, Outcome, StatusChange
from tests.warehouse.records import NOW, WAIT, departure, rows_of, source, turn
from warehouse import Changes, Published, writing
from warehouse.migrate import migrate, migrations

OF_THE_SCHEMA = {"schema_migrations", "warehouse_state"}


def reopened(data_dir: Path, sql: str) -> None:
    with duckdb.connect(str(data_dir / "private.duckdb")) as connection:
        connection.execute(sql)


def test_no_two_migrations_have_one_number() -> None:
    numbers = [migration.version for migration in migrations()]
    assert numbers == sorted(set(numbers))


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


def earlier(data_dir: Path, version: int, full: Path) -> Path:
    """A data directory as a program of an earlier version left it: its tables, with the rows of `full` in them."""
    data_dir.mkdir()
    file = data_dir / "private.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{full / 'private.duckdb'}' AS other (READ_ONLY)")
        connection.execute("BEGIN")
        for step in migrations()[:version]:
            connection.execute(step.sql)
            connection.execute("INSERT INTO schema_migrations VALUES (?, ?, ?)", [step.version, step.name, NOW])
        for view in (resources.files("warehouse") / "views.sql").read_text("utf-8").split(";\n"):
            with suppress(duckdb.CatalogException, duckdb.BinderException):  # those that its tables allow
                connection.execute(view)
        for table in columns_of(connection):
            if table not in OF_THE_SCHEMA:
                connection.execute(f"INSERT INTO {table} BY NAME SELECT {shared(connection, table)} FROM other.{table}")
        connection.execute("COMMIT")
    return file


def columns_of(connection: duckdb.DuckDBPyConnection, database: str = "private") -> dict[str, list[str]]:
    query = "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = ? GROUP BY ALL"
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [database]).fetchall()
    columns = dict(connection.execute(query, [database]).fetchall())
    return {table: columns[table] for (table,) in tables}


def shared(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns that an older table has in common with the one of now."""
    now = columns_of(connection, "other")[table]
    return ", ".join(column for column in columns_of(connection)[table] if column in now)


def held(file: Path, like: dict[str, list[str]] | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, of the columns in `like` where it is given."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        tables = like or columns_of(connection, file.stem.partition(".")[0])
        return {
            table: connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL").fetchall()
            for table, columns in sorted(tables.items())
            if table not in OF_THE_SCHEMA
        }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of now with rows in every table."""
    directory = tmp_path_factory.mktemp("full")
    story = departure()
    [line, *others] = story.lines
    first, claim_id = story.documents[0].document_id, story.testimony[0].claim.claim_id
    standing = replace(
        line,
        voices=[EventVoice("event-1", first, claim_id, "o", "Daily", "daily", VoiceRole.FIRST, False, NOW, NOW)],
        fact_voices=[FactVoice("event-1", "announced", "o", "Daily", Tier.PRESS, False, False, NOW)],
        outcomes=[Outcome("event-1", "event", "o", "Daily", Tier.PRESS, Result.RIGHT, True, None, True, NOW, "p", NOW)],
        status_changes=[StatusChange("event-1", None, EventStatus.REPORTED, NOW, MovedBy.SAID, first, claim_id)],
    )
    turn(
        directory,
        replace(
            story,
            lines=[standing, *others],
            summed_up={"a key": story.alerts[0].alert_id},
            entity_names=[EntityName("person-1", "Lu Ming", "en", NameKind.CANONICAL)],
            states=[SourceState(source().source_id, last_checked_at=NOW)],
            hosts=[HostState("daily.example", NOW)],
            robots=[RobotsFile("https://daily.example", "all", NOW)],
            judgements=[Judgement("j-1", None, "event-1", "confirm", None, "asked", "Ada", NOW)],
            problems=[Problem("fetch", "a feed", "answers 503")],
            unread=[Unread(story.documents[0].document_id, "rules 1", "ValueError")],
            broken=[BrokenBody("0" * 64, "s1", "https://daily.example/a", "1", 2, "takes too long", NOW, NOW)],
        ),
    )
    with writing(directory, WAIT, NOW) as writer:
        writer.mute(Mute("mute-1", "event-1", "an event", "known", "Ada", NOW, NOW + dt.timedelta(days=1)))
    return directory


*EARLIER, LATEST = (step.version for step in migrations())
FOLLOWING = dict(zip(EARLIER, [*EARLIER[1:], LATEST], strict=True))


def test_the_sample_has_rows_in_every_table(full: Path) -> None:
    stored = held(full / "private.duckdb")
    assert {"documents", "claims", "events", "facts"} <= stored.keys()
    assert [table for table, rows in stored.items() if not rows] == []


@pytest.mark.parametrize("version", EARLIER)
def test_a_data_directory_of_an_earlier_version_is_brought_up_to_date_in_place(
    version: int, full: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = earlier(tmp_path / "data", version, full)
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = columns_of(connection)
    before = held(file, columns)

    with writing(tmp_path / "data", WAIT, NOW) as writer:
        assert rows_of(writer, "SELECT max(version) FROM schema_migrations") == [(migrations()[-1].version,)]

    assert held(file, columns) == before
    kept = tmp_path / "data" / f"private.before-{FOLLOWING[version]:03}.duckdb"
    assert held(kept, columns) == before
    assert [record.getMessage() for record in caplog.records] == [
        f"{file} is brought up to date; as it was, it is kept as {kept.name}"
    ]
    told = Published(tmp_path / "data").query("SELECT event_id FROM timeline").rows
    assert len(told) == len(before.get("events", []))


@pytest.mark.parametrize("version", EARLIER)
def test_what_is_written_afterwards_is_what_a_new_directory_holds(version: int, full: Path, tmp_path: Path) -> None:
    earlier(tmp_path / "data", version, full)
    turn(tmp_path / "data", departure())
    turn(tmp_path / "new", departure())
    for table in ("documents", "claims", "events", "facts", "conflicts"):
        query = f"FROM {table} ORDER BY ALL"
        assert Published(tmp_path / "data").query(query) == Published(tmp_path / "new").query(query), table


def test_the_copy_kept_aside_opens_as_the_old_database_did(full: Path, tmp_path: Path) -> None:
    earlier(tmp_path / "data", EARLIER[0], full)
    turn(tmp_path / "data", departure())
    (kept,) = (tmp_path / "data").glob("private.before-*.duckdb")
    again = tmp_path / "again"
    again.mkdir()
    kept.rename(again / "private.duckdb")
    turn(again, departure())
    assert Published(again).query("SELECT count(*) FROM events").rows == ((1,),)


def test_a_copy_that_is_there_already_is_not_written_over(full: Path, tmp_path: Path) -> None:
    file = earlier(tmp_path / "data", EARLIER[-1], full)
    of_before = file.with_name(f"private.before-{LATEST:03}.duckdb")
    of_before.write_bytes(b"somebody's")
    with writing(tmp_path / "data", WAIT, NOW):
        pass
    assert of_before.read_bytes() == b"somebody's"
    assert file.with_name(f"{of_before.stem}-2.duckdb").exists()


def test_a_new_directory_and_one_that_is_up_to_date_keep_nothing_aside(data_dir: Path) -> None:
    turn(data_dir, departure())
    turn(data_dir, departure())
    assert list(data_dir.glob("*before*")) == []


def test_without_room_for_the_copy_nothing_is_changed(full: Path, tmp_path: Path) -> None:
    file = earlier(tmp_path / "data", EARLIER[-1], full)
    before = file.read_bytes()
    # A directory in the draft's place stands in for a disk that takes no more.
    file.with_name(f"private.before-{LATEST:03}.duckdb.tmp").mkdir()
    with pytest.raises(WarehouseError, match="cannot be kept as it is"):
        turn(tmp_path / "data", departure())
    assert file.read_bytes() == before


def test_a_database_that_is_up_to_date_is_left_alone(database: duckdb.DuckDBPyConnection) -> None:
    before = database.execute("FROM warehouse_state").fetchall()
    assert not migrate(database, NOW)
    assert database.execute("FROM warehouse_state").fetchall() == before


def test_the_schema_holds_nothing_that_ducklake_lacks(database: duckdb.DuckDBPyConnection) -> None:
    assert database.execute("SELECT table_name, constraint_type FROM duckdb_constraints()").fetchall() == []
    assert database.execute("SELECT index_name FROM duckdb_indexes()").fetchall() == []
    assert database.execute("SELECT sequence_name FROM duckdb_sequences()").fetchall() == []
