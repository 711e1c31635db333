"""What a backfill has done, or would do, in numbers and in the words a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.reports import TurnReport, counted, turn_headline
from pipeline.model import Problem


@dataclass(slots=True)
class Filled:
    """What one target has come to. `listed` captures are there, `new` of them were not had before this run.

    `thing` is what is counted. `has_more` tells that the limit was met; `stopped` why the archive is left alone now.
    """

    name: str
    thing: str
    listed: int = 0
    new: int = 0
    asked: int = 0
    failed: int = 0
    pages: int = 0
    has_more: bool = False
    stopped: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def headline(self) -> str:
        """`Ledger: 12 captures asked for, 1 of them not had, 11 pages kept`, and what is left to do."""
        parts = [f"{counted(self.asked, self.thing)} asked for" if self.asked else f"no new {self.thing} to ask for"]
        parts += [f"{self.failed} of them not had"] if self.failed else []
        parts += [f"{counted(self.pages, 'page')} kept"]
        told = f"{self.name}: {', '.join(parts)}"
        if self.stopped:
            return f"{told}; left off: {self.stopped}; the same command goes on from here"
        return f"{told}; there are more, and the same command goes on from here (--limit)" if self.has_more else told

    def forecast(self) -> str:
        """The same of a dry run."""
        least = "at least " if self.has_more else ""
        return f"{self.name}: {least}{counted(self.listed, self.thing)} there, {self.new} of them new"


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """What a backfill did, a line a target and one for the ledger. Of a dry run there is no turn."""

    filled: tuple[Filled, ...]
    turn: TurnReport | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*(each for one in self.filled for each in one.problems), *(self.turn.problems if self.turn else ()))

    @property
    def failed(self) -> bool:
        """Whether nothing came of it but problems."""
        return bool(self.problems) and not any(one.pages or one.listed for one in self.filled)

    def lines(self) -> tuple[str, ...]:
        if self.turn is None:
            return tuple(one.forecast() for one in self.filled)
        return (*(one.headline() for one in self.filled), f"{turn_headline(self.turn)}; nothing was sent")


def joined(reports: Sequence[BackfillReport]) -> BackfillReport:
    """Several backfills as one."""
    turns = [report.turn for report in reports if report.turn is not None]
    filled = tuple(one for report in reports for one in report.filled)
    return BackfillReport(filled, sum(turns, TurnReport()) if turns else None)
