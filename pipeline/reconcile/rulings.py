"""What people decided, as it bears on one line: rulings on conflicts and on whole events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.categories import EventStatus
from pipeline.errors import UnknownCategoryError
from pipeline.ledger import Judgement
from pipeline.model import content_id

_EVENT_DECISIONS = {"confirm": EventStatus.CONFIRMED, "retract": EventStatus.RETRACTED, "reopen": None}
_CONFLICT_DECISIONS = frozenset({"resolve", "reopen"})


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
        self._conflicts: dict[str, Ruling | None] = {}
        self._events: dict[str, tuple[dt.datetime, EventStatus | None, str]] = {}

    def take(self, judgements: Iterable[Judgement]) -> None:
        """Take note of the decisions of one moment; raises UnknownCategoryError for an unknown one."""
        for judgement in sorted(judgements, key=lambda one: (one.made_at, one.judgement_id)):
            if judgement.conflict_id is not None:
                _check(judgement, _CONFLICT_DECISIONS)
                resolved = judgement.decision == "resolve"
                ruling = Ruling(judgement.value, judgement.who, judgement.made_at) if resolved else None
                self._conflicts[judgement.conflict_id] = ruling
            elif judgement.event_id is not None:
                _check(judgement, frozenset(_EVENT_DECISIONS))
                status = _EVENT_DECISIONS[judgement.decision]
                self._events[judgement.event_id] = (judgement.made_at, status, judgement.who)

    @property
    def empty(self) -> bool:
        return not self._conflicts and not self._events

    def on_conflict(self, event_ids: Iterable[str], attribute: str) -> Ruling | None:
        if not self._conflicts:
            return None
        ids = (conflict_id(event_id, attribute) for event_id in event_ids)
        found = [ruling for one in ids if (ruling := self._conflicts.get(one)) is not None]
        return max(found, key=lambda ruling: ruling.made_at, default=None)

    def on_event(self, event_ids: Iterable[str]) -> tuple[EventStatus, str] | None:
        """The status a person gave the event, and who; None where nobody did or it was reopened."""
        found = self._latest(event_ids)
        return (found[1], found[2]) if found and found[1] else None

    def decided_at(self, event_ids: Iterable[str]) -> dt.datetime | None:
        """When a person last decided about the event; None where nobody ever did."""
        found = self._latest(event_ids)
        return found[0] if found else None

    def _latest(self, event_ids: Iterable[str]) -> tuple[dt.datetime, EventStatus | None, str] | None:
        if not self._events:
            return None
        found = [self._events[one] for one in event_ids if one in self._events]
        return max(found, key=lambda one: one[0], default=None)


def conflict_id(event_id: str, attribute: str) -> str:
    return content_id("conflict", event_id, attribute)


def _check(judgement: Judgement, decisions: frozenset[str]) -> None:
    if judgement.decision not in decisions:
        known = ", ".join(sorted(decisions))
        raise UnknownCategoryError(
            f"judgement {judgement.judgement_id}: unknown decision {judgement.decision!r}; known: {known}"
        )
