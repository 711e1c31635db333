"""Replay: the whole pipeline over an archive, cycle by cycle as it was, into a fresh data directory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.batch import Batch
from flows.environment import environment_secret
from flows.model_reading import open_model
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress, Silent
from flows.reports import TurnReport, counted, turn_counts, turn_headline
from flows.stages import WRITER_WAIT, due_sources, extract_batch, open_archive, run_id_of
from flows.write_turn import commit_batch
from pipeline.categories import Outcome, SourceStatus
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.fetch.client import Client
from pipeline.fetch.replay import ArchiveTransport
from pipeline.ledger import Run
from pipeline.model import Problem
from pipeline.sources.harvest import Harvest, converse
from pipeline.sources.owners import owners_of
from pipeline.sources.unpaced import held_at_once
from warehouse import writing

_ANSWERED = frozenset({Outcome.NEW, Outcome.UNCHANGED})
# The archive tells what there was to read, so that a bound on one check would only hide some of it.
_MOST_ARTICLES = 1_000_000


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay came to. `moments` are the cycles in which anything was archived."""

    moments: int
    turn: TurnReport

    def headline(self) -> str:
        return f"{counted(self.moments, 'cycle')} replayed; {turn_headline(self.turn)}"


def archive_files(place: Path) -> list[Path]:
    """The WARC files of an archive or of a data directory. Raises InputError where there is none."""
    folder = place / ARCHIVE_FOLDER if (place / ARCHIVE_FOLDER).is_dir() else place
    found = sorted({*folder.glob("*.warc"), *folder.glob("*.warc.gz")}) if folder.is_dir() else [folder]
    files = [path for path in found if path.is_file() and not path.name.endswith("-llm.warc.gz")]
    if not files:
        raise InputError(f"{place}: no WARC file there; name a data directory, an archive folder or a file")
    return files


def replay(
    files: Sequence[Path],
    settings: Settings,
    data_dir: Path,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    progress: Progress | None = None,
) -> ReplayReport:
    """Ask the archive at every moment at which something was archived, and write what comes of it as of then.

    Alerts are raised and go nowhere. Raises InputError where `data_dir` has a database already, since what is
    known from elsewhere would mix with what is replayed.
    """
    shown = progress or Silent()
    if data_dir.is_dir() and any(path.name != ARCHIVE_FOLDER for path in data_dir.iterdir()):
        raise InputError(f"{data_dir} is not empty; name a new directory with --data for the replay")
    start = since or dt.datetime.min.replace(tzinfo=dt.UTC)
    transport = ArchiveTransport(files, start, since)
    moments = [moment for moment in transport.moments if until is None or moment <= until]
    total = TurnReport(problems=transport.problems)
    for number, moment in enumerate(moments, 1):
        transport.at = moment
        total += _cycle(transport, settings, data_dir, moment)
        shown.step("replay", number, len(moments))
    return ReplayReport(len(moments), total)


def _cycle(transport: ArchiveTransport, settings: Settings, data_dir: Path, moment: dt.datetime) -> TurnReport:
    plan = due_sources(data_dir, settings, moment, force=True)
    limits = replace(settings.fetch, max_articles_per_check=_MOST_ARTICLES)
    with open_archive(data_dir, plan.run_id) as archive, Client(limits, archive, transport) as client:
        # Without states every known article is looked at again: when it was asked then is not to be told now.
        shared = (plan.memory, limits, moment, owners_of(settings.sources))
        gathered = held_at_once((converse(source, None, *shared) for source in plan.sources), client, moment)
    documents = gathered.documents
    with open_model(settings, data_dir / ARCHIVE_FOLDER, plan.run_id, moment, environment_secret) as model:
        extraction = extract_batch(documents, settings, model)
    batch = replace(
        _of_what_was_archived(gathered),
        claims=extraction.claims,
        unread=extraction.unread,
        problems=[*_of_what_was_archived(gathered).problems, *extraction.problems],
    )

    def row(turn: TurnReport) -> Run:
        return Run(run_id_of("replay", moment), "replay", moment, moment, "completed", turn_counts(turn))

    with writing(data_dir, WRITER_WAIT, moment) as writer:
        return commit_batch(writer, settings, batch, moment, send=False, run=row)


def _of_what_was_archived(gathered: Harvest) -> Batch:
    """What the archive answered: an address that it lacks tells nothing of the site that it was."""
    return Batch(
        fetches=[fetch for fetch in gathered.fetches if fetch.outcome in _ANSWERED],
        states=[state for state in gathered.states if state.status is SourceStatus.OK],
        documents=gathered.documents,
        problems=[problem for problem in gathered.problems if _is_of_reading(problem)],
    )


def _is_of_reading(problem: Problem) -> bool:
    return problem.stage not in ("fetch", "secrets")
