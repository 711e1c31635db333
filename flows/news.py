"""What new documents change: their stories, what they testify, the lines of the ledger that it bears on, the alerts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from flows.batch import Batch
from flows.reports import TurnReport
from pipeline.config import Settings
from pipeline.dedupe.fingerprints import fingerprint
from pipeline.dedupe.stories import group_stories
from pipeline.ledger import Entity, Testimony
from pipeline.model import Claim, Document
from pipeline.reconcile.alerts import alerts_of
from pipeline.reconcile.batches import reconcile_lines
from pipeline.reconcile.entities import Registry
from pipeline.reconcile.lines import Line, LineKey, lines_of
from pipeline.reconcile.testimony import testimony_of, touched_documents, withdraw
from warehouse import Changes, LineChange, Writer


def with_news(
    checked: Changes, writer: Writer, settings: Settings, batch: Batch, now: dt.datetime
) -> tuple[Changes, TurnReport]:
    """What the documents of the batch change, besides what was found out about sources."""
    prints = {document.document_id: fingerprint(document.text) for document in batch.documents}
    stored = writer.near(batch.documents, prints)
    grouping = group_stories(batch.documents, stored)
    renamed = {given: id for id, given in grouping.returned.items()}
    known = {document.document_id for document in stored}
    new = [document for document in grouping.documents if document.document_id not in known]
    told = [*new, *batch.again]
    claims = [claim for document in told for claim in _claims(batch, document, grouping.returned)]
    registry = Registry(settings.watchlist)
    given, entities, names = testimony_of(claims, told, registry, _stored_entities(writer, claims, registry))
    testimony = _testimony_concerned(writer, given, grouping.documents)
    kin = _stored_kin(writer, testimony) | {entity.entity_id: entity for entity in entities}
    lines = reconcile_lines(testimony, writer.judgements() if testimony else [], kin)
    by_claim = {one.claim.claim_id: one for one in testimony}
    all_names = [*registry.watched_names(), *writer.entity_names(kin), *names]
    told_of = {version.event.event_id for line in lines.values() for version in line.events}
    told_news = alerts_of(
        lines.values(),
        by_claim,
        kin,
        now,
        releases=writer.release_news(kin),
        names=all_names,
        threads=writer.threads(told_of),
    )
    changes = replace(
        checked,
        documents=grouping.documents,
        fingerprints={one.document_id: prints[_given(one, grouping.returned)] for one in new},
        stories=grouping.stories,
        entities=entities,
        entity_names=names,
        testimony=[*given, *(one for one in testimony if one.claim.document_id in grouping.dated_back)],
        lines=[line_change(key, line) for key, line in lines.items()],
        alerts=[*told_news, *checked.alerts],
        unread=[replace(one, document_id=renamed.get(one.document_id, one.document_id)) for one in batch.unread],
        rules=settings.rules if told else None,
        read_again=[document.document_id for document in batch.again if document.document_id in batch.claims],
    )
    report = TurnReport(
        documents=len(new),
        duplicates=len(grouping.duplicates),
        claims=len(given),
        problems=tuple(batch.problems),
    )
    return changes, report


def _claims(batch: Batch, document: Document, returned: Mapping[str, str]) -> Iterator[Claim]:
    """What a document claims, under the id that it is stored by and from the moment it was known."""
    own = {"document_id": document.document_id, "known_at": document.fetched_at}
    for claim in batch.claims.get(_given(document, returned), ()):
        same = (claim.document_id, claim.known_at) == (document.document_id, document.fetched_at)
        yield claim if same else replace(claim, **own)


def _given(document: Document, returned: Mapping[str, str]) -> str:
    return returned.get(document.document_id, document.document_id)


def _testimony_concerned(writer: Writer, given: Sequence[Testimony], documents: Sequence[Document]) -> list[Testimony]:
    """All testimony of every line that the new one bears on, or that a moved or revised document speaks on."""
    keys = {(key.event_type, key.subject_id, key.metric) for key in lines_of(given)}
    keys |= writer.lines_of(touched_documents(documents))
    return withdraw([*writer.testimony(keys), *given], documents)


def _stored_entities(writer: Writer, claims: Iterable[Claim], registry: Registry) -> dict[str, Entity]:
    mentions = {mention for claim in claims for mention in (claim.subject, claim.object) if mention}
    return writer.entities({entity.entity_id for one in mentions for entity in registry.lineage(one)})


def _stored_kin(writer: Writer, testimony: Iterable[Testimony]) -> dict[str, Entity]:
    return writer.entities({id for one in testimony for id in (one.subject_id, one.object_id) if id})


def line_change(key: LineKey, line: Line) -> LineChange:
    """What is written of a line: all of it but what is worth telling."""
    return LineChange(
        event_type=key.event_type,
        subject_id=key.subject_id,
        metric=key.metric,
        events=line.events,
        facts=line.facts,
        conflicts=line.conflicts,
        claim_events=line.claim_events,
        voices=line.voices,
        fact_voices=line.fact_voices,
        outcomes=line.outcomes,
        status_changes=line.status_changes,
    )
