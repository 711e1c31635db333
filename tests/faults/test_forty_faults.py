"""Forty faults and more, each through a whole harvest: a named outcome, within bounds, and the good source arrives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from pipeline.categories import Outcome
from pipeline.fetch.client import Client
from pipeline.isolation.workers import WorkerLimits, Workers
from pipeline.memory import Memory
from pipeline.sources.harvest import Harvest, converse
from pipeline.sources.owners import owners_of
from pipeline.sources.reading import warm_up
from pipeline.sources.unpaced import held_at_once
from tests.faults.hostile import ARTICLES, GOOD, HostileServer, Names, address_of, hostile
from tests.faults.table import FAULTS, Fault
from tests.sources.site import NOW, Limits, source

LIMITS = replace(
    Limits(),
    deadline=dt.timedelta(seconds=3),
    max_bytes=8 * 1024 * 1024,
    allow_networks=(ip_network("127.0.0.1/32"),),
)
WORKER_LIMITS = WorkerLimits(memory=320 * 1024 * 1024, processes=1)


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with hostile(FAULTS) as running:
        yield running


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(WORKER_LIMITS, warm_up=warm_up) as made:
        yield made


def test_there_are_forty_and_each_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[fault.name for fault in FAULTS])
def test_a_fault_ends_in_its_named_outcome_and_the_good_source_arrives(
    server: HostileServer, workers: Workers, number: int
) -> None:
    fault = FAULTS[number]
    bad, good = address_of(number, fault, server.port), f"http://{GOOD}:{server.port}/feed"
    gathered = cycle(workers, bad, good)

    met = next(fetch for fetch in gathered.fetches if fetch.url == bad)
    told = " ".join(filter(None, [met.error, *(problem.message for problem in gathered.problems)]))
    assert (met.outcome, met.failure) == (fault.outcome, fault.failure), told
    assert fault.reason in told
    assert "\n" not in told
    assert is_bounded(fault, met.duration_ms)
    arrived = [document.url for document in gathered.documents if document.url.startswith(f"http://{GOOD}")]
    assert len(arrived) == ARTICLES, told
    # What a worker may take in all, which tests/isolation holds; the bench prints what it took.
    assert WORKER_LIMITS.memory < 512 * 1024 * 1024


def cycle(workers: Workers, bad: str, good: str) -> Harvest:
    sources = [source(bad, name="bad", options={"articles": "entry"}), source(good, name="good")]
    with Client(LIMITS, None, resolver=Names(FAULTS)) as client:
        shared = (Memory(), LIMITS, NOW, owners_of(sources))
        return held_at_once((converse(each, None, *shared, workers=workers) for each in sources), client, NOW)


def is_bounded(fault: Fault, milliseconds: int) -> bool:
    """Whether the deadline was held by the code, with leave for one read that was under way."""
    return fault.outcome is Outcome.BLOCKED or milliseconds <= LIMITS.deadline.total_seconds() * 1000 + 1000
