"""Holding conversations with archives of the web: at their pace, and by what is known of their hosts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

from flows.clock import Clock
from flows.stages import WRITER_WAIT
from flows.surprises import surprise
from pipeline.config import Settings
from pipeline.fetch.client import Client
from pipeline.memory import Memory
from pipeline.model import HostState, Problem, RobotsFile, Source
from pipeline.sources.conversation import Conversation
from pipeline.sources.manners import Manners
from pipeline.sources.pace import Pace, RunTime
from pipeline.sources.rounds import harvest_round
from warehouse import writing

LONGEST = dt.timedelta(days=1)
"""The time that one conversation may take: a backfill is bounded by how much it asks for."""


class ArchiveAsking:
    """Asks one archive after another, and keeps what is learned of their hosts until it is written down.

    `spacing` is the least time between two requests. Raises WarehouseBusyError.
    """

    def __init__(
        self, settings: Settings, data_dir: Path, clock: Clock, spacing: dt.timedelta, pace: Pace | None = None
    ) -> None:
        now = clock()
        with writing(data_dir, WRITER_WAIT, now) as writer:
            self._memory = writer.memory(now)
            self._hosts, self._robots = dict(writer.hosts(now)), dict(writer.robots(now))
        self.limits = replace(
            settings.fetch, spacing=max(settings.fetch.spacing, spacing), cycle_budget=LONGEST, workers=1
        )
        self._clock = clock
        self._pace = pace or RunTime(now)
        self._new_hosts: dict[str, HostState] = {}
        self._new_robots: dict[str, RobotsFile] = {}

    @property
    def now(self) -> dt.datetime:
        return self._clock()

    def memory_of(self, urls: Collection[str]) -> Memory:
        """What earlier runs left behind of these addresses."""
        return self._memory.of(urls)

    def hold(self, archive: Source, conversation: Conversation) -> tuple[Problem, ...]:
        """Holds one conversation to its end; an error that nobody expected is a problem."""
        manners = Manners(self.limits, self._hosts, self._robots)
        client = partial(Client, self.limits, None)
        found = harvest_round([(archive, conversation)], manners, self.limits, client, self._pace, self._clock())
        self._hosts |= found.hosts
        self._new_hosts |= found.hosts
        self._robots |= found.robots
        self._new_robots |= found.robots
        return tuple(surprise("backfill", source.name, error) for source, error in found.broken)

    def learned(self) -> tuple[tuple[HostState, ...], tuple[RobotsFile, ...]]:
        """What was learned of hosts since this was asked last."""
        hosts, robots = tuple(self._new_hosts.values()), tuple(self._new_robots.values())
        self._new_hosts.clear()
        self._new_robots.clear()
        return hosts, robots
