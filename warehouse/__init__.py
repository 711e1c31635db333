"""The DuckDB warehouse: the only room that imports duckdb."""

from warehouse.changes import Changes, CommitReport, LineChange
from warehouse.published import Published, Table
from warehouse.writer import Writer, writing

__all__ = ["Changes", "CommitReport", "LineChange", "Published", "Table", "Writer", "writing"]
