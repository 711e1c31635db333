"""Merges and splits: people's word on which tellings are of one event, over what their dates suggest."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.intervals import DateInterval
from pipeline.reconcile.rulings import MERGE
from pipeline.reconcile.statements import MentionKey

Label = Hashable


@dataclass(frozen=True, slots=True)
class Telling:
    """What places a telling that nobody decided about: its story, and the times it gives."""

    story: str
    times: frozenset[DateInterval]


@dataclass(frozen=True, slots=True)
class Grouping:
    """One decision, with the tellings of its claims that are known: `one` and `other` are one event, or two."""

    decision: str
    one: frozenset[MentionKey]
    other: frozenset[MentionKey]


def regroup(
    labels: Mapping[MentionKey, Label], groupings: Iterable[Grouping], tellings: Mapping[MentionKey, Telling]
) -> dict[MentionKey, Label]:
    """The labels of tellings (equal for those of one event) after people's decisions, the earlier ones first.

    Tellings that come later follow: after a merge into the whole, after a split to the part that has their story,
    else to that whose dates are nearer, else to the part that was not named.
    """
    found = dict(labels)
    for number, grouping in enumerate(groupings):
        one, other = grouping.one & found.keys(), grouping.other & found.keys()
        if not one or not other:
            continue  # one side is told of no more
        if grouping.decision == MERGE:
            joined = {found[key] for key in one | other}
            found.update((key, ("merged", number)) for key, label in found.items() if label in joined)
            continue
        torn = {found[key] for key in one - other}
        named, rest = _tellings(one - other, tellings), _tellings(other, tellings)
        undecided = [key for key, label in found.items() if label in torn and key not in one | other]
        apart = [key for key in undecided if _follows(tellings[key], named, rest)]
        found.update((key, ("split", number)) for key in (*(one - other), *apart))
    return found


def _follows(telling: Telling, named: Sequence[Telling], rest: Sequence[Telling]) -> bool:
    """True when a telling goes with those that were split off."""
    copies = [any(telling.story == each.story for each in part) for part in (named, rest)]
    if copies[0] != copies[1]:
        return copies[0]
    near, far = _gap(telling, named), _gap(telling, rest)
    return near is not None and (far is None or near < far)


def _gap(telling: Telling, part: Sequence[Telling]) -> int | None:
    """Days between a telling's times and the nearest of a part; None where one of both gives none."""
    gaps = (time.gap_days(held) for each in part for held in each.times for time in telling.times)
    return min(gaps, default=None)


def _tellings(keys: Collection[MentionKey], tellings: Mapping[MentionKey, Telling]) -> list[Telling]:
    return [tellings[key] for key in keys]
