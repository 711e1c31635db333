"""Claims with their documents, by the id of a claim or an event, for those who cite them elsewhere."""

from __future__ import annotations

from typing import Any

from warehouse.published import Published

_ONE_KIND = """
    SELECT DISTINCT 'claim' AS kind, claim_id AS id FROM claims WHERE starts_with(claim_id, $id)
    UNION ALL
    SELECT DISTINCT 'event', event_id FROM claims WHERE starts_with(event_id, $id)
    ORDER BY ALL
    """
_CITED = """
    SELECT
        claims.claim_id, claims.event_id, claims.event_type,
        coalesce(subject.name, claims.subject_name) AS subject, claims.attribute, claims.value_text AS value,
        claims.modality, claims.attributed_to, claims.quote, claims.quote_start AS start, claims.quote_end AS end,
        claims.extractor, claims.extractor_version, claims.known_at, documents.url, documents.title,
        documents.publisher, documents.language, documents.published_at, documents.fetched_at, documents.text,
        documents.text_sha256, documents.archive_file, documents.archive_offset
    FROM claims
    JOIN documents ON documents.document_id = claims.document_id
    LEFT JOIN entities AS subject ON subject.entity_id = claims.subject_id
    """


def meant(published: Published, asked: str) -> list[tuple[str, str]]:
    """What an id or the beginning of one means: `claim` or `event`, and the whole id, of each that fits."""
    return list(published.query(_ONE_KIND, {"id": asked}).rows)


def cited(published: Published, kind: str, id: str) -> list[dict[str, Any]]:
    """The claim of this id, or the claims of the event, with their documents; earliest publication first."""
    column = {"claim": "claim_id", "event": "event_id"}[kind]
    return published.query(
        f"{_CITED} WHERE claims.{column} = $id ORDER BY documents.published_at, documents.url, claims.claim_id",
        {"id": id},
    ).records()
