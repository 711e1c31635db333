"""Lines: what can be reconciled on its own, and what reconciling one gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.categories import AlertKind, EventStatus, EventType
from pipeline.intervals import DateInterval
from pipeline.ledger import Conflict, Event, EventVersion, Fact, Judgement, Testimony
from pipeline.model import Claim
from pipeline.standing import EventVoice, FactVoice, Outcome, StatusChange


@dataclass(frozen=True, slots=True)
class LineKey:
    """One type of event of one subject, for metrics of one metric: no claim of another line bears on it."""

    event_type: EventType
    subject_id: str
    metric: str | None = None

    @property
    def sort_key(self) -> tuple[str, str, str]:
        return (self.event_type, self.subject_id, self.metric or "")


@dataclass(frozen=True, slots=True)
class Cast:
    """One side of a transition: the value it holds, how many origins, and up to three claims, best first."""

    label: str
    origins: int
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of the ledger at one moment, with what was held then: enough to put it into words.

    `event` and `facts` are as held from `moment` on; `held` is the fact of `attribute` before it. `state`
    ends the alert's dedupe key. `word_of` is who confirmed or denied the event; `decided` what a person decided
    at that moment, where the change comes of it. `dates_before` are the event's own until then.
    """

    kind: AlertKind
    moment: dt.datetime
    event: Event
    attribute: str | None
    state: str
    facts: tuple[Fact, ...]
    casts: tuple[Cast, ...]
    status_before: EventStatus | None = None
    held: Fact | None = None
    conflict: Conflict | None = None
    word_of: str | None = None
    decided: Judgement | None = None
    dates_before: DateInterval | None = None

    @property
    def dedupe_key(self) -> str:
        return f"{self.kind}:{self.event.event_id}:{self.attribute or ''}:{self.state}"

    def fact(self, attribute: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.attribute == attribute), None)


@dataclass(frozen=True, slots=True)
class Line:
    """All that a line's testimony amounts to, with its history.

    An event's last version has `known_to` None, unless it turned out to be part of another event: then its
    versions and facts all have an end. `claim_events` says for every claim which event it speaks of. `voices`
    are those of the events that stand; the other records of who stood behind what carry their times.
    """

    events: tuple[EventVersion, ...] = ()
    facts: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    claim_events: Mapping[str, str] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    voices: tuple[EventVoice, ...] = ()
    fact_voices: tuple[FactVoice, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    status_changes: tuple[StatusChange, ...] = ()


def metric_of(claim: Claim) -> str | None:
    """The metric a claim of a metric speaks of; an `as_of` claim carries the metric's name as its unit."""
    if claim.event_type is not EventType.METRIC:
        return None
    return claim.value.unit or claim.attribute if claim.attribute == "as_of" else claim.attribute


def line_of(testimony: Testimony) -> LineKey:
    """The line on which a testimony bears."""
    claim = testimony.claim
    return LineKey(claim.event_type, testimony.subject_id, metric_of(claim))


def lines_of(testimony: Iterable[Testimony]) -> tuple[LineKey, ...]:
    """The lines touched by some testimony, each once, in a fixed order."""
    return tuple(sorted({line_of(one) for one in testimony}, key=lambda line: line.sort_key))
