"""Where releases were told of, and where they were not, from the published copy."""

from __future__ import annotations

from warehouse.filters import known_ids
from warehouse.published import Published, Reader, Table


def release_places(published: Published, *, model: str | None = None, limit: int | None = None) -> Table:
    """Every place that tells of a release, first places first, latest release first; of one model by any name.

    `limit` counts releases.
    """
    with published.reading() as reader:
        return reader.query(
            f"""
            WITH known AS (SELECT event_id, min(first_seen) AS since FROM release_places GROUP BY event_id),
            wanted AS (
                SELECT known.* FROM known JOIN events ON events.event_id = known.event_id
                WHERE $ids IS NULL OR list_contains($ids::VARCHAR[], events.subject_id)
                ORDER BY since DESC, known.event_id
                {"" if limit is None else f"LIMIT {int(limit)}"}
            )
            SELECT places.* FROM release_places AS places JOIN wanted ON wanted.event_id = places.event_id
            ORDER BY wanted.since DESC, places.model, places.event_id, places.first_seen, places.said_from, places.place
            """,
            {"ids": _ids(reader, model)},
        )


def missing_places(published: Published, *, model: str | None = None) -> Table:
    """Where a release should be told of and is not, latest release first."""
    with published.reading() as reader:
        return reader.query(
            """
            SELECT missing.* FROM missing_places AS missing JOIN events ON events.event_id = missing.event_id
            WHERE $ids IS NULL OR list_contains($ids::VARCHAR[], events.subject_id)
            ORDER BY missing.since DESC, missing.model, missing.missing
            """,
            {"ids": _ids(reader, model)},
        )


def _ids(reader: Reader, model: str | None) -> list[str] | None:
    return None if model is None else known_ids(reader, model)
