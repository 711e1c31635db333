"""Documents that broke the extraction: kept with their error until other rules have read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import duckdb

from pipeline.model import Document, Unread
from warehouse import documents, rows


def unread(connection: duckdb.DuckDBPyConnection, rules: str) -> list[Document]:
    """The documents that other rules than `rules` failed on, oldest first."""
    found = connection.execute("SELECT document_id FROM unread WHERE rules <> ?", [rules]).fetchall()
    stored = documents.documents_by_id(connection, [document_id for (document_id,) in found])
    return sorted(stored.values(), key=lambda document: (document.fetched_at, document.document_id))


def put_unread(
    connection: duckdb.DuckDBPyConnection, failed: Sequence[Unread], read: Collection[str], now: dt.datetime
) -> None:
    """Writes which documents broke the extraction at `now`, and strikes off those that were read at last."""
    written = [
        {"document_id": one.document_id, "rules": one.rules, "error": one.error, "failed_at": now} for one in failed
    ]
    rows.replace(connection, "unread", ["document_id"], written)
    if read:
        connection.execute(f"DELETE FROM unread WHERE document_id IN {rows.LISTED}", [rows.as_list(read)])
