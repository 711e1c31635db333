"""Presence: that something happened, or who was named, against the word that it did not or nobody was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from pipeline.categories import ConflictKind
from pipeline.reconcile.agreement import words_agree
from pipeline.reconcile.disputes import Camp, Dispute, camps, settled
from pipeline.reconcile.facts import Candidate, rank
from pipeline.reconcile.rulings import Ruling
from pipeline.reconcile.statements import NAMED, NOT_NAMED, Stance
from pipeline.reconcile.tally import Position, Tally, number_of_origins
from pipeline.reconcile.verdicts import Verdict

SAME_TIME = dt.timedelta(days=14)  # a denial speaks of the state of things this long before and after it

_DESCRIPTION = re.compile(r"(?:an?|the|one|someone|somebody|another)\b|一[位名个]|(?:某|来自)", re.IGNORECASE)


def weigh_presence(tally: Tally, ruling: Ruling | None = None) -> Verdict | None:
    """What is held of `event` or `successor`: that it is so (and who), or that it is not."""
    so, not_so = _names(tally.stance(Stance.SUPPORTS)), _one(tally.stance(Stance.DENIES))
    if not so and not_so is None:
        guesses = _names(tally.stance(Stance.SPECULATES))
        return _verdict(guesses[0], None) if guesses else None
    if not_so is None:
        return _verdict(_ruled(so, ruling) or so[0], _value_dispute(so, ruling))
    if not so:
        return _verdict(not_so, None)
    dispute = _presence_dispute(so, not_so, ruling)
    if dispute is not None:
        prevailing = so[0] if dispute.left.value == so[0].value else not_so
    else:
        prevailing = _prevailing(so, not_so, state=not_so.value.text == NOT_NAMED)
    best = _ruled([*so, not_so], ruling) or prevailing
    if dispute is None and best is not not_so:
        dispute = _value_dispute(so, ruling)
    return _verdict(best, dispute)


def contradict(so: Camp, not_so: Camp) -> bool:
    """True when some statement that it is so and some that it is not speak of the same time.

    That is: published within 14 days of each other, and not of something dated after the denial came out.
    """
    denials = {published for published, _ in not_so.moments}
    return any(
        abs(published - denied) <= SAME_TIME and (since is None or since <= denied.date())
        for published, since in so.moments
        for denied in denials
    )


def _verdict(best: Candidate, dispute: Dispute | None) -> Verdict:
    return Verdict(best.value, best.members[0].stance, best.members, dispute)


def _ruled(ranked: Sequence[Candidate], ruling: Ruling | None) -> Candidate | None:
    """The candidate a person chose, if it is among those that anybody speaks for."""
    if ruling is None or ruling.value is None:
        return None
    return next((one for one in ranked if one.value.text == ruling.value), None)


def _one(positions: Sequence[Position]) -> Candidate | None:
    members = tuple(positions)
    return Candidate(members[0].value, members, members) if members else None


def _names(positions: Sequence[Position]) -> list[Candidate]:
    """One candidate for each name, best first; a description counts only while nobody gives a name."""
    named = [one for one in positions if not _DESCRIPTION.match(_who(one))] or positions
    found = []
    for position in named:
        same = (one for one in positions if one is not position and _same(one, position))
        found.append(Candidate(position.value, (position, *same), (position,)))
    return sorted(found, key=rank)


def _who(position: Position) -> str:
    return position.value.text.removeprefix(NAMED)


def _same(one: Position, other: Position) -> bool:
    described = _DESCRIPTION.match(_who(one)) or _DESCRIPTION.match(_who(other))
    return bool(described) or words_agree(_who(one), _who(other))


def _presence_dispute(so: Sequence[Candidate], not_so: Candidate, ruling: Ruling | None) -> Dispute | None:
    naming = list({one.key: one for candidate in so for one in candidate.members}.values())
    if not _is_news([*naming, *not_so.members], ruling):
        return None
    sides = camps((so[0].value, naming), (not_so.value, not_so.members))
    if sides is None or not contradict(*sides):
        return None
    left, right = sorted(sides, key=_standing)
    return settled(ConflictKind.PRESENCE, left, right)


def _standing(camp: Camp) -> tuple[object, ...]:
    """Official word first, then that of those concerned, then more origins, then the earlier."""
    return (camp.official is None, not camp.attested, -len(camp.origins), camp.first_known)


def _value_dispute(so: Sequence[Candidate], ruling: Ruling | None) -> Dispute | None:
    """Two different names for one post."""
    best = _ruled(so, ruling) or so[0]
    for rival in so:
        if rival.core[0] in best.members or not _is_news(rival.core, ruling):
            continue
        sides = camps(
            (best.value, [one for one in best.members if one not in rival.members]),
            (rival.value, [one for one in rival.members if one not in best.members]),
        )
        if sides is not None:
            return settled(ConflictKind.VALUE, *sides)
    return None


def _is_news(positions: Sequence[Position], ruling: Ruling | None) -> bool:
    """False when all was already known when a person decided."""
    return ruling is None or any(one.first_known[0] > ruling.made_at for one in positions)


def _prevailing(so: Sequence[Candidate], not_so: Candidate, *, state: bool) -> Candidate:
    """Which holds where the two speak of different times.

    What was said later to be so has come about since. Otherwise the word of those concerned counts; then a
    `state` (a successor is named or not) is what was said last, and an event what more origins say.
    """
    naming = [position for candidate in so for position in candidate.members]
    said, denied = _last(naming), _last(not_so.members)
    if said > denied:
        return so[0]
    if any(one.attested for one in not_so.members) and not any(one.attested for one in naming):
        return not_so
    if state:
        return not_so if denied > said else so[0]
    return not_so if number_of_origins(not_so.members) > number_of_origins(naming) else so[0]


def _last(positions: Sequence[Position]) -> dt.datetime:
    return max(published for position in positions for published, _ in position.moments)
