"""The log of conflicts: one for each attribute of an event, opened once, followed, and resolved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from pipeline.categories import ConflictStatus, EventType
from pipeline.ledger import Conflict
from pipeline.reconcile.disputes import Dispute, severity_of
from pipeline.reconcile.rulings import Ruling, conflict_id

REGROUPED = "part of another event"
BY_SOURCES = "the sources"  # the other side has nobody left, or both turned out to agree


class Turn(Enum):
    OPENED = "opened"
    CHANGED = "changed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class ConflictChange:
    """What happened to a conflict; `opening` counts how often it has been opened, from 1."""

    turn: Turn
    attribute: str
    opening: int
    dispute: Dispute
    conflict: Conflict


@dataclass(slots=True)
class _Entry:
    dispute: Dispute
    opened_at: dt.datetime
    opening: int = 1
    resolved_at: dt.datetime | None = None
    resolution: str | None = None
    resolved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A conflict that is resolved: its last sides, and for which value, by whom and when."""

    attribute: str
    dispute: Dispute
    resolution: str | None
    resolved_by: str | None
    resolved_at: dt.datetime


class ConflictLog:
    """Follows the disputes of one line from moment to moment; fed in order of time."""

    def __init__(self, event_type: EventType) -> None:
        self._event_type = event_type
        self._entries: dict[tuple[str, str], _Entry] = {}

    def is_open(self, event_id: str, attribute: str) -> bool:
        entry = self._entries.get((event_id, attribute))
        return entry is not None and entry.resolved_at is None

    def has_open(self, event_id: str) -> bool:
        return any(entry.resolved_at is None for (one, _), entry in self._entries.items() if one == event_id)

    def settlements(self, event_id: str) -> list[Settlement]:
        """The resolved conflicts of an event, by attribute."""
        return [
            Settlement(key[1], entry.dispute, entry.resolution, entry.resolved_by, entry.resolved_at)
            for key, entry in sorted(self._entries.items(), key=lambda item: item[0])
            if key[0] == event_id and entry.resolved_at is not None and entry.resolved_by != REGROUPED
        ]

    def update(
        self,
        event_id: str,
        attribute: str,
        dispute: Dispute | None,
        moment: dt.datetime,
        ruling: Ruling | None,
        held: str | None,
    ) -> ConflictChange | None:
        """Take note of how an attribute stands at `moment`; `held` is the value that is held of it then."""
        key = (event_id, attribute)
        entry = self._entries.get(key)
        is_open = entry is not None and entry.resolved_at is None
        if dispute is not None and dispute.settled_by is None:
            if entry is not None and is_open:
                changed, entry.dispute = entry.dispute.kind is not dispute.kind, dispute
                return self._change(Turn.CHANGED, key) if changed else None
            opening = entry.opening + 1 if entry is not None else 1
            self._entries[key] = _Entry(dispute, moment, opening)
            return self._change(Turn.OPENED, key)
        if entry is not None and is_open:
            entry.dispute = dispute or entry.dispute
            return self._resolve(key, moment, *_outcome(dispute, ruling, held))
        if entry is None and dispute is not None:
            # An official source had spoken before the other side did: on record, but never open.
            outcome = (moment, dispute.outcome, dispute.settled_by)
            self._entries[key] = _Entry(dispute, moment, 1, *outcome)
        return None

    def close_event(self, event_id: str, moment: dt.datetime, reason: str) -> None:
        """Resolve what is open on an event that turned out to be part of another one."""
        for key, entry in self._entries.items():
            if key[0] == event_id and entry.resolved_at is None:
                self._resolve(key, moment, None, reason)

    def rows(self) -> tuple[Conflict, ...]:
        return tuple(self._row(key) for key in sorted(self._entries))

    def _resolve(
        self, key: tuple[str, str], moment: dt.datetime, resolution: str | None, by: str | None
    ) -> ConflictChange:
        entry = self._entries[key]
        entry.resolved_at, entry.resolution, entry.resolved_by = moment, resolution, by
        return self._change(Turn.RESOLVED, key)

    def _change(self, turn: Turn, key: tuple[str, str]) -> ConflictChange:
        entry = self._entries[key]
        return ConflictChange(turn, key[1], entry.opening, entry.dispute, self._row(key))

    def _row(self, key: tuple[str, str]) -> Conflict:
        event_id, attribute = key
        entry = self._entries[key]
        left, right = entry.dispute.left, entry.dispute.right
        return Conflict(
            conflict_id=conflict_id(event_id, attribute),
            event_id=event_id,
            attribute=attribute,
            kind=entry.dispute.kind,
            left_value=left.value.text,
            right_value=right.value.text,
            left_origins=len(left.origins),
            right_origins=len(right.origins),
            left_claims=left.claims,
            right_claims=right.claims,
            severity=severity_of(self._event_type, attribute, entry.dispute.kind),
            status=ConflictStatus.OPEN if entry.resolved_at is None else ConflictStatus.RESOLVED,
            opened_at=entry.opened_at,
            resolved_at=entry.resolved_at,
            resolution=entry.resolution,
            resolved_by=entry.resolved_by,
        )


def _outcome(dispute: Dispute | None, ruling: Ruling | None, held: str | None) -> tuple[str | None, str | None]:
    """Which value a conflict was resolved for, and by whom."""
    if ruling is not None:
        return ruling.value or held, ruling.who
    if dispute is not None:
        return dispute.outcome, dispute.settled_by
    return held, BY_SOURCES
