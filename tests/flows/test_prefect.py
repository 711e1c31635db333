"""The flows under a real Prefect server: two cycles in one process, their names, tables and the skipped one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.command import ROOT, qwen_watch
from tests.flows.test_cycle import EVENING
from tests.newsroom.configuration import write_config
from tests.newsroom.server import Newsroom, start
from warehouse import Published

pytestmark = pytest.mark.slow

TWO_CYCLES = """
import asyncio, datetime as dt, json, sys
from dataclasses import replace
from pathlib import Path
from flows.server import embedded

data, config, at = sys.argv[1], sys.argv[2], dt.datetime.fromisoformat(sys.argv[3])
with embedded(Path(data)) as server:
    from prefect import get_client
    from flows.monitor import monitor
    from flows.turns import take_turn
    server.wait_ready()

    async def main():
        states = [await monitor(data, config, at + dt.timedelta(hours=hours), return_state=True) for hours in (0, 3)]
        # Prefect's client sends events by itself, so they arrive a little later than the run ends.
        from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter
        from warehouse import Published
        ever = EventOccurredFilter(since=at - dt.timedelta(days=1), until=at + dt.timedelta(days=1))
        wanted = EventFilter(occurred=ever, event=EventNameFilter(prefix=["qwen-watch."]))
        raised = len(Published(Path(data)).query("FROM alerts").rows)
        async with get_client() as client:
            for _ in range(300):
                emitted = (await client.read_events(wanted, limit=50)).events
                if len(emitted) >= raised:
                    break
                await asyncio.sleep(0.2)
            from prefect.blocks.system import Secret
            from flows.secret_blocks import secrets_of
            from pipeline.config import load_settings
            from pipeline.config.settings import ChannelSettings
            await Secret(value="made for the test").save("qwen-watch-made-key")
            channel = ChannelSettings("robot", "apprise", {"url_secret": "QWEN_WATCH_MADE_KEY"})
            secret = await secrets_of(replace(load_settings(Path(config)), channels=(channel,)))
            runs = await client.read_flow_runs()
            tasks = await client.read_task_runs(limit=200)
            artifacts = await client.read_artifacts()
        print(json.dumps({
            "states": [[state.name, state.message] for state in states],
            "runs": sorted(run.name for run in runs),
            "tasks": [
                sorted({task.name for task in tasks if task.flow_run_id == run.id})
                for run in sorted(runs, key=lambda run: run.name)
            ],
            "secret": [secret("QWEN_WATCH_MADE_KEY"), secret("QWEN_WATCH_OTHER_KEY")],
            "raised": raised,
            "emitted": [[one.event, dict(one.resource), one.payload] for one in emitted],
            "artifacts": sorted({artifact.key for artifact in artifacts}),
            "table": next(json.loads(each.data) for each in artifacts if each.key == "new-facts"),
        }))

    asyncio.run(main())
"""


DEPLOYED = """
import json, os, subprocess, sys
from pathlib import Path
from flows.server import embedded

data, config = sys.argv[1], sys.argv[2]

