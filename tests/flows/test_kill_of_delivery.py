"""kill -9 at any point of a delivery: nothing is lost, and twice is only what was on its way at that moment."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows.command import ROOT
from tests.newsroom.receivers import SlackReceiver
from warehouse import Published

AT_ONCE = 24  # alerts that are raised before each tenth delivery


class Deliveries:
    """A process that delivers on request, each time in a child that can be killed."""

    def __init__(self, data: Path, keying: str, plain: str) -> None:
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.forked_deliveries", str(data), keying, plain],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, alerts: int = 0, kill_after: float | None = None) -> int:
        """Raise alerts and deliver; gives the exit code, negative where a signal ended it."""
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.write(f"{alerts} {'' if kill_after is None else kill_after}\n")
        self._worker.stdin.flush()
        return int(self._worker.stdout.readline())

    def close(self) -> None:
        self._worker.communicate()


def trial(place: Path, kills: int, seed: int) -> str:
    """Kill deliveries until so many were killed; says how many messages came twice where the receiver keys nothing."""
    chance = random.Random(seed)
    keying, plain = SlackReceiver(), SlackReceiver()
    deliveries = Deliveries(place / "data", keying.url, plain.url)
    try:
        assert deliveries.run(AT_ONCE) == 0
        started = time.monotonic()
        assert deliveries.run(AT_ONCE) == 0
        longest, killed, tries = time.monotonic() - started, 0, 0
        while killed < kills:
            hit = deliveries.run(0 if tries % 10 else AT_ONCE, kill_after=chance.uniform(0, longest)) == -signal.SIGKILL
            # Neither mostly too late nor always too early, however busy the machine is.
            longest *= 1.02 if hit else 0.9
            killed, tries = killed + hit, tries + 1
        assert deliveries.run() == 0
    finally:
        deliveries.close()
        keying.close()
        plain.close()
    published = Published(place / "data")
    assert published.query("SELECT DISTINCT state FROM deliveries").rows == (("sent",),)
    raised = {alert_id for (alert_id,) in published.query("SELECT alert_id FROM alerts").rows}
    # A receiver that keys keeps one message an id, so what counts there is that every id came.
    assert set(keying.messages) == set(plain.messages) == raised
    doubted = published.query("SELECT alert_id FROM deliveries WHERE channel = 'plain' AND ambiguous_at IS NOT NULL")
    twice = {alert_id: len(found) for alert_id, found in plain.messages.items() if len(found) > 1}
    assert twice.keys() <= {alert_id for (alert_id,) in doubted.rows}
    again = sum(twice.values()) - len(twice)
    assert again <= killed  # a kill can hit one message on its way in a channel
    return f"{killed} kills, {len(raised)} alerts: none lost; sent again {again}, in doubt {len(doubted.rows)}"


def test_a_killed_delivery_loses_nothing_and_repeats_only_what_was_on_its_way(tmp_path: Path) -> None:
    print(trial(tmp_path, kills=6, seed=1))


@pytest.mark.soak
def test_two_thousand_kills_of_delivery_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = trial(tmp_path, kills=2000, seed=2)
    with capsys.disabled():
        print(f"\n{told}")
