"""What a sender is about to do and has done, on disk before the ledger knows, so that a kill leaves little doubt.

The file belongs to the process that holds its lock. Left without one, it says of every delivery that the process
had taken whether it was never begun (it may be sent), over (what came of it) or between the two (nobody knows).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pipeline.categories import DeliveryState
from pipeline.ledger import Delivery

FOLDER = "sending"
_OUTCOME = ("state", "attempts", "next_attempt_at", "sent_at", "provider_id", "error", "ambiguous_at")
_MOMENTS = frozenset({"next_attempt_at", "sent_at", "ambiguous_at"})


class SendJournal:
    """The journal of one run of delivery; made by `keeping_journal`, and gone once everything is in the ledger."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._writing = threading.Lock()

    def leased(self, deliveries: Iterable[Delivery]) -> None:
        """These are about to be taken, with the attempt and the end of the lease that tell one taking from another."""
        taken = {one.delivery_id: [one.attempts, _written(one.next_attempt_at)] for one in deliveries}
        self._write({"leased": taken}, sync=False)

    def begun(self, deliveries: Iterable[Delivery]) -> None:
        """These are on their way from now on."""
        self._write({"begun": [one.delivery_id for one in deliveries]}, sync=True)

    def ended(self, deliveries: Iterable[Delivery]) -> None:
        """This is what came of them. Where the power fails at once, it is forgotten, and they count as in doubt."""
        outcomes = {one.delivery_id: {name: _written(getattr(one, name)) for name in _OUTCOME} for one in deliveries}
        self._write({"ended": outcomes}, sync=False)

    def _write(self, entry: dict[str, Any], *, sync: bool) -> None:
        with self._writing:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())


@dataclass(slots=True)
class LeftBehind:
    """What the journal of a process that died says of the deliveries that it had taken."""

    leases: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def settled(self, stored: Delivery, now: dt.datetime) -> Delivery | None:
        """The delivery as it stands after all; None where somebody else has taken or settled it since."""
        lease = self.leases.get(stored.delivery_id)
        ours = (stored.attempts, _written(stored.next_attempt_at))
        if stored.state is not DeliveryState.SENDING or lease != ours:
            return None
        outcome = self.outcomes.get(stored.delivery_id)
        if outcome is not None:
            return replace(stored, **{name: _read(name, outcome[name]) for name in _OUTCOME})
        if stored.delivery_id in self.begun:
            return replace(stored, state=DeliveryState.PENDING, next_attempt_at=now, ambiguous_at=now)
        return replace(stored, state=DeliveryState.PENDING, next_attempt_at=now)


@contextmanager
def keeping_journal(data_dir: Path) -> Iterator[SendJournal]:
    """A journal under `data_dir` for the time of one delivery; it stays behind where that ends in an error."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.jsonl"
    with path.open("x", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield SendJournal(file)
        path.unlink(missing_ok=True)


def any_journal(data_dir: Path) -> bool:
    """Whether a process is delivering from `data_dir`, or died while it was."""
    return any((data_dir / FOLDER).glob("*.jsonl"))


@contextmanager
def left_behind(data_dir: Path) -> Iterator[list[LeftBehind]]:
    """The journals of processes that died; they are forgotten when the block ends without an error."""
    with ExitStack() as stack:
        found: list[tuple[Path, IO[str]]] = []
        for path in sorted((data_dir / FOLDER).glob("*.jsonl")):
            try:
                file = stack.enter_context(path.open(encoding="utf-8"))
            except FileNotFoundError:  # its process has come to its end meanwhile
                continue
            if _is_left(file):
                found.append((path, file))
        yield [_read_journal(file) for _, file in found]
        for path, _ in found:
            path.unlink(missing_ok=True)


def _is_left(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_journal(file: IO[str]) -> LeftBehind:
    left = LeftBehind()
    for line in file:
        try:
            entry = json.loads(line)
        except ValueError:  # the line at which the process was cut off
            break
        leases = {id: (attempts, until) for id, (attempts, until) in entry.get("leased", {}).items()}
        for id in leases:  # taken again: what was before is over
            left.begun.discard(id)
            left.outcomes.pop(id, None)
        left.leases |= leases
        left.begun |= set(entry.get("begun", ()))
        left.outcomes |= entry.get("ended", {})
    return left


def _written(value: object) -> Any:
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value


def _read(name: str, value: Any) -> Any:
    if name == "state":
        return DeliveryState(value)
    return dt.datetime.fromisoformat(value) if name in _MOMENTS and value else value
