"""Stored documents by address or id, from the published copy."""

from __future__ import annotations

import duckdb

from pipeline.errors import WarehouseError
from pipeline.model import Document
from warehouse.connect import open_published
from warehouse.documents import documents_by_id
from warehouse.published import Published


def versions_of(published: Published, url: str) -> tuple[Document, ...]:
    """The versions of a document, oldest first; none where its address is not stored.

    Raises WarehouseError when nothing is published yet.
    """
    return _documents(published, "url = ?", url)


def documents_beginning_with(published: Published, document_id: str) -> tuple[Document, ...]:
    """The documents whose id begins like this. Raises WarehouseError when nothing is published yet."""
    return _documents(published, "starts_with(document_id, ?)", document_id)


def _documents(published: Published, condition: str, value: str) -> tuple[Document, ...]:
    with published.reading() as reader:
        order = f"SELECT document_id FROM documents WHERE {condition} ORDER BY fetched_at, document_id"
        ids = [document_id for (document_id,) in reader.query(order, [value]).rows]
        # One state of the copy: while it is open, DuckDB gives every connection of a process the same.
        with open_published(published.path) as connection:
            try:
                found = documents_by_id(connection, ids)
            except duckdb.Error as error:
                raise WarehouseError(
                    f"{published.path}: the documents cannot be read: {error}; a run of this version of qwen-watch "
                    "brings the copy up to date"
                ) from error
    return tuple(found[document_id] for document_id in ids)
