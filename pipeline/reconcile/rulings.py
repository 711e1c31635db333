"""What people decided, as it bears on one line: rulings on conflicts, on whole events, and on what is one event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipeline.categories import EventStatus
from pipeline.errors import UnknownCategoryError
from pipeline.ledger import Judgement
from pipeline.model import content_id

MERGE, SPLIT = "merge", "split"
_EVENT_DECISIONS = {"confirm": EventStatus.CONFIRMED, "retract": EventStatus.RETRACTED, "reopen": None}
_CONFLICT_DECISIONS = frozenset({"resolve", "reopen"})
_GROUPING_DECISIONS = frozenset({MERGE, SPLIT})


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's word on a conflict: `value` holds, or None where the conflict is only laid to rest."""

    value: str | None
    who: str
    made_at: dt.datetime


class Rulings:
    """The decisions made up to a moment. A later one on the same thing supersedes the earlier.

    An event may be known under several ids over time, since its id comes from its first-known document; so
    questions are asked with all ids it could have had.
    """

    def __init__(self) -> None:
        self._conflicts: dict[str, Judgement] = {}
        self._events: dict[str, Judgement] = {}
        self._groupings: list[Judgement] = []

    def take(self, judgements: Iterable[Judgement]) -> None:
        """Take note of the decisions of one moment; raises UnknownCategoryError for an unknown one."""
        for judgement in sorted(judgements, key=_made):
            if judgement.conflict_id is not None:
                _check(judgement, _CONFLICT_DECISIONS)
                self._conflicts[judgement.conflict_id] = judgement
            elif judgement.claims:
                _check(judgement, _GROUPING_DECISIONS)
                self._groupings.append(judgement)
            elif judgement.event_id is not None:
                _check(judgement, frozenset(_EVENT_DECISIONS))
                self._events[judgement.event_id] = judgement

    @property
    def empty(self) -> bool:
        """True while nothing was decided of any conflict or event."""
        return not self._conflicts and not self._events

    @property
    def groupings(self) -> tuple[Judgement, ...]:
        """The merges and splits, in the order in which they were decided."""
        return tuple(self._groupings)

    def on_conflict(self, event_ids: Iterable[str], attribute: str) -> Ruling | None:
        found = self._of_conflict(event_ids, attribute)
        if found is None or found.decision != "resolve":
            return None
        return Ruling(found.value, found.who, found.made_at)

    def on_event(self, event_ids: Iterable[str]) -> tuple[EventStatus, str] | None:
        """The status a person gave the event, and who; None where nobody did or it was reopened."""
        found = self._of_event(event_ids)
        status = _EVENT_DECISIONS[found.decision] if found else None
        return (status, found.who) if found and status else None

    def decided_at(self, event_ids: Iterable[str]) -> dt.datetime | None:
        """When a person last decided about the event; None where nobody ever did."""
        found = self._of_event(event_ids)
        return found.made_at if found else None

    def made_at(self, moment: dt.datetime, event_ids: Collection[str], attribute: str | None) -> Judgement | None:
        """What was decided at just this moment of the event, or of the conflict about one of its attributes."""
        found = self._of_conflict(event_ids, attribute) if attribute else self._of_event(event_ids)
        return found if found is not None and found.made_at == moment else None

    def _of_conflict(self, event_ids: Iterable[str], attribute: str) -> Judgement | None:
        if not self._conflicts:
            return None
        ids = (conflict_id(event_id, attribute) for event_id in event_ids)
        return max((self._conflicts[one] for one in ids if one in self._conflicts), key=_made, default=None)

    def _of_event(self, event_ids: Iterable[str]) -> Judgement | None:
        if not self._events:
            return None
        return max((self._events[one] for one in event_ids if one in self._events), key=_made, default=None)


def conflict_id(event_id: str, attribute: str) -> str:
    return content_id("conflict", event_id, attribute)


def bearing(
    judgements: Iterable[Judgement], event_ids: Collection[str], attributes: Collection[str], claims: Collection[str]
) -> tuple[Judgement, ...]:
    """The judgements on what could be an event or a conflict of these, or that name one of these claims."""
    judgements = tuple(judgements)
    ruled = {judgement.conflict_id for judgement in judgements} - {None}
    conflicts = {conflict_id(one, attribute) for one in event_ids for attribute in attributes} if ruled else set()
    return tuple(
        judgement
        for judgement in judgements
        if judgement.conflict_id in conflicts
        or (judgement.conflict_id is None and not judgement.claims and judgement.event_id in event_ids)
        or not frozenset(judgement.claims).isdisjoint(claims)
    )


def _made(judgement: Judgement) -> tuple[dt.datetime, str]:
    return (judgement.made_at, judgement.judgement_id)


def _check(judgement: Judgement, decisions: frozenset[str]) -> None:
    if judgement.decision not in decisions:
        known = ", ".join(sorted(decisions))
        raise UnknownCategoryError(
            f"judgement {judgement.judgement_id}: unknown decision {judgement.decision!r}; known: {known}"
        )
