"""Requests that wait, in one lane a host: which may start now, and when the next one may."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Lane(Generic[T]):
    ready_at: dt.datetime
    waiting: deque[T] = field(default_factory=deque)
    running: int = 0
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """A request that starts now."""

    host: str
    item: T


class Lanes(Generic[T]):
    """Keeps the spacing between the starts of two requests to one host, and how many run there at once.

    `opens` tells of a host that was not asked yet when it may be. Holds no clock; moments are given.
    """

    def __init__(self, opens: Callable[[str], dt.datetime], at_once: int = 1) -> None:
        self._opens = opens
        self._at_once = at_once
        self._lanes: dict[str, _Lane[T]] = {}
        self._queue: list[tuple[dt.datetime, int, str]] = []
        self._number = 0
        self.waiting = 0

    def add(self, host: str, item: T, *, first: bool = False) -> None:
        """Puts a request into the lane of `host`, at its end or in front."""
        lane = self._lane(host)
        (lane.waiting.appendleft if first else lane.waiting.append)(item)
        self.waiting += 1
        self._enqueue(host, lane)

    def take(self, now: dt.datetime) -> Turn[T] | dt.datetime | None:
        """The request that has waited longest for its turn, or when the next turn is; None while there is none."""
        while self._queue:
            moment, _, host = self._queue[0]
            lane = self._lanes[host]
            if moment <= now or not lane.waiting or lane.ready_at > moment:
                heappop(self._queue)
                lane.is_queued = False
                if not lane.waiting or lane.ready_at > now:
                    self._enqueue(host, lane)
                    continue
                lane.running += 1
                self.waiting -= 1
                item = lane.waiting.popleft()
                return Turn(host, item)
            return moment
        return None

    def started(self, host: str, at: dt.datetime, spacing: dt.timedelta) -> None:
        """Notes that a request to `host` began: the next may after `spacing`."""
        lane = self._lane(host)
        lane.ready_at = max(lane.ready_at, at + spacing)
        self._enqueue(host, lane)

    def reserve(self, host: str, now: dt.datetime, spacing: dt.timedelta) -> dt.datetime:
        """The moment for a request that cannot wait in the lane, such as one that a redirect leads to."""
        lane = self._lane(host)
        start = max(now, lane.ready_at)
        lane.ready_at = start + spacing
        return start

    def hold(self, host: str, until: dt.datetime) -> None:
        """Lets nothing start on `host` before `until`."""
        lane = self._lane(host)
        lane.ready_at = max(lane.ready_at, until)

    def done(self, host: str) -> None:
        """Notes that a request which was taken is over."""
        lane = self._lane(host)
        lane.running -= 1
        self._enqueue(host, lane)

    def withdraw(self, host: str) -> list[T]:
        """Everything that waits for `host`, taken out of its lane."""
        lane = self._lane(host)
        withdrawn = list(lane.waiting)
        lane.waiting.clear()
        self.waiting -= len(withdrawn)
        return withdrawn

    def withdraw_all(self) -> list[T]:
        """Everything that waits, taken out of the lanes."""
        return [item for host in list(self._lanes) for item in self.withdraw(host)]

    def is_idle(self, host: str) -> bool:
        """Whether nothing waits for `host` and nothing runs there."""
        lane = self._lanes.get(host)
        return lane is None or not (lane.waiting or lane.running)

    def _lane(self, host: str) -> _Lane[T]:
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = _Lane(self._opens(host))
        return lane

    def _enqueue(self, host: str, lane: _Lane[T]) -> None:
        if lane.waiting and not lane.is_queued and lane.running < self._at_once:
            self._number += 1
            lane.is_queued = True
            heappush(self._queue, (lane.ready_at, self._number, host))
