"""The frozen records of what we hold: entities, events, facts, conflicts, alerts, and what weighs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.categories import (
    AlertKind,
    ConflictKind,
    ConflictStatus,
    DeliveryMode,
    DeliveryState,
    EntityKind,
    EventStatus,
    EventType,
    NameKind,
    Severity,
    Tier,
)
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Value, content_id


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a document, for weighing. `withdrawn_at` is when a revision of it replaced this one."""

    document_id: str
    url: str
    publisher: str
    tier: Tier
    story_id: str
    published_at: dt.datetime
    known_at: dt.datetime
    withdrawn_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Testimony:
    """A claim, the voice that makes it, and the entities its mentions were resolved to."""

    claim: Claim
    voice: Voice
    subject_id: str
    object_id: str | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation or model; `parent_id` is the wider organisation or the wider model."""

    entity_id: str
    kind: EntityKind
    name: str
    parent_id: str | None = None
    watched: bool = False


@dataclass(frozen=True, slots=True)
class EntityName:
    """One name of an entity; `language` is None where a name belongs to none (a handle, a model)."""

    entity_id: str
    name: str
    language: str | None
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as its claims tell it. `dates` is None while no claim gives a date."""

    event_id: str
    type: EventType
    subject_id: str
    object_id: str | None
    dates: DateInterval | None
    status: EventStatus
    disputed: bool
    documents: int
    origins: int
    first_known_at: dt.datetime
    last_known_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EventVersion:
    """The event as it was held from `known_from` until `known_to` (None while it stands)."""

    event: Event
    known_from: dt.datetime
    known_to: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is held of one attribute of an event from `known_from` until `known_to` (None while it stands)."""

    fact_id: str
    event_id: str
    attribute: str
    value: Value
    status: EventStatus
    documents: int
    origins: int
    confidence: float
    known_from: dt.datetime
    known_to: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one attribute of one event that cannot both hold."""

    conflict_id: str
    event_id: str
    attribute: str
    kind: ConflictKind
    left_value: str
    right_value: str
    left_origins: int
    right_origins: int
    left_claims: tuple[str, ...]
    right_claims: tuple[str, ...]
    severity: Severity
    status: ConflictStatus
    opened_at: dt.datetime
    resolved_at: dt.datetime | None = None
    resolution: str | None = None
    resolved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided about a conflict or an event; it supersedes claims and never overwrites them.

    Which tellings are of one event is decided by naming claims, since an event's id comes from them: `merge`
    says that those of `claims` and of `other_claims` tell of one event, `split` that they tell of two.
    """

    judgement_id: str
    conflict_id: str | None
    event_id: str | None
    decision: str
    value: str | None
    reason: str
    who: str
    made_at: dt.datetime
    claims: tuple[str, ...] = ()
    other_claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The words a reader can check: what they say (`value`), who says them, when, and where."""

    text: str
    value: str
    publisher: str
    url: str
    published_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an alert: for a conflict one of two values, otherwise the only side, with its quotes."""

    label: str
    origins: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """An alert's own words in another language than English: title, body, and a label a side."""

    language: str
    title: str
    body: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of the ledger worth a person's time. `dedupe_key` names the fact and its transition.

    Title, body and labels are in English; `translations` hold them in other languages. `language` is the one
    that a reader asked for, on a copy made for sending; it is not stored.
    What rules ask about is as it was when the alert was raised: `entities` are those it is about, with everything
    they lie within. `thread_id` is the event under whose first message it is told.
    """

    dedupe_key: str
    kind: AlertKind
    severity: Severity
    title: str
    body: str
    created_at: dt.datetime
    sides: tuple[Side, ...] = ()
    event_id: str | None = None
    conflict_id: str | None = None
    source_id: str | None = None
    translations: tuple[Wording, ...] = ()
    language: str | None = None
    event_type: EventType | None = None
    status: EventStatus | None = None
    conflict_kind: ConflictKind | None = None
    entities: tuple[str, ...] = ()
    thread_id: str | None = None

    @property
    def alert_id(self) -> str:
        return content_id("alert", self.dedupe_key)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert on its way to one channel. `target` names the channel as configured, never its secret.

    Deliveries of one `message_id` go out as one message, put together at `composed_at` and the same on every try.
    `ambiguous_at` is when a send was found to have ended without an answer: it may have arrived.
    """

    alert_id: str
    channel: str
    target: str
    state: DeliveryState
    attempts: int = 0
    next_attempt_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    provider_id: str | None = None
    error: str | None = None
    mode: DeliveryMode = DeliveryMode.GROUPED
    language: str | None = None
    message_id: str | None = None
    composed_at: dt.datetime | None = None
    ambiguous_at: dt.datetime | None = None

    @property
    def delivery_id(self) -> str:
        return content_id("delivery", self.alert_id, self.channel)


@dataclass(frozen=True, slots=True)
class Mute:
    """Who or what is not told of from `made_at` until `until`: an entity, an event or a source, by its id."""

    mute_id: str
    about: str
    name: str
    because: str
    who: str
    made_at: dt.datetime
    until: dt.datetime
    lifted_at: dt.datetime | None = None

    def holds(self, moment: dt.datetime) -> bool:
        """Whether it is in force at that moment."""
        return self.made_at <= moment < min(self.until, self.lifted_at or self.until)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow, with its counts by name (`documents`, `claims`, `alerts`, …)."""

    run_id: str
    flow: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    state: str
    counts: Mapping[str, int] = field(default_factory=dict)
