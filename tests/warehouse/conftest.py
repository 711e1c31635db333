"""Data directories as a first run leaves them, and a database in memory with the schema."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.records import NOW, WAIT
from warehouse import writing
from warehouse.migrate import migrate


@pytest.fixture(scope="session")
def storage(pytestconfig: pytest.Config) -> str:
    """What the databases are: `duckdb`, or `ducklake` where its plugin is loaded."""
    return "ducklake" if pytestconfig.pluginmanager.hasplugin("tests.warehouse.ducklake") else "duckdb"


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an empty database, made as a first run makes it."""
    directory = tmp_path_factory.mktemp("empty") / "data"
    with writing(directory, WAIT, NOW):
        pass
    return directory


@pytest.fixture
def data_dir(tmp_path: Path, empty_warehouse: Path) -> Path:
    """A data directory of the test's own, empty as after a first run."""
    return Path(shutil.copytree(empty_warehouse, tmp_path / "data"))


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        migrate(connection, NOW)
        yield connection
