"""Keeping one poisonous body from stopping all the others, and from being tried for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pipeline.model import BrokenBody, Fetch

if TYPE_CHECKING:
    from pipeline.isolation.workers import Broken, Workers

P = ParamSpec("P")
T = TypeVar("T")

READING_VERSION = "1"
"""Changes with what is read out of a body, or with how: what was given up on is tried again then."""

MOST_TRIES = 3


class Quarantine:
    """Has bodies read by `workers`, or those of this process, and keeps count of those that broke them.

    `known` are the counts so far.

    A body that broke its reader three times is not read again before the reading itself has changed. `broken`
    and `mended` are what is to be stored: the new counts, and the hashes of the bodies that were read at last.
    """

    def __init__(self, workers: Workers | None, known: Mapping[str, BrokenBody], now: dt.datetime) -> None:
        self._workers = workers
        self._known = {sha256: body for sha256, body in known.items() if body.rules == READING_VERSION}
        self._stale = known.keys() - self._known.keys()
        self._now = now
        self.broken: dict[str, BrokenBody] = {}
        self.mended: set[str] = set()

    @property
    def workers(self) -> Workers:
        """Who reads; looked up when the first body has come, which takes an import."""
        from pipeline.sources.reading_workers import shared_workers

        return self._workers or shared_workers()

    def read(self, fetch: Fetch, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | Broken:
        """What `function` makes of its arguments, which come from the body of `fetch`, in a worker process."""
        from pipeline.isolation.workers import Broken

        held = self.broken.get(fetch.sha256 or "") or self._known.get(fetch.sha256 or "")
        if held is not None and held.tries >= MOST_TRIES:
            return Broken(f"is in quarantine (qwen-watch sources --quarantine) after {held.tries} tries: {held.error}")
        read = self.workers.run(function, *arguments, **named)
        if fetch.sha256 is None:
            return read
        if not isinstance(read, Broken):
            if held is not None or fetch.sha256 in self._stale:
                self.broken.pop(fetch.sha256, None)
                self.mended.add(fetch.sha256)
        elif read.by_input:
            self.broken[fetch.sha256] = self._counted(fetch, fetch.sha256, held, read.reason)
        return read

    def _counted(self, fetch: Fetch, sha256: str, held: BrokenBody | None, reason: str) -> BrokenBody:
        tries, first = (held.tries, held.first_failed_at) if held else (0, self._now)
        return BrokenBody(sha256, fetch.source_id, fetch.url, READING_VERSION, tries + 1, reason, first, self._now)
