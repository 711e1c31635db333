from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.fetch.address_ranges import Network
from pipeline.fetch.archive import Archive
from pipeline.fetch.client import Client
from pipeline.model import Fetch, Validators
from tests.fetch.server import Site, serving

NOW = dt.datetime(2026, 3, 4, 15, 0, tzinfo=dt.UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared"

Ask = Callable[..., Fetch]


@dataclass(frozen=True)
class Limits:
    """What a test wants of the client, beside what the configuration would say."""

    user_agent: str = "qwen-watch-test/1 (+mailto:desk@example.org)"
    gateway: str | None = None
    max_bytes: int = 64 * 1024
    deadline: dt.timedelta = dt.timedelta(seconds=20)
    allow_networks: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"),)


def stored(body: bytes, etag: str | None = None, last_modified: str | None = None) -> Validators:
    """The validators of a copy of `body` that was stored before."""
    return Validators("", etag, last_modified, hashlib.sha256(body).hexdigest(), NOW)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    server.answers.clear()
    server.asked.clear()
    return server


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", "run") as opened:
        yield opened


@pytest.fixture
def ask(site: Site, archive: Archive) -> Ask:
    """Fetches a path of the site once, with limits changed by keyword."""

    def once(path: str, validators: Validators | None = None, **limits: object) -> Fetch:
        with Client(replace(Limits(), **limits), archive) as client:
            return client.fetch("source", site.url(path), validators, NOW)

    return once
