"""From claims and documents to testimony: who speaks, of whom, and which documents no longer stand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.ledger import Entity, EntityName, Testimony, Voice
from pipeline.model import Claim, Document, Mention
from pipeline.reconcile.entities import Registry, preferred


def voice_of(document: Document) -> Voice:
    """Who speaks in a document, for weighing."""
    return Voice(
        document_id=document.document_id,
        url=document.url,
        publisher=document.publisher,
        tier=document.tier,
        story_id=document.story_id,
        published_at=document.published_at,
        known_at=document.fetched_at,
    )


def testimony_of(
    claims: Iterable[Claim],
    documents: Iterable[Document],
    registry: Registry,
    known: Mapping[str, Entity] | None = None,  # noqa: PT028  (no test, whatever its name begins with)
) -> tuple[list[Testimony], tuple[Entity, ...], tuple[EntityName, ...]]:
    """The testimony of claims, with the entities they speak of and their names.

    `documents` holds the document of every claim, grouped into stories; raises KeyError where one is missing.
    `known` are the stored entities: where an unwatched one was met under other names before, the name that is
    shown is chosen among all of them, so that the order of documents does not decide it.
    """
    voices = {document.document_id: voice_of(document) for document in documents}
    testimony: list[Testimony] = []
    entities: dict[str, Entity] = {}
    names: dict[str, set[str]] = defaultdict(set)
    rows: dict[tuple[str, str], EntityName] = {}
    resolved: dict[Mention, str] = {}

    def resolve(mention: Mention) -> str:
        if mention not in resolved:
            for entity in registry.lineage(mention):
                entities.setdefault(entity.entity_id, entity)
                names[entity.entity_id].add(entity.name)
            for row in registry.names(mention):
                rows.setdefault((row.entity_id, row.name), row)
            resolved[mention] = registry.resolve(mention).entity_id
        return resolved[mention]

    for claim in claims:
        object_id = resolve(claim.object) if claim.object else None
        testimony.append(Testimony(claim, voices[claim.document_id], resolve(claim.subject), object_id))
    for entity_id, entity in (known or {}).items():
        if entity_id in entities:
            names[entity_id].add(entity.name)
    shown = tuple(
        entity if entity.watched else replace(entity, name=preferred(names[entity_id]))
        for entity_id, entity in sorted(entities.items())
    )
    return testimony, shown, tuple(row for _, row in sorted(rows.items()))


def withdraw(stored: Iterable[Testimony], documents: Iterable[Document]) -> list[Testimony]:
    """`stored` testimony as it stands after `documents`, the new and changed ones of this cycle.

    What a document says counts until the moment a revision of it became known. Documents that moved to
    another story take their testimony with them, and what turned out to have been there earlier than it was known
    was said then. Apply it to the new testimony as well: an old version that
    is found late was replaced before it came. The lines of every revised or moved document are touched.
    """
    documents = list(documents)
    replaced = {document.revision_of: document.fetched_at for document in documents if document.revision_of is not None}
    changed = {document.document_id: document for document in documents}

    def current(one: Testimony) -> Testimony:
        voice = one.voice
        document = changed.get(voice.document_id)
        withdrawn_at = replaced.get(voice.document_id, voice.withdrawn_at)
        if document is None:
            return one if withdrawn_at == voice.withdrawn_at else replace(one, voice=_withdrawn(voice, withdrawn_at))
        known_at = min(voice.known_at, document.fetched_at)
        claim = one.claim if one.claim.known_at <= known_at else replace(one.claim, known_at=known_at)
        voice = replace(
            _withdrawn(voice, withdrawn_at),
            story_id=document.story_id,
            published_at=document.published_at,
            known_at=known_at,
        )
        return one if (claim, voice) == (one.claim, one.voice) else replace(one, claim=claim, voice=voice)

    return [current(one) for one in stored]


def _withdrawn(voice: Voice, at: dt.datetime | None) -> Voice:
    return replace(voice, withdrawn_at=at)


def touched_documents(documents: Iterable[Document]) -> frozenset[str]:
    """The ids of documents whose stored testimony `withdraw` may change: revised ones, and those moved."""
    return frozenset(
        one for document in documents for one in (document.document_id, document.revision_of) if one is not None
    )
