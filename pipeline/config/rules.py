"""The rules of alerts.yaml as routing takes them: names become the ids of those who are meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.categories import EntityKind
from pipeline.config.files import MuteEntry, QuietHoursEntry, RouteEntry
from pipeline.config.mistakes import KeyPath, unknown
from pipeline.config.settings import QuietHours, Route
from pipeline.config.yaml_files import ConfigFile
from pipeline.ledger import Mute
from pipeline.model import Mention, Source, content_id
from pipeline.reconcile.entities import Registry
from pipeline.watchlist import Watchlist

BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


class Named:
    """Whom a name means, by the watchlist; a name that is not there may be somebody whom the sources speak of."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._watchlist = watchlist
        self._kinds: dict[str, set[EntityKind]] = {}
        for entry in watchlist.entries:
            for name in (entry.name, *entry.aliases, *entry.handles):
                self._kinds.setdefault(name.casefold(), set()).add(entry.kind)
        self.names = sorted({name for entry in watchlist.entries for name in (entry.name, *entry.aliases)})

    @cached_property
    def _registry(self) -> Registry:
        # Keys of Chinese names take a dictionary that is slow to load, and most rules name nobody.
        return Registry(self._watchlist)

    def knows(self, name: str) -> bool:
        return name.lstrip("@").casefold() in self._kinds

    def ids(self, name: str) -> frozenset[str]:
        """The ids of all whom the name can mean: `Qwen` is a team and a family of models."""
        bare = name.lstrip("@")
        kinds = self._kinds.get(bare.casefold(), set(EntityKind))
        return frozenset(self._registry.resolve(Mention(kind, bare)).entity_id for kind in kinds)


def route(entry: RouteEntry, named: Named) -> Route:
    """A route of the file, with the ids of those it names."""
    return Route(
        channel=entry.channel,
        kinds=frozenset(entry.kinds),
        min_severity=entry.min_severity,
        mode=entry.how(),
        events=frozenset(entry.events),
        entities=frozenset(id for name in entry.entities for id in named.ids(name)),
        statuses=frozenset(entry.statuses),
        conflicts=frozenset(entry.conflicts),
        language=entry.language,
        quiet_hours=_quiet_hours(entry.quiet_hours) if entry.quiet_hours else None,
    )


def mutes(entry: MuteEntry, named: Named, sources: Sequence[Source]) -> Iterator[Mute]:
    """A mute of the file, which holds from the beginning of time: one for each of those that its name can mean."""
    name = str(entry.entity or entry.event or entry.source)
    if entry.entity:
        about = sorted(named.ids(entry.entity))
    else:
        about = [each.source_id for each in sources if each.name == entry.source] or [name]
    for id in about:
        mute_id = content_id("mute", id, entry.until.isoformat())
        yield Mute(mute_id, id, name, entry.because, "alerts.yaml", BEGINNING, entry.until)


def unknown_names(file: ConfigFile, named: Named, sources: Sequence[Source]) -> Iterator[str]:
    """What may be a slip: names in rules that are nowhere else, each with its line and the nearest that is."""
    for path, name in _names(file.data, "entities", "entity"):
        if not named.knows(name):
            nearest = _nearest("name", name, named.names)
            yield file.at(path, f"{nearest}; it is not in watchlist.yaml, so it means whom the sources call so")
    titles = [each.name for each in sources]
    for path, name in _names(file.data, "", "source"):
        if name not in titles:
            yield file.at(path, f"{_nearest('source', name, titles)}; it is not in sources.yaml, so nothing is muted")


def _nearest(what: str, name: str, known: Sequence[str]) -> str:
    told, _, _ = unknown(what, name, known).partition("one of: ")
    return told.rstrip("; ")


def _names(data: Any, of_routes: str, of_mutes: str) -> Iterator[tuple[KeyPath, str]]:
    for place, each in enumerate(data["routes"]):
        for number, name in enumerate(each.get(of_routes, ())):
            yield ("routes", place, of_routes, number), name
    for place, each in enumerate(data.get("mutes", ())):
        if of_mutes in each:
            yield ("mutes", place, of_mutes), each[of_mutes]


def _quiet_hours(entry: QuietHoursEntry) -> QuietHours:
    return QuietHours(entry.start, entry.until, ZoneInfo(entry.zone), entry.passes)
