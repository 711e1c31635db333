"""Muting: what a person does not want to be told of for a while, and its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from flows.stages import WRITER_WAIT
from pipeline.errors import JudgementError
from pipeline.ledger import Mute
from pipeline.model import content_id
from warehouse import Published, writing
from warehouse.mutes import published_mutes
from warehouse.questions import entity_ids

LISTED = 5


@dataclass(frozen=True, slots=True)
class Muting:
    """What a person asks for: `about` is a name, or the id of an event or the beginning of one."""

    about: str
    until: dt.datetime
    because: str
    who: str
    made_at: dt.datetime


def mute(data_dir: Path, asked: Muting) -> list[Mute]:
    """Mute whom or what is meant, each of those that bear the name. Raises JudgementError where that is nobody."""
    if asked.until <= asked.made_at:
        raise JudgementError(f"{asked.until:%Y-%m-%d %H:%M} UTC has passed: give --until a later time")
    found = [
        Mute(
            content_id("mute", id, asked.made_at.isoformat()),
            *(id, name, asked.because, asked.who),
            made_at=asked.made_at,
            until=asked.until,
        )
        for id, name in _meant(data_dir, asked.about)
    ]
    with writing(data_dir, WRITER_WAIT, asked.made_at) as writer:
        for each in found:
            writer.mute(each)
    return found


def lift(data_dir: Path, prefix: str, now: dt.datetime) -> list[Mute]:
    """End the mutes in force whose id or name this is. Raises JudgementError where there is none."""
    wanted = prefix.strip().casefold()
    with writing(data_dir, WRITER_WAIT, now) as writer:
        standing = [each for each in writer.mutes() if each.holds(now)]
        found = [each for each in standing if wanted and _is_called(each, wanted)]
        if not found:
            raise JudgementError(f"nothing called {prefix!r} is muted by command; `qwen-watch alerts mutes` lists them")
        writer.lift([each.mute_id for each in found])
    return found


def all_mutes(data_dir: Path, configured: Collection[Mute]) -> list[Mute]:
    """The mutes of the configuration and those made by command, ended ones, too."""
    with Published(data_dir).reading() as reader:
        return [*configured, *published_mutes(reader)]


def _is_called(mute: Mute, wanted: str) -> bool:
    return mute.mute_id.startswith(wanted) or wanted in (mute.name.casefold(), mute.about)


def _meant(data_dir: Path, about: str) -> list[tuple[str, str]]:
    """Ids with names: the entities of that name, or the event or source whose id begins so or whose name it is."""
    with Published(data_dir).reading() as reader:
        if ids := entity_ids(reader, about):
            named = reader.query("SELECT entity_id, name FROM entities WHERE list_contains(?, entity_id)", [ids]).rows
            if len(named) > LISTED:
                names = ", ".join(sorted(name for _, name in named)[:LISTED])
                raise JudgementError(f"{about!r} is part of {len(named)} names, such as {names}: give one in full")
            return [(str(id), str(name)) for id, name in sorted(named)]
        query = """
            SELECT event_id, event_id FROM events WHERE starts_with(event_id, $about)
            UNION SELECT source_id, name FROM sources WHERE source_id = $about OR lower(name) = lower($about)
            """
        others = reader.query(query, {"about": about.strip() or "-"}).rows
    if len(others) != 1:
        told = "more than one event" if others else "nobody and nothing"
        raise JudgementError(f"{about!r} is {told} known; give a name, or the id of an event from `qwen-watch facts`")
    return [(str(others[0][0]), str(others[0][1]))]
