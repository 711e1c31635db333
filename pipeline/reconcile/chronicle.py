"""The chronicle of a line: versions of its events and facts, each with the time during which it was held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from pipeline.ledger import Event, EventVersion, Fact
from pipeline.model import Value, content_id
from pipeline.reconcile.confidence import confidence
from pipeline.reconcile.verdicts import Verdict
from pipeline.reconcile.voices import status_of


class Chronicle:
    """Written in order of time; what is the same as before is not written again."""

    def __init__(self) -> None:
        self._events: list[EventVersion] = []
        self._facts: list[Fact] = []
        self._current: dict[str, EventVersion] = {}
        self._standing: dict[str, dict[str, Fact]] = {}

    def event(self, event_id: str) -> Event | None:
        """The event as it is held; None when it is not known or became part of another one."""
        version = self._current.get(event_id)
        return version.event if version else None

    def facts(self, event_id: str) -> Mapping[str, Fact]:
        """The standing facts of an event by attribute."""
        return self._standing.get(event_id, {})

    def write_event(self, event: Event, moment: dt.datetime) -> None:
        version = self._current.get(event.event_id)
        if version is not None and version.event == event:
            return
        if version is not None:
            self._events.append(replace(version, known_to=moment))
        self._current[event.event_id] = EventVersion(event, moment, None)

    def write_fact(self, fact: Fact) -> None:
        standing = self._standing.setdefault(fact.event_id, {})
        before = standing.get(fact.attribute)
        if before is not None and replace(fact, fact_id=before.fact_id, known_from=before.known_from) == before:
            return
        self.end_fact(fact.event_id, fact.attribute, fact.known_from)
        standing[fact.attribute] = fact

    def end_fact(self, event_id: str, attribute: str, moment: dt.datetime) -> None:
        before = self._standing.get(event_id, {}).pop(attribute, None)
        if before is not None:
            self._facts.append(replace(before, known_to=moment))

    def end_event(self, event_id: str, moment: dt.datetime) -> None:
        """Close an event that turned out to be part of another one, and its facts."""
        for attribute in list(self.facts(event_id)):
            self.end_fact(event_id, attribute, moment)
        version = self._current.pop(event_id, None)
        if version is not None:
            self._events.append(replace(version, known_to=moment))

    def all_events(self) -> tuple[EventVersion, ...]:
        versions = [*self._events, *self._current.values()]
        return tuple(sorted(versions, key=lambda one: (one.event.event_id, one.known_from)))

    def all_facts(self) -> tuple[Fact, ...]:
        standing = (fact for facts in self._standing.values() for fact in facts.values())
        return tuple(sorted([*self._facts, *standing], key=lambda one: (one.event_id, one.attribute, one.known_from)))


def fact_of(event_id: str, attribute: str, value: Value, verdict: Verdict, moment: dt.datetime) -> Fact:
    """The fact that a verdict amounts to, held from `moment` (UTC) on."""
    origins = verdict.origins
    return Fact(
        fact_id=content_id("fact", event_id, attribute, value.text, moment.isoformat()),
        event_id=event_id,
        attribute=attribute,
        value=value,
        status=status_of(verdict.stance, len(origins), attested=verdict.attested),
        documents=len(verdict.documents),
        origins=len(origins),
        confidence=confidence(origins, verdict.against, verdict.stance),
        known_from=moment,
        known_to=None,
    )
