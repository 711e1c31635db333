"""Claims and the entities they speak of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb

from pipeline.categories import Bound, EntityKind, EventType, Modality, NameKind, Tier
from pipeline.intervals import DateInterval
from pipeline.ledger import Entity, EntityName, Testimony, Voice
from pipeline.model import Claim, Mention, Value
from warehouse import rows

Line = tuple[str, str, str | None]
"""Type of event, id of the subject, and for metrics the metric: what can be reconciled on its own."""

_CLAIM = (
    "document_id, event_type, occurrence, subject_kind, subject_name, subject_aliases, object_kind, "
    "object_name, object_aliases, attribute, value_text, value_from, value_to, value_number, unit, bound, "
    "modality, attributed_to, quote, quote_start, quote_end, extractor, extractor_version, confidence, "
    "known_at"
)


def put_entities(
    connection: duckdb.DuckDBPyConnection, entities: Sequence[Entity], names: Sequence[EntityName]
) -> None:
    """Writes entities and their names; of an entity that is there already the new name and parent stay."""
    rows.replace(connection, "entities", ["entity_id"], map(_entity_row, entities))
    rows.replace(connection, "entity_names", ["entity_id", "name", "kind"], map(_name_row, names))


def entities(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> dict[str, Entity]:
    """The entities of these ids and everything they are part of, by id."""
    if not ids:
        return {}
    found = connection.execute(
        f"""
        WITH RECURSIVE wanted(entity_id) AS (
            SELECT item FROM {rows.LISTED}
            UNION
            SELECT entities.parent_id FROM wanted JOIN entities USING (entity_id)
            WHERE entities.parent_id IS NOT NULL
        )
        SELECT entity_id, kind, name, parent_id, watched FROM entities WHERE entity_id IN (FROM wanted)
        """,
        [rows.as_list(ids)],
    ).fetchall()
    return {
        entity_id: Entity(entity_id, EntityKind(kind), name, parent_id, watched)
        for entity_id, kind, name, parent_id, watched in found
    }


def entity_names(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[EntityName]:
    """Every name of the entities of these ids, the same order on every machine."""
    found = connection.execute(
        f"""
        SELECT entity_id, name, language, kind FROM entity_names WHERE entity_id IN {rows.LISTED}
        ORDER BY entity_id, kind, name
        """,
        [rows.as_list(ids)],
    ).fetchall()
    return [EntityName(entity_id, name, language, NameKind(kind)) for entity_id, name, language, kind in found]


def put_claims(connection: duckdb.DuckDBPyConnection, testimony: Sequence[Testimony]) -> None:
    """Writes claims; one that is there already keeps its event until its line is written."""
    if not testimony:
        return
    held = dict(
        connection.execute(
            f"SELECT claim_id, event_id FROM claims WHERE claim_id IN {rows.LISTED}",
            [rows.as_list(one.claim.claim_id for one in testimony)],
        ).fetchall()
    )
    rows.replace(connection, "claims", ["claim_id"], [_claim_row(one, held) for one in testimony])


def testimony(connection: duckdb.DuckDBPyConnection, lines: Collection[Line]) -> list[Testimony]:
    """Every claim of these lines with the voice that makes it, in the order in which we learned of them."""
    if not lines:
        return []
    given: list[rows.Row] = [
        {"event_type": event_type, "subject_id": subject_id, "metric": metric}
        for event_type, subject_id, metric in set(lines)
    ]
    types = dict.fromkeys(("event_type", "subject_id", "metric"), "VARCHAR")
    line = f"""
        JOIN ({rows.relation(types)}) AS line ON line.event_type = claims.event_type
            AND line.subject_id = claims.subject_id AND line.metric IS NOT DISTINCT FROM claims.metric
        """
    return _testimony_where(connection, line, rows.as_columns(types, given))


def testimony_of_documents(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[Testimony]:
    """Every claim of these documents with the voice that makes it."""
    if not ids:
        return []
    return _testimony_where(connection, f"WHERE claims.document_id IN {rows.LISTED}", rows.as_list(ids))


def lines_of(connection: duckdb.DuckDBPyConnection, document_ids: Collection[str]) -> set[Line]:
    """The lines that the claims of these documents bear on."""
    if not document_ids:
        return set()
    found = connection.execute(
        f"SELECT DISTINCT event_type, subject_id, metric FROM claims WHERE document_id IN {rows.LISTED}",
        [rows.as_list(document_ids)],
    ).fetchall()
    return {(event_type, subject_id, metric) for event_type, subject_id, metric in found}


def value(text: str, first: Any, last: Any, number: float | None, unit: str | None, bound: str) -> Value:
    """A value as it stands in the columns value_text to bound."""
    return Value(text, DateInterval(first, last) if first else None, number, unit, Bound(bound))


def value_columns(value: Value) -> rows.Row:
    """The columns value_text to bound of a value."""
    return {
        "value_text": value.text,
        "value_from": value.dates.first if value.dates else None,
        "value_to": value.dates.last if value.dates else None,
        "value_number": value.number,
        "unit": value.unit,
        "bound": value.bound,
    }


def _testimony_where(connection: duckdb.DuckDBPyConnection, condition: str, parameter: str) -> list[Testimony]:
    columns = ", ".join(f"claims.{column}" for column in _CLAIM.split(", "))
    found = connection.execute(
        f"""
        WITH replaced AS (
            SELECT revision_of AS document_id, min(fetched_at) AS withdrawn_at
            FROM documents WHERE revision_of IS NOT NULL GROUP BY revision_of
        )
        SELECT
            claims.subject_id, claims.object_id, documents.url, documents.publisher, documents.tier,
            documents.story_id, documents.published_at, documents.published_offset_minutes,
            documents.fetched_at, replaced.withdrawn_at, {columns}
        FROM claims
        JOIN documents ON documents.document_id = claims.document_id
        LEFT JOIN replaced ON replaced.document_id = claims.document_id
        {condition}
        ORDER BY documents.fetched_at, claims.document_id, claims.quote_start, claims.claim_id
        """,
        [parameter],
    ).fetchall()
    return [_testimony(*row) for row in found]


def _testimony(*row: Any) -> Testimony:
    (
        subject_id, object_id, url, publisher, tier, story_id, published_at, offset, fetched_at, withdrawn_at,
        document_id, *rest,
    ) = row  # fmt: skip
    voice = Voice(
        document_id=document_id,
        url=url,
        publisher=publisher,
        tier=Tier(tier),
        story_id=story_id,
        published_at=rows.at_offset(published_at, offset),
        known_at=rows.utc(fetched_at),
        withdrawn_at=rows.maybe_utc(withdrawn_at),
    )
    return Testimony(_claim(document_id, *rest), voice, subject_id, object_id)


def _claim(*row: Any) -> Claim:
    (
        document_id, event_type, occurrence, subject_kind, subject_name, subject_aliases, object_kind,
        object_name, object_aliases, attribute, text, first, last, number, unit, bound, modality,
        attributed_to, quote, start, end, extractor, extractor_version, confidence, known_at,
    ) = row  # fmt: skip
    return Claim(
        document_id=document_id,
        event_type=EventType(event_type),
        subject=Mention(EntityKind(subject_kind), subject_name, tuple(subject_aliases)),
        object=Mention(EntityKind(object_kind), object_name, tuple(object_aliases)) if object_kind else None,
        occurrence=occurrence,
        attribute=attribute,
        value=value(text, first, last, number, unit, bound),
        modality=Modality(modality),
        attributed_to=attributed_to,
        quote=quote,
        start=start,
        end=end,
        extractor=extractor,
        extractor_version=extractor_version,
        confidence=confidence,
        known_at=rows.utc(known_at),
    )


def _claim_row(testimony: Testimony, held: Mapping[str, str]) -> rows.Row:
    claim = testimony.claim
    claim_id = claim.claim_id
    return {
        "claim_id": claim_id,
        "document_id": claim.document_id,
        "event_id": held.get(claim_id),
        "event_type": claim.event_type,
        "metric": _metric(claim),
        "occurrence": claim.occurrence,
        "subject_id": testimony.subject_id,
        "subject_kind": claim.subject.kind,
        "subject_name": claim.subject.name,
        "subject_aliases": claim.subject.aliases,
        "object_id": testimony.object_id,
        "object_kind": claim.object.kind if claim.object else None,
        "object_name": claim.object.name if claim.object else None,
        "object_aliases": claim.object.aliases if claim.object else (),
        "attribute": claim.attribute,
        **value_columns(claim.value),
        "modality": claim.modality,
        "attributed_to": claim.attributed_to,
        "quote": claim.quote,
        "quote_start": claim.start,
        "quote_end": claim.end,
        "extractor": claim.extractor,
        "extractor_version": claim.extractor_version,
        "confidence": claim.confidence,
        "known_at": claim.known_at,
    }


def _metric(claim: Claim) -> str | None:
    if claim.event_type is not EventType.METRIC:
        return None
    # When a figure was taken is a claim of its own, and carries the metric's name as its unit.
    return claim.value.unit or claim.attribute if claim.attribute == "as_of" else claim.attribute


def _entity_row(entity: Entity) -> rows.Row:
    return {
        "entity_id": entity.entity_id,
        "kind": entity.kind,
        "name": entity.name,
        "parent_id": entity.parent_id,
        "watched": entity.watched,
    }


def _name_row(name: EntityName) -> rows.Row:
    return {
        "entity_id": name.entity_id,
        "name": name.name,
        "language": name.language,
        "kind": name.kind,
    }
