"""A small published copy, and the application of `serve` over it on a real socket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from flows.addresses import Address
from flows.live.app import create_app
from flows.live.listening import listening
from flows.live.security import allowed_hosts
from pipeline.ledger import Run
from tests.warehouse.records import NOW, departure, turn

STALE_AFTER = dt.timedelta(minutes=90)


@dataclass
class Clock:
    """A clock that a test sets."""

    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass(frozen=True)
class Live:
    """A served data directory."""

    data_dir: Path
    clock: Clock
    client: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    yield from served(tmp_path_factory.mktemp("live"), filled=True)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Live]:
    yield from served(tmp_path, filled=False)


def served(data_dir: Path, *, filled: bool) -> Iterator[Live]:
    if filled:
        turn(data_dir, replace(departure(), run=Run("r1", "monitor", NOW, NOW, "completed", {})))
    clock = Clock()
    app = create_app(data_dir, clock, hosts=allowed_hosts("127.0.0.1"), stale_after=STALE_AFTER)
    with listening(app, Address("127.0.0.1", 0)) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield Live(data_dir, clock, client)
