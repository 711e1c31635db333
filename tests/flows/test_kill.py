"""kill -9 at any moment: the ledger ends as in an undisturbed run, and no receiver is told a thing twice."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.fetch.archive import read_body
from tests.flows.command import ROOT
from tests.newsroom.configuration import write_config
from tests.newsroom.receivers import SlackReceiver
from tests.newsroom.server import Newsroom, start
from warehouse import Published

FIRST_DAY = dt.datetime(2026, 9, 3, 23, tzinfo=dt.UTC)
MOMENTS = [FIRST_DAY + dt.timedelta(hours=8 * number) for number in range(50)]
LEDGER = {
    "documents": "SELECT * EXCLUDE (archive_file, archive_offset) FROM documents ORDER BY ALL",
    "claims": "SELECT * FROM claims ORDER BY ALL",
    "events": "SELECT * FROM event_versions ORDER BY ALL",
    "facts": "SELECT * FROM facts ORDER BY ALL",
    "conflicts": "SELECT * FROM conflicts ORDER BY ALL",
    "stories": "SELECT * FROM stories ORDER BY ALL",
    "alerts": "SELECT * FROM alerts ORDER BY ALL",
}


@dataclass
class Cycles:
    """A place where cycles run, each in a process that can be killed."""

    newsroom: Newsroom
    slack: SlackReceiver
    data: Path
    worker: subprocess.Popen[str]
    seconds: list[float] = field(default_factory=list)
    kills: int = 0

    def run(self, at: dt.datetime, kill_after: float | None = None) -> int:
        """Run the cycle of that moment; gives its exit code, negative where a signal ended it."""
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.newsroom.clock = at
        started = time.monotonic()
        self.worker.stdin.write(f"{at.isoformat()} {'' if kill_after is None else kill_after}\n")
        self.worker.stdin.flush()
        code = int(self.worker.stdout.readline())
        self.kills += code == -signal.SIGKILL
        if kill_after is None:
            self.seconds.append(time.monotonic() - started)
        return code

    def ledger(self) -> dict[str, list[str]]:
        published = Published(self.data)
        return {name: list(map(str, published.query(query).records())) for name, query in LEDGER.items()}


@contextlib.contextmanager
def cycles(place: Path) -> Iterator[Cycles]:
    slack = SlackReceiver()
    with start(FIRST_DAY) as newsroom:
        config = write_config(place / "config", newsroom.port, slack.url)
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.forked_cycles", str(config), str(place / "data")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        try:
            yield Cycles(newsroom, slack, place / "data", worker)
        finally:
            worker.communicate()
            slack.close()


def trial(place: Path, moments: Sequence[dt.datetime], seed: int) -> None:
    """An undisturbed run and one that is killed up to twice a cycle must come to the same."""
    chance = random.Random(seed)
    with cycles(place / "whole") as whole, cycles(place / "killed") as killed:
        assert [whole.run(at) for at in moments] == [0] * len(moments)
        for at, seconds in zip(moments, whole.seconds, strict=True):
            for _ in range(2):
                killed.run(at, kill_after=chance.uniform(0, seconds))
            assert killed.run(at) == 0
        # What a killed sender had taken is free again once its lease has run out.
        for hours in (1, 2):
            assert killed.run(moments[-1] + dt.timedelta(hours=hours)) == 0
    assert killed.kills >= len(moments) / 2
    expected, found = whole.ledger(), killed.ledger()
    differing = {name: changed for name, rows in expected.items() if (changed := set(rows) ^ set(found[name]))}
    assert differing == {}
    assert found == expected
    assert set(killed.slack.messages) == set(whole.slack.messages) != set()
    published = Published(killed.data)
    assert published.query("SELECT DISTINCT state FROM deliveries").rows == (("sent",),)
    for file, offset in published.query("SELECT archive_file, archive_offset FROM documents").rows:
        assert read_body(killed.data / "archive", file, offset)


def test_a_kill_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    trial(tmp_path, MOMENTS[15:19], seed=1)


@pytest.mark.soak
def test_kills_through_fifty_cycles_lose_nothing_and_tell_nothing_twice(tmp_path: Path) -> None:
    trial(tmp_path, MOMENTS, seed=2)
