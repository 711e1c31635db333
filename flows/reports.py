"""What a cycle, an ingest or a delivery has done, in numbers and in the words a person reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.categories import Outcome
from pipeline.ledger import Alert
from pipeline.model import Fetch, Problem


@dataclass(frozen=True, slots=True)
class TurnReport:
    """What one transaction changed. `alerts` are those that were raised for the first time."""

    documents: int = 0
    duplicates: int = 0
    claims: int = 0
    new_events: int = 0
    new_conflicts: int = 0
    alerts: tuple[Alert, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: TurnReport) -> TurnReport:
        return TurnReport(
            self.documents + other.documents,
            self.duplicates + other.duplicates,
            self.claims + other.claims,
            self.new_events + other.new_events,
            self.new_conflicts + other.new_conflicts,
            self.alerts + other.alerts,
            self.problems + other.problems,
        )


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many deliveries went out, wait for another try, or were given up."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    problems: tuple[Problem, ...] = ()

    def headline(self) -> str:
        """`3 sent, 1 waiting for another try`, or `nothing to deliver`."""
        parts = [f"{self.sent} sent"] if self.sent else []
        parts += [f"{self.waiting} waiting for another try"] if self.waiting else []
        parts += [f"{self.failed} given up"] if self.failed else []
        return ", ".join(parts) or "nothing to deliver"


@dataclass(frozen=True, slots=True)
class CycleReport:
    """One cycle. `surprises` are errors that nobody expected; everything beside them went on.

    `outbox` says whether the write turn left anything to deliver, now or later. `skipped` says why the cycle did not
    take place, where it did not.
    """

    run_id: str
    started_at: dt.datetime
    sources: int = 0
    fetches: Mapping[Outcome, int] = field(default_factory=dict)
    turn: TurnReport = TurnReport()
    outbox: bool = False
    delivery: DeliveryReport = DeliveryReport()
    surprises: tuple[Problem, ...] = ()
    skipped: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.surprises)

    def counts(self) -> dict[str, int]:
        """The numbers of the row in `runs`."""
        return {
            "sources": self.sources,
            "fetches": sum(self.fetches.values()),
            "unchanged": self.fetches.get(Outcome.UNCHANGED, 0),
            "errors": self.fetches.get(Outcome.ERROR, 0),
            "problems": len(self.turn.problems) + len(self.delivery.problems) + len(self.surprises),
            **turn_counts(self.turn),
        }

    def headline(self) -> str:
        """One line for a log, a run's state or a terminal."""
        if self.skipped:
            return self.skipped
        asked = f"{self.sources} source{'s' if self.sources != 1 else ''} asked"
        exchanges = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.fetches.items()))
        return f"{asked} ({exchanges or 'nothing due'}); {turn_headline(self.turn)}{_delivered(self.delivery)}"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What `ingest` read and what came of it."""

    files: int
    turn: TurnReport
    delivery: DeliveryReport = DeliveryReport()

    def headline(self) -> str:
        return f"{counted(self.files, 'file')}; {turn_headline(self.turn)}{_delivered(self.delivery)}"


def turn_counts(turn: TurnReport) -> dict[str, int]:
    return {
        "documents": turn.documents,
        "duplicates": turn.duplicates,
        "claims": turn.claims,
        "new_events": turn.new_events,
        "new_conflicts": turn.new_conflicts,
        "alerts": len(turn.alerts),
    }


def turn_headline(turn: TurnReport) -> str:
    parts = [
        counted(turn.documents, "new document"),
        counted(turn.claims, "claim"),
        counted(turn.new_events, "new event"),
        counted(turn.new_conflicts, "new conflict"),
        counted(len(turn.alerts), "alert"),
    ]
    parts += [counted(len(turn.problems), "problem")] if turn.problems else []
    return ", ".join(parts)


def counted(number: int, thing: str) -> str:
    """`1 claim`, `2 claims`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def outcomes(fetches: Iterable[Fetch]) -> dict[Outcome, int]:
    return dict(Counter(fetch.outcome for fetch in fetches))


def _delivered(delivery: DeliveryReport) -> str:
    return "" if delivery == DeliveryReport() else f"; deliveries: {delivery.headline()}"
