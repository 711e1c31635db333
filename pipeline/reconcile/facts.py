"""The best value of an attribute: what most independent voices can agree on, said as finely as they allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.agreement import GRADED, Family, finer
from pipeline.reconcile.tally import Position, Tally, number_of_origins


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that could be held: `members` agree with it, `core` are those who say just this."""

    value: Value
    members: tuple[Position, ...]
    core: tuple[Position, ...]


def candidates(tally: Tally) -> list[Candidate]:
    """The values that could be held of an attribute, best first.

    First what an official voice says, then what most origins agree with, then what most say in just these
    terms, then the finer, then what was known earlier.
    """
    pool = tally.pool()
    found = _overlaps(pool) if tally.family is Family.DATE else _finest(pool, tally)
    return sorted(found, key=rank)


def rank(candidate: Candidate) -> tuple[object, ...]:
    members, core, dates = candidate.members, candidate.core, candidate.value.dates
    return (
        not any(position.official for position in members),
        -number_of_origins(members),
        -number_of_origins(core),
        dates.days if dates else 0,
        min(position.first_known for position in core),
    )


def _finest(pool: Sequence[Position], tally: Tally) -> list[Candidate]:
    """One candidate for each value that no other value says more finely."""
    family, kinship = tally.family, tally.kinship
    found = []
    for position in pool:
        members = tuple(tally.agreeing(position))
        graded = family in GRADED and len(members) > 1
        if not graded or not any(finer(family, one.held, position.held, kinship) for one in members):
            found.append(Candidate(position.value, members, (position,)))
    return found or [Candidate(one.value, (one,), (one,)) for one in pool]


def _overlaps(pool: Sequence[Position]) -> list[Candidate]:
    """One candidate for each set of intervals that share a day: the days that all of them share.

    Intervals that overlap pairwise have a day in common, so every largest set of them covers the last day of
    one of them. A sweep over these days keeps the intervals that reach it.
    """
    waiting = sorted((dates, at) for at, one in enumerate(pool) if (dates := one.value.dates) is not None)
    waiting.reverse()
    covering: list[tuple[DateInterval, int]] = []
    found: list[Candidate] = []
    for last in sorted({dates.last for dates, _ in waiting}):
        while waiting and waiting[-1][0].first <= last:
            covering.append(waiting.pop())
        covering = [(dates, at) for dates, at in covering if dates.last >= last]
        shared = DateInterval(max(dates.first for dates, _ in covering), last)
        fewest = min(dates.days for dates, _ in covering)
        members = tuple(pool[at] for _, at in covering)
        core = tuple(pool[at] for dates, at in covering if dates.days == fewest)
        found.append(Candidate(Value(str(shared), dates=shared), members, core))
    return found
