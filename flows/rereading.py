"""Reading again: the claims that today's rules make of stored documents, where they are not those stored."""

from __future__ import annotations

import datetime as dt
import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.clock import Clock
from flows.model_reading import extractor_kinds
from flows.progress import Progress
from flows.stages import WRITER_WAIT, extract_batch
from pipeline.categories import ExtractorKind
from pipeline.config import Settings
from pipeline.ledger import Testimony
from pipeline.model import Claim, Document, Problem
from pipeline.reconcile.entities import Registry
from warehouse import Writer, writing

PORTION = 200
"""Documents whose texts and claims are held in memory at a time."""


@dataclass(slots=True)
class Rereading:
    """Documents whose claims are made otherwise now, set aside on disk in portions; and what was met on the way.

    `by_model` counts documents that a language model read: their claims are left as they are.
    """

    folder: Path
    read: set[str] = field(default_factory=set)
    by_model: int = 0
    problems: list[Problem] = field(default_factory=list)
    _portions: list[Path] = field(default_factory=list)

    def portions(self) -> Iterator[dict[str, tuple[Claim, ...]]]:
        """The claims of the documents that differ, by document id, a portion at a time."""
        for path in self._portions:
            # Written by this process, into a folder of its own.
            yield pickle.loads(path.read_bytes())

    def read_portion(self, writer: Writer, ids: Sequence[str], settings: Settings, registry: Registry) -> None:
        """Read some stored documents again, and set those aside that say something else now."""
        stored: defaultdict[str, list[Testimony]] = defaultdict(list)
        for one in writer.testimony_of_documents(ids):
            stored[one.claim.document_id].append(one)
        documents = writer.documents(ids)
        claims = self._claims([documents[id] for id in ids if id in documents], settings, stored)
        differing = {id: said for id, said in claims.items() if _differ(said, stored[id], registry)}
        if differing:
            path = self.folder / f"{len(self._portions)}.pickle"
            path.write_bytes(pickle.dumps(differing))
            self._portions.append(path)
        self.read.update(ids)

    def _claims(
        self, documents: Sequence[Document], settings: Settings, stored: dict[str, list[Testimony]]
    ) -> dict[str, tuple[Claim, ...]]:
        kinds = extractor_kinds(settings)
        by_rules, said = [], dict[str, tuple[Claim, ...]]()
        for document in documents:
            held = tuple(one.claim for one in stored[document.document_id])
            kind = kinds.get(document.source_id, settings.extractor)
            if kind is ExtractorKind.RULES and all(claim.extractor != ExtractorKind.LLM for claim in held):
                by_rules.append(document)
            else:
                self.by_model += 1
                said[document.document_id] = held
        extraction = extract_batch(by_rules, settings)
        self.problems.extend(extraction.problems)
        return said | dict(extraction.claims)


def read_again(
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    folder: Path,
    since: dt.datetime | None,
    progress: Progress,
) -> Rereading:
    """Read every stored document again, or those learned of since then; writers get their turn between portions.

    Portions that differ are kept in `folder`. Raises WarehouseBusyError.
    """
    registry = Registry(settings.watchlist)
    rereading = Rereading(folder)
    with writing(data_dir, WRITER_WAIT, clock()) as writer:
        ids = writer.document_ids(since)
    for start in range(0, len(ids), PORTION):
        with writing(data_dir, WRITER_WAIT, clock()) as writer:
            rereading.read_portion(writer, ids[start : start + PORTION], settings, registry)
        progress.step("extract", min(start + PORTION, len(ids)), len(ids))
    return rereading


def _differ(claims: Sequence[Claim], stored: Sequence[Testimony], registry: Registry) -> bool:
    """True where other claims are made, or the names in them mean somebody else."""
    if len({claim.claim_id for claim in claims}) != len(stored):
        return True
    held = {one.claim.claim_id: one for one in stored}
    for claim in claims:
        one = held.get(claim.claim_id)
        if one is None or one.claim != claim or one.subject_id != registry.resolve(claim.subject).entity_id:
            return True
        if one.object_id != (registry.resolve(claim.object).entity_id if claim.object else None):
            return True
    return False
