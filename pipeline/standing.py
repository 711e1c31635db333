"""The frozen records of who stands behind what, what became of their word, and what moved a status.

An `origin` is the key of an independent voice (an outlet's folded name), `name` what the outlet calls itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.categories import EventStatus, MovedBy, Result, Tier, VoiceRole


@dataclass(frozen=True, slots=True)
class EventVoice:
    """One document that tells of an event now, with the independent voice behind it.

    `claim_id` is the claim that is quoted for it. `first_said_at` is when the voice was first heard on the event,
    `since` when this document was published; `outlet` is the key of its own publisher. `against` is true where the
    document denies the event.
    """

    event_id: str
    document_id: str
    claim_id: str
    origin: str
    name: str
    outlet: str
    role: VoiceRole
    against: bool
    first_said_at: dt.datetime
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class FactVoice:
    """An origin that stood for or against a fact from `known_from` until `known_to` (None while it does)."""

    event_id: str
    attribute: str
    origin: str
    name: str
    tier: Tier
    against: bool
    guess: bool
    known_from: dt.datetime
    known_to: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an origin's word on one attribute of one event, as held from `known_from` until `known_to`.

    `first` says that it was the first of several origins to say so, `lead` by how long; `alone` that until it was
    decided no other origin said so. `settled_by` is who or what decided; None while nothing did.
    """

    event_id: str
    attribute: str
    origin: str
    name: str
    tier: Tier
    result: Result
    first: bool
    lead: dt.timedelta | None
    alone: bool
    said_at: dt.datetime
    settled_by: str | None
    known_from: dt.datetime
    known_to: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One step of an event on the ladder, and what moved it; `before` is None where it first became known."""

    event_id: str
    before: EventStatus | None
    after: EventStatus
    changed_at: dt.datetime
    moved_by: MovedBy
    document_id: str | None = None
    claim_id: str | None = None
    judgement_id: str | None = None
