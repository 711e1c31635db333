"""Events and what is asked about them, as clauses of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.categories import ConflictKind, EntityKind, EventStatus, EventType
from pipeline.ledger import Event, Fact
from pipeline.model import Value
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.phrases import attribute_words, date_words, listed, number_words, value_words, when_words
from pipeline.reconcile.statements import NAMED

# What is in question, by event type and attribute: {s} is the subject, {o} the organisation.
_TOPICS = {
    (EventType.DEPARTURE, "event"): "whether {s} left {o}",
    (EventType.DEPARTURE, "date"): "when {s} left {o}",
    (EventType.DEPARTURE, "announced"): "when {s} announced leaving {o}",
    (EventType.DEPARTURE, "resigned"): "when {s} resigned from {o}",
    (EventType.DEPARTURE, "effective"): "when the departure of {s} from {o} takes effect",
    (EventType.DEPARTURE, "voluntary"): "whether {s} left {o} by choice",
    (EventType.DEPARTURE, "destination"): "where {s} goes after {o}",
    (EventType.DEPARTURE, "organisation"): "which organisation {s} left",
    (EventType.HIRE, "event"): "whether {s} joined {o}",
    (EventType.HIRE, "date"): "when {s} joined {o}",
    (EventType.HIRE, "announced"): "when it was announced that {s} joins {o}",
    (EventType.HIRE, "organisation"): "which organisation {s} joined",
    (EventType.APPOINTMENT, "event"): "whether {s} was appointed at {o}",
    (EventType.APPOINTMENT, "date"): "when {s} was appointed at {o}",
    (EventType.APPOINTMENT, "organisation"): "where {s} was appointed",
    (EventType.FOUNDING, "event"): "whether {s} founded {o}",
    (EventType.FOUNDING, "date"): "when {s} founded {o}",
    (EventType.RELEASE, "event"): "whether {s} was released",
    (EventType.RELEASE, "date"): "when {s} was released",
    (EventType.RELEASE, "announced"): "when {s} was announced",
}
_NOUNS = {
    EventType.DEPARTURE: "the departure of {s} from {o}",
    EventType.HIRE: "the move of {s} to {o}",
    EventType.APPOINTMENT: "the appointment of {s} at {o}",
    EventType.FOUNDING: "the founding of {o} by {s}",
    EventType.RELEASE: "the release of {s}",
}
_UNNAMED = {EventType.FOUNDING: "a company"}  # what stands for an organisation that nobody names
_DETAILS = ("sizes", "parameters", "parameters_active", "context_tokens", "license", "availability")


@dataclass(frozen=True, slots=True)
class Account:
    """An event at one moment with its facts and the names of those concerned, ready to be put into words."""

    event: Event
    facts: Sequence[Fact]
    subject: str
    organisation: str | None
    of_team: bool

    @classmethod
    def of(cls, event: Event, facts: Sequence[Fact], kinship: Kinship, subject: str | None = None) -> Account:
        """`subject` is the name to use for a subject that is no known entity."""
        name = kinship.name(event.subject_id) or subject or event.subject_id
        told = next((fact.value.text for fact in facts if fact.attribute == "organisation"), None)
        organisation = (kinship.name(event.object_id) if event.object_id else None) or told
        of_team = kinship.kind(event.subject_id) is EntityKind.ORGANISATION
        return cls(event, facts, name, organisation, of_team)

    def value(self, attribute: str) -> Value | None:
        return next((fact.value for fact in self.facts if fact.attribute == attribute), None)

    def headline(self) -> str:
        """What happened: `Lin Wei left Qwen (technical lead), 3 March 2026`."""
        dates = self.event.dates
        when = when_words(dates) if dates and self.event.type is not EventType.METRIC else ""
        return self._clause() + when

    def noun(self) -> str:
        """The event as a thing one can say something of: `the departure of Lin Wei from Qwen`."""
        if self.event.type is EventType.METRIC:
            return f"{possessive(self.subject)} {attribute_words(self._metric())}"
        if self._is_succession:
            return f"the succession at {self.subject}"
        return self._filled(_NOUNS[self.event.type])

    def topic(self, attribute: str, kind: ConflictKind) -> str:
        """What sources disagree on: `when Lin Wei announced leaving Qwen`."""
        if self.event.type is EventType.METRIC:
            return self.noun()
        if attribute == "successor":
            whether = kind is ConflictKind.PRESENCE
            return (
                f"whether {self.subject} has named a successor" if whether else f"{possessive(self.subject)} successor"
            )
        if self._is_succession and attribute == "event":
            return f"whether {self.subject} has named a successor"
        template = _TOPICS.get((self.event.type, attribute))
        return self._filled(template) if template else f"the {attribute_words(attribute)} of {self._thing()}"

    @property
    def says_no(self) -> bool:
        """True when the headline is itself a denial: `Qwen has not named a successor`."""
        value = self.value("successor")
        named = value is not None and value.text.startswith(NAMED)
        return self._is_succession and not named and self.event.status is EventStatus.DENIED

    @property
    def _is_succession(self) -> bool:
        return self.event.type is EventType.APPOINTMENT and self.of_team

    def _thing(self) -> str:
        """What an attribute is of: a model has sizes, not its release."""
        return self.subject if self.event.type is EventType.RELEASE else self.noun()

    def _metric(self) -> str:
        return next((fact.attribute for fact in self.facts if fact.attribute not in ("event", "as_of")), "figure")

    def _filled(self, template: str) -> str:
        organisation = self.organisation or _UNNAMED.get(self.event.type)
        if organisation is None:
            for preposition in (" from {o}", " to {o}", " at {o}", " after {o}", " {o}"):
                template = template.replace(preposition, "")
        return template.format(s=self.subject, o=organisation)

    def _clause(self) -> str:
        event, role = self.event, self.value("role")
        if event.type is EventType.METRIC:
            return self._figure()
        if event.type is EventType.RELEASE:
            return f"{self.subject} was released{self._specification()}"
        if self._is_succession:
            return self._succession()
        rumoured = event.status is EventStatus.RUMOURED
        match event.type:
            case EventType.DEPARTURE:
                clause = self._filled("{s} is said to be leaving {o}" if rumoured else "{s} left {o}")
                return clause + (f" ({role.text})" if role else "")
            case EventType.HIRE:
                clause = self._filled("{s} is said to be joining {o}" if rumoured else "{s} joined {o}")
                return clause + (f" as {role.text}" if role else "")
            case EventType.APPOINTMENT:
                verb = "is said to become" if rumoured else "became"
                clause = f"{self.subject} {verb} {role.text}" if role else f"{self.subject} was appointed"
                return clause + (f" at {self.organisation}" if self.organisation else "")
            case _:
                return self._filled("{s} is said to be founding {o}" if rumoured else "{s} founded {o}")

    def _succession(self) -> str:
        value = self.value("successor")
        if value is not None and value.text.startswith(NAMED):
            return f"{self.subject} named a successor, {value_words('successor', value)}"
        denied = value is not None or self.event.status is EventStatus.DENIED
        return f"{self.subject} has {'not ' if denied else ''}named a successor"

    def _figure(self) -> str:
        metric = self._metric()
        value, dates = self.value(metric), self.event.dates
        words = value_words(metric, value) if value else "no figure"
        return f"{self.noun()}: {words}" + (f" ({date_words(dates)})" if dates else "")

    def _specification(self) -> str:
        found = [(one, value) for one in _DETAILS if (value := self.value(one)) is not None]
        words = [_specified(attribute, value) for attribute, value in found]
        return f" ({'; '.join(words)})" if words else ""


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _specified(attribute: str, value: Value) -> str:
    words = value_words(attribute, value)
    match attribute:
        case "sizes":
            return listed([part.strip() for part in words.split(",")])
        case "context_tokens":
            return f"{words} context"
        case "parameters" | "parameters_active" if value.number is not None:
            active = " active" if attribute == "parameters_active" else ""
            return f"{number_words(value.number)}{active} parameters"
        case _:
            return words