def prefect(*arguments):
    done = subprocess.run([sys.executable, "-m", "prefect", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

with embedded(Path(data), lasting=True) as server:
    server.wait_ready()
    prefect("work-pool", "create", "qwen-watch", "--type", "process")
    prefect("--no-prompt", "deploy", "--all")
    places = ["--param", f"data_dir={json.dumps(data)}", "--param", f"config_dir={json.dumps(config)}"]
    prefect("deployment", "run", "monitor/monitor", *places)
    prefect("worker", "start", "--pool", "qwen-watch", "--run-once", "--limit", "1")
    print(prefect("deployment", "ls"))
"""


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with start(EVENING) as running:
        yield running


def test_two_monitor_flows_in_one_process_share_a_server_and_can_be_read_in_its_pages(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    config = write_config(tmp_path / "config", newsroom.port)
    alerts = config / "alerts.yaml"
    alerts.write_text(alerts.read_text("utf-8").replace("min_severity: high", "min_severity: low"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TWO_CYCLES, str(tmp_path / "data"), str(config), EVENING.isoformat()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert [name for name, _ in told["states"]] == ["Completed", "Completed"]
    assert re.match(r"\d+ sources asked \(\d+ new\); \d+ new documents, ", told["states"][0][1])
    assert "; 0 new documents, " in told["states"][1][1]
    assert told["runs"] == ["monitor 2026-09-08 23:00", "monitor 2026-09-09 02:00"]
    first, second = ({re.sub(r"[0-9a-f]+$", "", name) for name in names} for names in told["tasks"])
    assert {"due sources-", "write turn-", "deliver-"} <= first
    assert {"due sources-", "write turn-"} <= second
    assert "deliver-" not in second  # everything was sent by the first
    assert any(name.startswith("fetch ") for name in first)
    assert max(map(len, told["tasks"])) <= 20
    assert told["artifacts"] == ["new-facts", "open-conflicts"]
    assert told["secret"] == ["made for the test", None]
    assert len(told["emitted"]) == told["raised"] > 0
    assert {name for name, _, _ in told["emitted"]} >= {"qwen-watch.new_event"}
    for _, resource, payload in told["emitted"]:
        assert resource["prefect.resource.id"] == f"qwen-watch.event.{payload['event_id']}"
        assert payload["status"] in ("rumoured", "reported", "corroborated", "confirmed")
        assert payload["changed"]
        assert 0 < payload["confidence"] < 1


def test_run_is_one_cycle_and_leaves_no_process_behind(newsroom: Newsroom, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", newsroom.port)
    done = qwen_watch("run", "--data", tmp_path / "data", "--config", config, "--at", EVENING.isoformat())
    assert done.code == 0, done.err
    assert " new documents, " in done.out
    assert Published(tmp_path / "data").query("SELECT count(*) > 0 FROM events").rows == ((True,),)
    assert processes_with(str(tmp_path)) == []


def test_a_killed_run_takes_its_server_with_it(newsroom: Newsroom, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", newsroom.port)
    running = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", "--data", str(tmp_path / "data"), "--config", str(config)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    note = tmp_path / "data" / "prefect" / "server.json"
    wait_until(lambda: note.exists() and note.read_text("utf-8") != "")  # it is written once the server answers
    assert processes_with(f"PREFECT_HOME={tmp_path}")
    running.send_signal(signal.SIGKILL)
    running.wait()
    wait_until(lambda: not processes_with(f"PREFECT_HOME={tmp_path}"))


def test_a_server_that_cannot_start_is_told_with_its_log(tmp_path: Path) -> None:
    home = tmp_path / "data" / "prefect"
    home.mkdir(parents=True)
    (home / "prefect.db").write_text("this is no database", "utf-8")
    done = qwen_watch("run", "--data", tmp_path / "data")
    assert done.code == 1
    assert "the embedded Prefect server did not start" in done.err
    assert str(home / "server.log") in done.err


@pytest.mark.soak
def test_the_deployments_of_prefect_yaml_can_be_deployed_and_a_worker_runs_one(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    config = write_config(tmp_path / "config", newsroom.port)
    done = subprocess.run(
        [sys.executable, "-c", DEPLOYED, str(tmp_path / "data"), str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    assert all(f"{name}/{name}" in done.stdout for name in ("monitor", "deliver", "digest", "backfill"))
    query = "SELECT state, counts FROM runs WHERE flow = 'monitor'"
    [(state, _)] = Published(tmp_path / "data").query(query).rows
    assert state == "completed"


@pytest.mark.soak
def test_serve_runs_the_flows_on_their_schedules_until_it_is_interrupted(newsroom: Newsroom, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", newsroom.port)
    arguments = ["serve", "--data", str(tmp_path / "data"), "--config", str(config), "--every", "1", "--port", "0"]
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: (tmp_path / "data" / "qwen.duckdb").exists(), seconds=120)
        # The first cycle begins at once, the second by the schedule.
        wait_until(lambda: len(Published(tmp_path / "data").query("FROM runs").rows) >= 2, seconds=180)
    finally:
        serving.send_signal(signal.SIGINT)
        out, _ = serving.communicate(timeout=240)
    assert serving.returncode == 0, out
    assert out.rstrip().endswith("stopped")
    assert "serving " in out
    assert "Traceback" not in out
    wait_until(lambda: not processes_with(str(tmp_path)))


def processes_with(text: str) -> list[int]:
    """The processes that have a text in their command line or environment (Linux)."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes() + b"\0" + (place / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in words and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found


def wait_until(done: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.2)
