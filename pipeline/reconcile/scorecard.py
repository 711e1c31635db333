"""Scorecards: how each independent voice has fared, from what became of its words.

The views `scorecard` and `scorecard_as_of` add the same outcomes up in SQL; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import median

from pipeline.categories import Result
from pipeline.reconcile.confidence import reliability
from pipeline.standing import Outcome

Z = 1.96  # two-sided, 95 % (Wilson 1927)


@dataclass(frozen=True, slots=True)
class Score:
    """How one voice has fared. A word taken back counts among the settled, and not as right.

    `first` is how often it was first of several with a confirmed event, `lead_hours` by how long, at the median.
    """

    origin: str
    name: str
    right: int
    wrong: int
    corrected: int
    first: int
    lead_hours: float | None
    alone_confirmed: int
    alone_unconfirmed: int

    @property
    def settled(self) -> int:
        return self.right + self.wrong + self.corrected

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares of right words the true one lies, at 95 %."""
        return wilson(self.right, self.settled)


def scorecards(
    outcomes: Iterable[Outcome], at: dt.datetime | None = None, *, without: str | None = None
) -> dict[str, Score]:
    """Every voice's scorecard by origin: of what is settled now, or of what was at a moment.

    `without` leaves out one event: what came of it does not count for how sure we are of it.
    """
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.event_id != without and _holds(one, at):
            found.setdefault(one.origin, []).append(one)
    return {origin: _score(found[origin]) for origin in sorted(found)}


def reliabilities(priors: Mapping[str, float], scores: Mapping[str, Score]) -> Iterator[tuple[str, float]]:
    """Each origin with the chance that its word holds, from its prior and, where it has one, its scorecard."""
    for origin, prior in priors.items():
        score = scores.get(origin)
        yield origin, reliability(prior, score.right, score.settled) if score else reliability(prior, 0, 0)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The Wilson score interval of a share, at 95 %; nothing is known without trials: 0 to 1."""
    if not trials:
        return 0.0, 1.0
    share, shrink = successes / trials, 1 + Z * Z / trials
    middle = (share + Z * Z / (2 * trials)) / shrink
    half = Z * sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials)) / shrink
    return max(0.0, middle - half), min(1.0, middle + half)


def _score(outcomes: list[Outcome]) -> Score:
    results = [one.result for one in outcomes]
    leads = [one.lead / dt.timedelta(hours=1) for one in outcomes if one.first and one.lead is not None]
    alone = [one.result is Result.RIGHT for one in outcomes if one.alone]
    return Score(
        origin=outcomes[0].origin,
        name=min(one.name for one in outcomes),
        right=results.count(Result.RIGHT),
        wrong=results.count(Result.WRONG),
        corrected=results.count(Result.CORRECTED),
        first=sum(one.first for one in outcomes),
        lead_hours=median(leads) if leads else None,
        alone_confirmed=alone.count(True),
        alone_unconfirmed=alone.count(False),
    )


def _holds(outcome: Outcome, at: dt.datetime | None) -> bool:
    if at is None:
        return outcome.known_to is None
    return outcome.known_from <= at and (outcome.known_to is None or outcome.known_to > at)
