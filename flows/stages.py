"""The stages of a cycle as plain functions: what is due, fetch, extract. Nothing here knows Prefect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows.model_reading import extractor_kinds, read_document
from flows.places import ARCHIVE_FOLDER
from flows.surprises import surprise
from pipeline.config import Settings
from pipeline.extract import rules_of
from pipeline.fetch.archive import Archive
from pipeline.fetch.client import Client
from pipeline.fetch.segments import ROTATE_AT
from pipeline.memory import Memory
from pipeline.model import Claim, Document, Problem, Source, SourceState, Unread, content_id
from pipeline.sources.harvest import Harvest, due, harvest, host_groups
from pipeline.sources.owners import owners_of
from pipeline.sources.tokens import Secret, no_secret
from warehouse import writing

if TYPE_CHECKING:
    from pipeline.extract.llm import ModelReader

WRITER_WAIT = dt.timedelta(minutes=1)
SLACK = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a cycle is going to ask, in groups of hosts, and what it has to know for that.

    `unread` are stored documents that broke the extraction by other rules than those of now.
    """

    run_id: str
    now: dt.datetime
    groups: tuple[tuple[Source, ...], ...]
    memory: Memory
    states: Mapping[str, SourceState]
    unread: tuple[Document, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(source for group in self.groups for source in group)


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims of each document; one that broke the extraction is among the problems, and unread."""

    claims: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    documents: int = 0
    unread: tuple[Unread, ...] = ()


def run_id_of(flow: str, now: dt.datetime) -> str:
    """An id that sorts by time and that two runs of one moment do not share by accident of their flow."""
    return f"{now:%Y%m%dT%H%M%S}-{content_id(flow, now.isoformat())[:6]}"


def due_sources(data_dir: Path, settings: Settings, now: dt.datetime, *, force: bool = False) -> Plan:
    """What to ask at `now`; with `force` also what is not due. Raises WarehouseBusyError."""
    with writing(data_dir, WRITER_WAIT, now) as writer:
        writer.put_sources(settings.sources, retire_others=True)
        # Beyond the time for edits an address matters only where a list still links it, and then it is recalled.
        states, memory = writer.states(), writer.memory(now - settings.fetch.recheck_articles - SLACK)
        unread = tuple(writer.unread(rules_of(settings.lexicons, settings.watchlist)))
    asked = tuple(source for source in settings.sources if source.enabled)
    if not force:
        asked = due(asked, states, now)
    groups = host_groups(asked, settings.fetch.workers) if asked else ()
    return Plan(run_id_of("monitor", now), now, groups, memory, states, unread)


def open_archive(data_dir: Path, run_id: str) -> Archive:
    """The archive, in the file of the run's day, which appears with the first body of the day."""
    return Archive(data_dir / ARCHIVE_FOLDER, run_id.partition("T")[0], ROTATE_AT)


def fetch_group(
    group: Sequence[Source], plan: Plan, settings: Settings, archive: Archive, secret: Secret = no_secret
) -> Harvest:
    """Ask the sources of one group of hosts, one after another, and read what is new."""
    with Client(settings.fetch, archive) as client:
        owners = owners_of(settings.sources)
        return harvest(group, plan.memory, plan.states, client, settings.fetch, plan.now, owners, secret)


def extract_batch(documents: Iterable[Document], settings: Settings, model: ModelReader | None = None) -> Extraction:
    """The claims of the documents, each read by what its source asks for; without `model` by the rules."""
    kinds = extractor_kinds(settings)
    claims: dict[str, tuple[Claim, ...]] = {}
    problems: list[Problem] = []
    unread: list[Unread] = []
    number = 0
    for document in documents:
        number += 1
        try:
            kind = kinds.get(document.source_id, settings.extractor)
            said = read_document(document, kind, settings, model)
            problems.extend(said.problems)
            if said.unread is None:
                claims[document.document_id] = said.claims
            else:
                unread.append(said.unread)
        except Exception as error:  # noqa: BLE001 (a page of the open web found a defect: the other pages go on)
            problems.append(surprise("extract", document.url, error))
            rules = rules_of(settings.lexicons, settings.watchlist)
            unread.append(Unread(document.document_id, rules, problems[-1].message))
    return Extraction(claims, tuple(problems), number, tuple(unread))
