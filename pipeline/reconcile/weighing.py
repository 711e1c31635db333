"""Weighing: from all that is said about one attribute to the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.categories import ConflictKind
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.agreement import CONFLICT_KINDS, Family, Held, agree
from pipeline.reconcile.disputes import Dispute, camps, date_kind, settled
from pipeline.reconcile.facts import Candidate, candidates
from pipeline.reconcile.presence import weigh_presence
from pipeline.reconcile.rulings import Ruling
from pipeline.reconcile.statements import Stance
from pipeline.reconcile.tally import Tally
from pipeline.reconcile.verdicts import Verdict


def weigh(tally: Tally, ruling: Ruling | None = None) -> Verdict | None:
    """What is held of an attribute; None when nothing that counts is said of it.

    A person's ruling decides between the values known when it was made; a value that first comes later is
    weighed against the chosen one and may open the dispute again.
    """
    if tally.family is Family.PRESENCE:
        return weigh_presence(tally, ruling)
    ranked = candidates(tally)
    if not ranked:
        return None
    best = (_chosen(ranked, ruling, tally.family) if ruling else None) or ranked[0]
    stance = best.members[0].stance if best.members else Stance.SUPPORTS
    kind = CONFLICT_KINDS.get(tally.family)
    dispute = None
    if kind is not None and stance is Stance.SUPPORTS:
        rivals = (one for one in ranked if _disagrees(one, best, tally) and _is_news(one, ruling))
        dispute = _dispute(kind, best, rivals)
    return Verdict(best.value, stance, best.members, dispute)


def _chosen(ranked: Sequence[Candidate], ruling: Ruling, family: Family) -> Candidate | None:
    """The candidate a person chose, made up from the ruling's words where no source says it."""
    if ruling.value is None:
        return None
    said = next((one for one in ranked if one.value.text == ruling.value), None)
    return said or Candidate(_written(ruling.value, family), (), ())


def _written(text: str, family: Family) -> Value:
    """A value as a person wrote it; a date or a number is read where the attribute has one."""
    try:
        if family is Family.DATE:
            return Value(text, dates=DateInterval.parse(text))
        if family is Family.NUMBER:
            return Value(text, number=float(text))
    except ValueError:
        return Value(text)
    return Value(text)


def _disagrees(one: Candidate, best: Candidate, tally: Tally) -> bool:
    if tally.family is Family.DATE or not best.members:
        return not agree(tally.family, Held(one.value), Held(best.value), tally.kinship)
    return one.core[0] not in best.members


def _is_news(candidate: Candidate, ruling: Ruling | None) -> bool:
    """False for a value that was already known when a person decided."""
    return ruling is None or any(one.first_known[0] > ruling.made_at for one in candidate.core)


def _dispute(kind: ConflictKind, best: Candidate, rivals: Iterable[Candidate]) -> Dispute | None:
    """The dispute with the best rival that has anybody on its side."""
    for rival in rivals:
        sides = camps(
            (best.value, [one for one in best.members if one not in rival.members]),
            (rival.value, [one for one in rival.members if one not in best.members]),
        )
        if sides is not None:
            left, right = sides
            return settled(date_kind(left, right) if kind is ConflictKind.DATE else kind, left, right)
    return None
