"""The stages of a cycle as plain functions: what is due, fetch, extract. Nothing here knows Prefect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flows.model_reading import extractor_kinds, read_document
from flows.places import ARCHIVE_FOLDER
from flows.surprises import surprise
from pipeline.config import Settings
from pipeline.fetch.archive import Archive
from pipeline.fetch.client import Client
from pipeline.fetch.segments import ROTATE_AT
from pipeline.memory import Memory
from pipeline.model import (
    Claim,
    Document,
    HostState,
    Problem,
    RobotsFile,
    Source,
    SourceState,
    Unread,
    content_id,
)
from pipeline.sources.harvest import converse
from pipeline.sources.manners import Manners
from pipeline.sources.owners import owners_of
from pipeline.sources.pace import Pace, RunTime
from pipeline.sources.rounds import Round, harvest_round
from pipeline.sources.schedule import due
from pipeline.sources.tokens import Secret, no_secret
from warehouse import writing

if TYPE_CHECKING:
    from pipeline.extract.llm import ModelReader

WRITER_WAIT = dt.timedelta(minutes=1)
SLACK = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a cycle is going to ask, and what it has to know for that.

    `unread` are stored documents that broke the extraction by other rules than those of now. With `force` no
    host is left to rest.
    """

    run_id: str
    now: dt.datetime
    sources: tuple[Source, ...]
    memory: Memory
    states: Mapping[str, SourceState]
    unread: tuple[Document, ...] = ()
    hosts: Mapping[str, HostState] = field(default_factory=dict)
    robots: Mapping[str, RobotsFile] = field(default_factory=dict)
    force: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the fetching stage gave, with the errors that nobody expected."""

    round: Round = field(default_factory=Round)
    surprises: tuple[Problem, ...] = ()


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
    """What to ask at `now`; with `force` also what is not due.

    Raises WarehouseBusyError, and ConfigurationError where rules that nothing was read by yet have a mistake.
    """
    with writing(data_dir, WRITER_WAIT, now) as writer:
        if writer.rules() != settings.rules:
            settings.lexicons.check()
        writer.put_sources(settings.sources, retire_others=True)
        # Beyond the time for edits an address matters only where a list still links it, and then it is recalled.
        states, memory = writer.states(), writer.memory(now - settings.fetch.recheck_articles - SLACK)
        unread = tuple(writer.unread(settings.rules))
        hosts, robots = writer.hosts(now), writer.robots(now)
    asked = tuple(source for source in settings.sources if source.enabled)
    if not force:
        asked = due(asked, states, now)
    return Plan(run_id_of("monitor", now), now, asked, memory, states, unread, hosts, robots, force)


def open_archive(data_dir: Path, run_id: str) -> Archive:
    """The archive, in the file of the run's day, which appears with the first body of the day."""
    return Archive(data_dir / ARCHIVE_FOLDER, run_id.partition("T")[0], ROTATE_AT)


def fetch_all(
    plan: Plan,
    settings: Settings,
    archive: Archive,
    secret: Secret = no_secret,
    pace: Pace | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Fetched:
    """Ask every source of the plan, all hosts at once and each at its own pace, and read what is new.

    `secret` finds the tokens of sources. `pace` is what the waits go by; left out, it is the time that passes.
    `told` hears how many sources are done.
    """
    shared = (plan.memory, settings.fetch, plan.now, owners_of(settings.sources))
    conversations = [
        (source, converse(source, plan.states.get(source.source_id), *shared, secret=secret)) for source in plan.sources
    ]
    manners = Manners(settings.fetch, plan.hosts, plan.robots, force=plan.force)
    client = partial(Client, settings.fetch, archive)
    found = harvest_round(conversations, manners, settings.fetch, client, pace or RunTime(plan.now), plan.now, told)
    return Fetched(found, tuple(surprise("fetch", source.name, error) for source, error in found.broken))


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
            rules = settings.rules
            unread.append(Unread(document.document_id, rules, problems[-1].message))
    return Extraction(claims, tuple(problems), number, tuple(unread))
