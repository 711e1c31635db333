"""Whole-process figures of a cycle's write turn of 50 new documents at 1 000, 100 000 and 1 000 000 stored ones.

    python bench/ledger.py [--sizes 1000,100000,1000000] [--turns 3] [--keep DIRECTORY]

The stored documents are made with SQL (see ledger_data.py). Each turn is a process of its own: what is planned
before the fetches, then the write turn with near-copies, revisions and claims on known lines, publishing included.
The parts are counted inside the process; they overlap where one calls another.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

PARTS: defaultdict[str, float] = defaultdict(float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the made data stay, and are found again")
    parser.add_argument("--turn", nargs=3, metavar=("DATA", "NUMBER", "STORED"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.turn:
        take_turn(Path(asked.turn[0]), int(asked.turn[1]), int(asked.turn[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        for size in map(int, asked.sizes.split(",")):
            measure(Path(asked.keep or place) / str(size), size, asked.turns)


def measure(data: Path, documents: int, turns: int) -> None:
    from ledger_data import make

    started = time.perf_counter()
    made = not data.exists()
    if made:
        make(data, documents)
    took = f" (made in {time.perf_counter() - started:.0f} s)" if made else ""
    work = data.with_name(f"{data.name}-work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(data, work)
    walls, memory, parts = [], [], []
    for number in range(turns):
        wall, peak, part = _process(work, number, documents)
        walls.append(wall)
        memory.append(peak)
        parts.append(part)
    size = (work / "qwen.duckdb").stat().st_size
    shutil.rmtree(work)
    print(
        f"{documents:>9,} documents{took}: {statistics.median(walls):.2f} s, peak {max(memory) / 2**10:,.0f} MB, "
        f"published copy {size / 1e6:,.0f} MB"
    )
    for name in dict.fromkeys(name for part in parts for name in part):
        print(f"{'':>12}{name:34} {statistics.median(part.get(name, 0.0) for part in parts):8.3f}", flush=True)


def _process(data: Path, number: int, stored: int) -> tuple[float, int, dict[str, float]]:
    """Wall time in seconds, peak memory in KiB and the parts of one turn in a process of its own."""
    command = [sys.executable, __file__, "--turn", str(data), str(number), str(stored)]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        out.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)}: {out.read()}")
        return wall, usage.ru_maxrss, json.loads(out.read())


def take_turn(data: Path, number: int, stored: int) -> None:
    """One cycle without its fetches and extraction, with the time of its parts on standard output."""
    started = time.perf_counter()
    from ledger_data import NOW, new_documents

    import flows.news as news
    import warehouse.publish as publishing
    import warehouse.writer as writer
    from flows.batch import Batch
    from flows.stages import due_sources
    from flows.write_turn import commit_batch
    from pipeline.categories import Outcome
    from pipeline.config import load_settings
    from pipeline.model import Fetch

    settings = load_settings(ROOT / "config", check_lexicons=False)
    new = new_documents(number, stored)
    now = new.documents[0].fetched_at
    fetches = [
        Fetch(f"{number}-{place}", "1", one.url, one.url, now, 80, 200, Outcome.NEW, sha256=one.text_sha256)
        for place, one in enumerate(new.documents)
    ]
    PARTS["imports, settings"] = time.perf_counter() - started
    for module, name in [
        (writer.connect, "open_private"), (writer, "migrate"), (writer.memory, "memory"), (writer.fetching, "states"),
        (writer.unread, "unread"), (writer.documents, "near"), (news, "group_stories"), (writer.claims, "lines_of"),
        (writer.claims, "testimony"), (writer.claims, "entities"), (news, "reconcile_lines"), (news, "alerts_of"),
        (writer.fetching, "put_fetches"), (writer.documents, "put_documents"), (writer.documents, "put_stories"),
        (writer.claims, "put_entities"), (writer.claims, "put_claims"), (writer.ledger, "put_lines"),
        (writer.alerts, "raise_alerts"), (publishing, "fold"), (writer, "publish"),
    ]:  # fmt: skip
        setattr(module, name, _timed(getattr(module, name), name))
    writer.Writer.commit = _timed(writer.Writer.commit, "commit")  # type: ignore[method-assign]
    due_sources(data, settings, now)
    batch = Batch(documents=new.documents, claims=new.claims, fetches=fetches)
    with writer.writing(data, NOW - NOW, now) as turn:
        commit_batch(turn, settings, batch, now)
    PARTS["whole process after start"] = time.perf_counter() - started
    print(json.dumps(PARTS))


def _timed(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            PARTS[name] += time.perf_counter() - started

    return run


if __name__ == "__main__":
    main()
