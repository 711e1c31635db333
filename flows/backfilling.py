"""Backfill, the plain way: the past of sources out of archives, as of the days on which it was archived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.archive_asking import ArchiveAsking
from flows.backfill_files import NEWS_FILES, FileFilling, NewsFilling, Search
from flows.backfill_reports import BackfillReport, Filled
from flows.backfill_targets import Target, target_named, web_targets
from flows.backfill_wayback import LIMIT, WaybackFilling
from flows.batch import Batch
from flows.clock import Clock
from flows.environment import Secret, environment_secret
from flows.model_reading import open_model
from flows.past_writing import PastWriting
from flows.places import ARCHIVE_FOLDER
from flows.progress import Progress, Silent
from flows.reporting import renew_report
from flows.reports import turn_counts
from flows.stages import WRITER_WAIT, run_id_of
from flows.write_turn import commit_batch
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.ledger import Run
from pipeline.sources.pace import Pace
from pipeline.sources.robots import OBEY
from pipeline.sources.wayback import SPACING, Span
from warehouse import writing

WAYBACK, NEWS = "wayback", "cc-news"
NO_SPACING = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be filled in, from where. `origins` are WAYBACK or NEWS, or paths of WARC files.

    `limit` bounds what one run asks for: captures of each target, or files. `is_broad` also keeps pages of other
    sites in files, where they name somebody or something of the watchlist. `robots` is as among a source's options.
    """

    targets: Sequence[str]
    span: Span
    origins: Sequence[str] = (WAYBACK,)
    limit: int | None = None
    is_broad: bool = False
    robots: str = OBEY
    is_dry: bool = False


def backfill(
    wish: Wish,
    settings: Settings,
    data_dir: Path,
    clock: Clock,
    *,
    secret: Secret = environment_secret,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> BackfillReport:
    """Ask archives for what is missing, and write what they give as of then; alerts are raised and go nowhere.

    With `is_dry` it is only counted what there is. `secret` finds a language model's key, `pace` is what waiting
    for hosts goes by; left out, it is the time that passes. Raises InputError for a target or an origin that
    cannot be, WarehouseBusyError, and WarehouseError where the disk takes no more.
    """
    shown = progress or Silent()
    started = clock()
    run = Run(run_id_of("backfill", started), "backfill", started, None, "completed")
    targets, files = targets_of(wish, settings), _files(wish.origins)
    filled: list[Filled] = []
    with open_model(settings, data_dir / ARCHIVE_FOLDER, run.run_id, started, secret) as model:
        past = PastWriting(settings, data_dir, clock, model)
        for filling in _fillings(wish, targets, files, past, run.run_id, pace, shown):
            (filling.count if wish.is_dry else filling.fill)()
            filled.append(filling.filled)
    if wish.is_dry:
        return BackfillReport(tuple(filled))
    counts = {"asked": sum(one.asked for one in filled), "failed": sum(one.failed for one in filled)}
    problems = [each for one in filled for each in one.problems]
    with writing(data_dir, WRITER_WAIT, clock()) as writer:
        finished = replace(run, finished_at=clock(), counts={**counts, **turn_counts(past.total)})
        commit_batch(writer, settings, Batch(problems=problems), clock(), send=False, run=lambda _: finished)
    turn = replace(past.total, problems=(*past.total.problems, *renew_report(data_dir, clock())))
    return BackfillReport(tuple(filled), turn)


def targets_of(wish: Wish, settings: Settings) -> tuple[Target, ...]:
    """What a wish names; files are looked through for every source's site where it names nothing. Raises InputError."""
    if wish.targets:
        return tuple(target_named(given, settings.sources) for given in wish.targets)
    if WAYBACK in wish.origins:
        raise InputError("name a source or an address whose captures are to be asked for")
    return web_targets(settings.sources)


def _fillings(
    wish: Wish,
    targets: Sequence[Target],
    files: Sequence[Path],
    past: PastWriting,
    run_id: str,
    pace: Pace | None,
    shown: Progress,
) -> Iterator[WaybackFilling | NewsFilling | FileFilling]:
    """One after another, each begun with what those before have left in the warehouse."""
    place = (past.settings, past.data_dir, past.clock)
    search = Search(targets, wish.span, past.settings.watchlist, wish.is_broad)
    for target in targets if WAYBACK in wish.origins else ():
        asking = ArchiveAsking(*place, SPACING, pace)
        yield WaybackFilling(target, wish.span, asking, past, run_id, wish.limit or LIMIT, shown, wish.robots)
    if NEWS in wish.origins:
        asking = ArchiveAsking(*place, NO_SPACING, pace)
        yield NewsFilling(search, asking, past, run_id, wish.limit or NEWS_FILES, shown, wish.robots)
    if files:
        yield FileFilling(search, files, past, run_id, shown)


def _files(origins: Iterable[str]) -> tuple[Path, ...]:
    files = tuple(Path(origin) for origin in origins if origin not in (WAYBACK, NEWS))
    for path in files:
        if not path.is_file():
            raise InputError(f"{str(path)!r} is no file; --from takes {WAYBACK}, {NEWS}, or the path of a WARC file")
    return files
