"""Programs that the tests start beside themselves: `python -m tests.warehouse.processes NAME DATA [NUMBER]`."""

from __future__ import annotations

import itertools
import os
import select
import subprocess
import sys
from pathlib import Path

from pipeline.categories import EventType
from pipeline.model import Value
from tests.warehouse.records import (
    NOW,
    WAIT,
    alert,
    claim,
    delivery,
    document,
    fact,
    fetch,
    run,
    spoken,
    version,
)
from warehouse import Changes, LineChange, Published, writing

ROOT = Path(__file__).resolve().parents[2]
PER_RUN = 4
"""Documents, claims, facts and fetches of each numbered run."""


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Starts one of the programs below with pipes to talk to it."""
    command = [sys.executable, "-m", "tests.warehouse.processes", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, text=True, stdin=pipe, stdout=pipe)


def line_from(process: subprocess.Popen[str]) -> str:
    """The next line that the program prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def numbered(number: int) -> Changes:
    """The changes of one run: a line, an alert and its delivery, and PER_RUN of everything else."""
    person, event = f"person-{number}", f"event-{number}"
    documents = [document(f"https://daily.example/{number}/{index}") for index in range(PER_RUN)]
    claims = [claim(one, f"a{index}") for index, one in enumerate(documents)]
    raised = alert(f"new_event:{event}")
    return Changes(
        fetches=[fetch(one.url) for one in documents],
        documents=documents,
        testimony=[spoken(given, where, person) for given, where in zip(claims, documents, strict=True)],
        lines=[
            LineChange(
                EventType.DEPARTURE,
                person,
                None,
                events=[version(event, subject_id=person)],
                facts=[fact(f"a{index}", Value("true"), event) for index in range(PER_RUN)],
                claim_events={one.claim_id: event for one in claims},
            )
        ],
        alerts=[raised],
        deliveries=[delivery(raised)],
        run=run(f"run-{number}"),
    )


def write(data_dir: Path, first: int) -> None:
    """Commits and publishes numbered runs until it is killed, and says how far it is."""
    for number in itertools.count(first):
        with writing(data_dir, WAIT, NOW) as writer:
            print("committing", number, flush=True)
            writer.commit(numbered(number))
        print("published", number, flush=True)


def read(data_dir: Path) -> None:
    """Queries the published copy until standard input ends; prints how often, and what it saw last."""
    published, times, last = Published(data_dir), 0, 0
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        ((runs, documents),) = published.query(
            "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM documents)"
        ).rows
        if documents != PER_RUN * runs or runs < last:
            raise AssertionError(f"{runs} runs after {last}, {documents} documents")
        times, last = times + 1, runs
    print(times, last, flush=True)


def hold(data_dir: Path) -> None:
    """Takes the writer's turn and keeps it until standard input ends."""
    with writing(data_dir, WAIT, NOW):
        print("ready", flush=True)
        sys.stdin.read()


def query(data_dir: Path, sql: str) -> None:
    """Prints the first value of a query on the published copy."""
    print(Published(data_dir).query(sql).rows[0][0])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", data, first]:
            write(Path(data), int(first))
        case ["read", data]:
            read(Path(data))
        case ["hold", data]:
            hold(Path(data))
        case ["query", data, sql]:
            query(Path(data), sql)
