"""Documents, their fingerprints and stories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb

from pipeline.categories import DocumentForm, StoryRole, Tier
from pipeline.model import Document, Story
from warehouse import rows

SHARED_HASHES = 3
"""Of the 16 hashes of a text; two texts that share fewer are hardly half alike (measured.md)."""

_COLUMNS = (
    "document_id, url, source_id, publisher, tier, title, author, published_at, published_offset_minutes, "
    "published_from, modified_at, fetched_at, language, text, text_sha256, story_id, story_role, "
    "revision_of, form, archive_file, archive_offset, charset, charset_reason"
)


def put_documents(
    connection: duckdb.DuckDBPyConnection,
    documents: Sequence[Document],
    fingerprints: Mapping[str, Sequence[int]],
) -> None:
    """Writes documents and fingerprints, and drops the stories that no document belongs to any more."""
    left = _stories_of(connection, [document.document_id for document in documents])
    rows.replace(connection, "documents", ["document_id"], map(_document_row, documents))
    rows.delete(connection, "fingerprints", "document_id", fingerprints.keys())
    hashes = [
        {"document_id": document_id, "hash": one}
        for document_id, found in fingerprints.items()
        for one in dict.fromkeys(found)
    ]
    rows.insert(connection, "fingerprints", hashes)
    if left:
        connection.execute(
            f"""
            DELETE FROM stories
            WHERE story_id IN {rows.LISTED} AND story_id NOT IN (SELECT story_id FROM documents)
            """,
            [rows.as_list(left)],
        )


def put_stories(connection: duckdb.DuckDBPyConnection, stories: Sequence[Story]) -> None:
    rows.replace(connection, "stories", ["story_id"], map(_story_row, stories))


def near(
    connection: duckdb.DuckDBPyConnection,
    documents: Sequence[Document],
    fingerprints: Mapping[str, Sequence[int]],
) -> list[Document]:
    """The stored documents that may belong to one story with a given one, each story whole.

    Those are the ones that share enough fingerprint hashes, the address, the text, or a story with such.
    """
    if not documents:
        return []
    hashes: list[rows.Row] = [
        {"document_id": document_id, "hash": one}
        for document_id, found in fingerprints.items()
        for one in dict.fromkeys(found)
    ]
    keys: list[rows.Row] = [{"url": document.url, "text_sha256": document.text_sha256} for document in documents]
    given = rows.relation({"document_id": "VARCHAR", "hash": "BIGINT"})
    keyed = rows.relation({"url": "VARCHAR", "text_sha256": "VARCHAR"})
    found = connection.execute(
        f"""
        WITH given AS ({given}),
        keyed AS ({keyed}),
        candidate AS (
            SELECT stored.document_id
            FROM fingerprints AS stored JOIN given ON given.hash = stored.hash
            GROUP BY stored.document_id, given.document_id
            HAVING count(*) >= {SHARED_HASHES}
            UNION
            SELECT document_id FROM documents WHERE url IN (SELECT url FROM keyed)
            UNION
            SELECT document_id FROM documents WHERE text_sha256 IN (SELECT text_sha256 FROM keyed)
        ),
        story AS (
            SELECT DISTINCT story_id FROM documents
            WHERE document_id IN (SELECT document_id FROM candidate) AND story_id <> ''
        )
        -- Texts are long, and few are wanted: the narrow columns say which rows, so that no other text is read.
        SELECT {_COLUMNS} FROM documents WHERE rowid IN (
            SELECT rowid FROM documents WHERE document_id IN (SELECT document_id FROM candidate)
            UNION
            SELECT rowid FROM documents WHERE story_id IN (SELECT story_id FROM story)
        )
        ORDER BY fetched_at, document_id
        """,
        [rows.as_columns(("document_id", "hash"), hashes), rows.as_columns(("url", "text_sha256"), keys)],
    ).fetchall()
    return [_document(*row) for row in found]


def documents_by_id(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Document]:
    """The stored documents among `ids`, by id."""
    if not ids:
        return {}
    found = connection.execute(
        f"""
        SELECT {_COLUMNS} FROM documents
        WHERE rowid IN (SELECT rowid FROM documents WHERE document_id IN {rows.LISTED})
        """,
        [rows.as_list(ids)],
    ).fetchall()
    return {row[0]: _document(*row) for row in found}


def document_ids(connection: duckdb.DuckDBPyConnection, since: dt.datetime | None = None) -> list[str]:
    """The ids of the stored documents, oldest first; with `since` of those learned of from then on."""
    found = connection.execute(
        """
        SELECT document_id FROM documents WHERE $1 IS NULL OR fetched_at >= $1::TIMESTAMPTZ
        ORDER BY fetched_at, document_id
        """,
        [since.isoformat() if since else None],
    ).fetchall()
    return [document_id for (document_id,) in found]


def _stories_of(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    found = connection.execute(
        f"SELECT DISTINCT story_id FROM documents WHERE document_id IN {rows.LISTED}", [rows.as_list(ids)]
    ).fetchall()
    return [story_id for (story_id,) in found]


def _document(*row: Any) -> Document:
    (
        document_id, url, source_id, publisher, tier, title, author, published_at, offset, published_from,
        modified_at, fetched_at, language, text, text_sha256, story_id, story_role, revision_of, form, file, place,
        charset, charset_reason,
    ) = row  # fmt: skip
    return Document(
        document_id=document_id,
        url=url,
        source_id=source_id,
        publisher=publisher,
        tier=Tier(tier),
        title=title,
        author=author,
        published_at=rows.at_offset(published_at, offset),
        published_from=published_from,
        modified_at=rows.maybe_utc(modified_at),
        fetched_at=rows.utc(fetched_at),
        language=language,
        text=text,
        text_sha256=text_sha256,
        story_id=story_id,
        story_role=StoryRole(story_role),
        revision_of=revision_of,
        form=DocumentForm(form),
        archive_file=file,
        archive_offset=place,
        charset=charset,
        charset_reason=charset_reason,
    )


def _document_row(document: Document) -> rows.Row:
    return {
        "document_id": document.document_id,
        "url": document.url,
        "source_id": document.source_id,
        "publisher": document.publisher,
        "tier": document.tier,
        "title": document.title,
        "author": document.author,
        "published_at": document.published_at,
        "published_offset_minutes": rows.offset_minutes(document.published_at),
        "published_from": document.published_from,
        "modified_at": document.modified_at,
        "fetched_at": document.fetched_at,
        "language": document.language,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "story_id": document.story_id,
        "story_role": document.story_role,
        "revision_of": document.revision_of,
        "form": document.form,
        "archive_file": document.archive_file,
        "archive_offset": document.archive_offset,
        "version": document.version,
        "charset": document.charset,
        "charset_reason": document.charset_reason,
    }


def _story_row(story: Story) -> rows.Row:
    return {
        "story_id": story.story_id,
        "origin_document_id": story.origin_document_id,
        "first_seen_at": story.first_seen_at,
        "documents": story.documents,
        "publishers": story.publishers,
    }
