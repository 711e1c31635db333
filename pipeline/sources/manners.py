"""How politely a run behaves towards every host it meets: spacing, robots.txt and rests, from stored state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from pipeline.model import Fetch, HostState, RobotsFile
from pipeline.read.addresses import host_of
from pipeline.sources.hosts import after_exchange, ready_at, rests_until
from pipeline.sources.robots import barrier, crawl_delay, origin_of, robots_after

LONGEST_SPACING = dt.timedelta(minutes=1)
"""The longest Crawl-delay that is kept to; one that asks for more would hold a run for hours."""


class PoliteLimits(Protocol):
    """The bounds of a run: `spacing` between two requests to one host, `per_host` at once, `workers` in all."""

    @property
    def user_agent(self) -> str: ...

    @property
    def spacing(self) -> dt.timedelta: ...

    @property
    def per_host(self) -> int: ...

    @property
    def workers(self) -> int: ...

    @property
    def cycle_budget(self) -> dt.timedelta: ...


class Manners:
    """What is known of hosts and their robots.txt, kept up to date while a run asks them.

    `changed_hosts` and `changed_robots` are what the run has learned. With `force` no host is left to rest.
    """

    def __init__(
        self,
        limits: PoliteLimits,
        hosts: Mapping[str, HostState],
        robots: Mapping[str, RobotsFile],
        *,
        force: bool = False,
    ) -> None:
        self._limits = limits
        self._hosts = dict(hosts)
        self._robots = dict(robots)
        self._delays: dict[str, dt.timedelta] = {}
        self._force = force
        self.changed_hosts: dict[str, HostState] = {}
        self.changed_robots: dict[str, RobotsFile] = {}

    def spacing(self, host: str) -> dt.timedelta:
        """The time between the starts of two requests to `host`."""
        return max(self._limits.spacing, min(self._delays.get(host, dt.timedelta()), LONGEST_SPACING))

    def opens(self, host: str, now: dt.datetime) -> dt.datetime:
        """When `host` may first be asked in this run, after the requests of earlier ones."""
        return ready_at(self._hosts.get(host), self._limits.spacing, now)

    def rests_until(self, host: str, now: dt.datetime) -> dt.datetime | None:
        """How long the breaker keeps `host` from being asked; None where it may be."""
        return None if self._force else rests_until(self._hosts.get(host), now)

    def rest_reason(self, host: str) -> str:
        state = self._hosts.get(host, HostState(host))
        until = f"{state.open_until:%Y-%m-%d %H:%M:%S} UTC" if state.open_until else "a while"
        return f"{host} is left alone until {until} after {state.failures} failures in a row: {state.last_error}"

    def robots_of(self, url: str, now: dt.datetime) -> RobotsFile | None:
        """The robots.txt that holds for `url` now; None where it has to be asked for."""
        known = self._robots.get(origin_of(url))
        return known if known is not None and known.fresh_until > now else None

    def stale_robots(self, url: str) -> RobotsFile | None:
        """What was last known, however long ago."""
        return self._robots.get(origin_of(url))

    def barred(self, url: str, robots: RobotsFile) -> str | None:
        """Why robots.txt keeps us from `url`, or None; notes the delay that it asks for."""
        self._delays[host_of(url)] = crawl_delay(robots, self._limits.user_agent)
        return barrier(robots, url, self._limits.user_agent)

    def learn_robots(self, url: str, fetch: Fetch, now: dt.datetime) -> RobotsFile:
        """Takes in what the robots.txt for `url` answered."""
        origin = origin_of(url)
        found = robots_after(origin, self._robots.get(origin), fetch, now)
        self._robots[origin] = self.changed_robots[origin] = found
        return found

    def learn(self, host: str, fetch: Fetch, started: dt.datetime) -> None:
        """Takes in how an exchange with `host` went."""
        state = after_exchange(self._hosts.get(host, HostState(host)), fetch, started, self.spacing(host))
        self._hosts[host] = self.changed_hosts[host] = state
