"""Testimony for the tests of reconciliation: who tells what, with invented people, outlets and models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.categories import Bound, EntityKind, EventType, Modality, Tier
from pipeline.intervals import DateInterval
from pipeline.ledger import Conflict, Entity, Event, Fact, Testimony, Voice
from pipeline.model import Claim, Mention, Value
from pipeline.reconcile.lines import Line

Told = list[Testimony]  # named here, since pytest takes a class that begins with Test for tests

START = dt.datetime(2026, 5, 4, 8, tzinfo=dt.UTC)
BEIJING = dt.timezone(dt.timedelta(hours=8))

PEOPLE = {"wen": "Wen Tao", "bai": "Bai Ruo"}
_STAFF = ("Ai", "Bo", "Ce", "Da", "En", "Fu", "Ge", "Hao", "Jin", "Kai", "Lu", "Mei")
_OUTSIDERS = ("An", "Bin", "Cai", "Dan", "Fei", "Gan")
STAFF = {f"staff{number}": f"{name} Lan" for number, name in enumerate(_STAFF)}
OUTSIDERS = {f"outsider{number}": f"{name} Shu" for number, name in enumerate(_OUTSIDERS)}
MODELS = {"family": ("Qwen9", None), "small": ("Qwen9 Small", "family"), "nine": ("Qwen9-9B", "family")}

ENTITIES = {
    "lab": Entity("lab", EntityKind.ORGANISATION, "Tongyi Lab", None, watched=True),
    "team": Entity("team", EntityKind.ORGANISATION, "Qwen", "lab", watched=True),
    "rival": Entity("rival", EntityKind.ORGANISATION, "Quince Labs"),
    **{id: Entity(id, EntityKind.PERSON, name) for id, name in (PEOPLE | STAFF | OUTSIDERS).items()},
    **{id: Entity(id, EntityKind.MODEL, name, parent, watched=True) for id, (name, parent) in MODELS.items()},
}


def hours(number: float) -> dt.datetime:
    """A moment so many hours after START."""
    return START + dt.timedelta(hours=number)


def days(number: float) -> dt.datetime:
    return START + dt.timedelta(days=number)


def day(text: str) -> Value:
    """The value of a date: a day, a month `2026-05`, a quarter `2026-Q2` or a year."""
    year, _, rest = text.partition("-")
    if not rest:
        interval = DateInterval.year(int(year))
    elif rest.startswith("Q"):
        interval = DateInterval.quarter(int(year), int(rest[1:]))
    elif len(rest) == 2:
        interval = DateInterval.month(int(year), int(rest))
    else:
        interval = DateInterval.day(dt.date.fromisoformat(text))
    return Value(str(interval), dates=interval)


def figure(number: float, bound: Bound = Bound.EXACTLY, as_of: str | None = None) -> Value:
    return Value(f"{number:g}", number=number, bound=bound, dates=day(as_of).dates if as_of else None)


@dataclass
class Teller:
    """A document that tells of events. `known` is in hours after START, as is `published` (by default the same)."""

    name: str
    known: float = 0
    publisher: str | None = None
    tier: Tier = Tier.PRESS
    story: str | None = None
    published: float | None = None
    zone: dt.tzinfo = dt.UTC
    withdrawn: float | None = None
    type: EventType = EventType.DEPARTURE
    subject: str = "wen"
    object: str | None = "team"
    claims: int = field(default=0, init=False)

    @property
    def voice(self) -> Voice:
        published = self.known if self.published is None else self.published
        return Voice(
            document_id=self.name,
            url=f"https://{self.name}.example/",
            publisher=self.publisher or f"The {self.name.title()}",
            tier=self.tier,
            story_id=self.story or f"story of {self.name}",
            published_at=hours(published).astimezone(self.zone),
            known_at=hours(self.known),
            withdrawn_at=None if self.withdrawn is None else hours(self.withdrawn),
        )

    def says(
        self,
        attribute: str = "event",
        value: Value | str = "true",
        modality: Modality = Modality.ASSERTED,
        *,
        by: str | None = None,
        occurrence: int = 0,
    ) -> Testimony:
        """One claim of this document, each with a quote of its own."""
        self.claims += 1
        entity = ENTITIES[self.subject]
        organisation = ENTITIES[self.object] if self.object else None
        if isinstance(value, str):
            value = Value(value)
        claim = Claim(
            document_id=self.name,
            event_type=self.type,
            subject=Mention(entity.kind, entity.name),
            object=Mention(organisation.kind, organisation.name) if organisation else None,
            occurrence=occurrence,
            attribute=attribute,
            value=value,
            modality=modality,
            attributed_to=by,
            quote=f"{self.name}, {attribute}, {value.text}",
            start=100 * self.claims,
            end=100 * self.claims + 50,
            extractor="test",
            extractor_version="1",
            confidence=0.9,
            known_at=hours(self.known),
        )
        return Testimony(claim, self.voice, self.subject, self.object)


def metric(name: str, known: float = 0, subject: str = "family", **about: object) -> Teller:
    return replace(Teller(name, known, **about), type=EventType.METRIC, subject=subject, object=None)  # type: ignore[arg-type]


def release(name: str, known: float = 0, subject: str = "family", **about: object) -> Teller:
    return replace(Teller(name, known, **about), type=EventType.RELEASE, subject=subject, object=None)  # type: ignore[arg-type]


def succession(name: str, known: float = 0, **about: object) -> Teller:
    return replace(Teller(name, known, **about), type=EventType.APPOINTMENT, subject="team")  # type: ignore[arg-type]


def events(line: Line) -> list[Event]:
    """The events as they stand, oldest first."""
    standing = [version.event for version in line.events if version.known_to is None]
    return sorted(standing, key=lambda event: (event.first_known_at, event.event_id))


def event(line: Line) -> Event:
    [only] = events(line)
    return only


def fact(line: Line, attribute: str) -> Fact:
    """The one standing fact of an attribute."""
    [only] = [one for one in line.facts if one.attribute == attribute and one.known_to is None]
    return only


def open_conflicts(line: Line) -> list[Conflict]:
    return [one for one in line.conflicts if one.resolved_at is None]


def documents(claims: Iterable[str], testimony: Iterable[Testimony]) -> set[str]:
    """The documents that make some claims."""
    known = {one.claim.claim_id: one.claim.document_id for one in testimony}
    return {known[claim] for claim in claims}
