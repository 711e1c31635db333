"""Events and what is asked about them, as clauses of a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.categories import ConflictKind, EntityKind, EventStatus, EventType
from pipeline.intervals import DateInterval
from pipeline.ledger import Event, Fact
from pipeline.model import Value
from pipeline.naming.persons import person_key
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.statements import NAMED
from pipeline.wording import Words

_DETAILS = ("sizes", "parameters", "parameters_active", "context_tokens", "license", "availability")


@dataclass(frozen=True, slots=True)
class Account:
    """An event at one moment with its facts and the names of those concerned, ready to be put into words."""

    event: Event
    facts: Sequence[Fact]
    subject: str
    organisation: str | None
    of_team: bool
    words: Words
    kinship: Kinship

    @classmethod
    def of(
        cls, event: Event, facts: Sequence[Fact], kinship: Kinship, words: Words, subject: str | None = None
    ) -> Account:
        """`subject` is the name to use for a subject that is no known entity."""
        name = kinship.name_in(event.subject_id, words.language) or subject or event.subject_id
        told = next((fact.value.text for fact in facts if fact.attribute == "organisation"), None)
        known = kinship.name_in(event.object_id, words.language) if event.object_id else None
        of_team = kinship.kind(event.subject_id) is EntityKind.ORGANISATION
        return cls(event, facts, name, known or told, of_team, words, kinship)

    def value(self, attribute: str) -> Value | None:
        return next((fact.value for fact in self.facts if fact.attribute == attribute), None)

    def headline(self, told: DateInterval | None = None) -> str:
        """What happened: `Lin Wei left Qwen (technical lead), 3 March 2026`; without its date where that is `told`."""
        dates = self.event.dates
        # Who leaves later has not left, and the clause says when that will be.
        if dates is None or dates == told or self.event.type is EventType.METRIC or self._ahead() is not None:
            return self._clause()
        return self.words.dated(self._clause(), dates)

    def noun(self) -> str:
        """The event as a thing one can say something of: `the departure of Lin Wei from Qwen`."""
        if self.event.type is EventType.METRIC:
            return self.words.say("nouns.metric", owner=self._owner(), metric=self._metric_words())
        return self._say("nouns.succession" if self._is_succession else f"nouns.{self.event.type}")

    def topic(self, attribute: str, kind: ConflictKind) -> str:
        """What sources disagree on: `when Lin Wei announced leaving Qwen`."""
        if self.event.type is EventType.METRIC:
            return self.noun()
        if attribute == "successor" and kind is not ConflictKind.PRESENCE:
            return self.words.say("topics.successor", owner=self._owner(), s=self.subject)
        if attribute == "successor" or (self._is_succession and attribute == "event"):
            return self._say("topics.successor_named")
        key = f"topics.{self.event.type}_{attribute}"
        if self.words.has(key):
            return self._say(key)
        # A model has sizes, not its release.
        thing = self.subject if self.event.type is EventType.RELEASE else self.noun()
        return self.words.say("topics.attribute_of", attribute=self.words.attribute(attribute), thing=thing)

    def spoken(self, name: str) -> str:
        """A name as this account writes it, where it is that of the subject or of a known organisation."""
        if not self.of_team and self.event.type is not EventType.RELEASE:
            known = self.kinship.name(self.event.subject_id) or self.subject
            if person_key(name) in (person_key(known), person_key(self.subject)):
                return self.subject
        organisation = self.kinship.organisation(name)
        return (self.kinship.name_in(organisation, self.words.language) if organisation else None) or name

    @property
    def says_no(self) -> bool:
        """True when the headline is itself a denial: `Qwen has not named a successor`."""
        value = self.value("successor")
        named = value is not None and value.text.startswith(NAMED)
        return self._is_succession and not named and self.event.status is EventStatus.DENIED

    @property
    def _is_succession(self) -> bool:
        return self.event.type is EventType.APPOINTMENT and self.of_team

    def _say(self, key: str, **more: str | None) -> str:
        return self.words.say(key, s=self.subject, o=self.organisation, **more)

    def _owner(self) -> str:
        sibilant = self.subject.endswith("s")
        return self.words.say("owners.sibilant" if sibilant else "owners.plain", s=self.subject)

    def _metric_words(self) -> str:
        metric = self._metric()
        return self.words.attribute(metric) if metric else self.words.say("nouns.figure")

    def _metric(self) -> str | None:
        return next((fact.attribute for fact in self.facts if fact.attribute not in ("event", "as_of")), None)

    def _clause(self) -> str:
        if self.event.type is EventType.METRIC:
            return self._figure()
        if self.event.type is EventType.RELEASE:
            return self._say("clauses.release", details=self._specification())
        if self._is_succession:
            return self._succession()
        role, ahead = self.value("role"), self._ahead()
        return self._say(
            f"clauses.{self.event.type}{self._manner()}",
            role=self.words.term(role.text) if role else None,
            title=self.words.translated(role.text) if role else None,
            effective=self.words.date(ahead) if ahead else None,
        )

    def _manner(self) -> str:
        """What sort of departure it is by the days that are known of it; every event has a manner of rumour."""
        if self.event.status is EventStatus.RUMOURED:
            return "_rumoured"
        if self.event.type is not EventType.DEPARTURE:
            return ""
        if self._ahead() is not None:
            return "_ahead"
        value = self.value("announced")
        announced = value.dates if value and self.value("date") is None else None
        return "_announced" if announced is not None and announced == self.event.dates else ""

    def _ahead(self) -> DateInterval | None:
        """When a departure takes effect, where that is after the day on which it became known."""
        value = self.value("effective") if self.event.type is EventType.DEPARTURE else None
        effective, dates = value.dates if value else None, self.event.dates
        later = effective is not None and dates is not None and effective.first > dates.last
        return effective if later and self.event.status is not EventStatus.RUMOURED else None

    def _succession(self) -> str:
        value = self.value("successor")
        if value is not None and value.text.startswith(NAMED):
            return self._say("clauses.succession_named", value=self.words.value("successor", value))
        # Where that is disputed, an event that stands was told by those who say that there is a successor.
        silent = value is not None and not self.event.disputed
        denied = silent or self.event.status is EventStatus.DENIED
        return self._say("clauses.succession_not_named" if denied else "clauses.succession_open")

    def _figure(self) -> str:
        metric = self._metric()
        value, dates = self.value(metric) if metric else None, self.event.dates
        words = self.words.value(metric, value) if metric and value else self.words.say("values.no_figure")
        date = self.words.date(dates) if dates else None
        return self.words.say("clauses.figure", noun=self.noun(), value=words, date=date)

    def _specification(self) -> str:
        found = [(one, value) for one in _DETAILS if (value := self.value(one)) is not None]
        separator = self.words.say("details.separator")
        return separator.join(self._specified(attribute, value) for attribute, value in found)

    def _specified(self, attribute: str, value: Value) -> str:
        if attribute == "sizes":
            return self.words.listed([part.strip() for part in value.text.split(",")])
        words = self.words.value(attribute, value)
        key = f"details.{attribute}"
        return self.words.say(key, value=words) if self.words.has(key) and value.number is not None else words
