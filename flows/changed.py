"""What changed in the ledger, as rows for people and programs and as one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.reports import counted
from pipeline.ledger import Entity, Event
from pipeline.reconcile.difference import Difference
from warehouse import LineChange

_PHRASES = {
    "new event": ("new event", ""),
    "event gone": ("event", " gone"),
    "part of another event": ("event", " part of another"),
    "status": ("status change", ""),
    "dates": ("date change", ""),
    "new fact": ("new fact", ""),
    "fact gone": ("fact", " gone"),
    "fact changed": ("fact", " changed"),
    "conflict opened": ("conflict", " opened"),
    "conflict resolved": ("conflict", " resolved"),
    "conflict gone": ("conflict", " gone"),
    "conflict changed": ("conflict", " changed"),
    "history": ("line", " whose history alone differs"),
}
COLUMNS = ("change", "event", "attribute", "before", "after", "event_id")


@dataclass(frozen=True, slots=True)
class Changed:
    """One difference of the ledger, with its event in words."""

    change: str
    event: str
    attribute: str | None
    before: str | None
    after: str | None
    event_id: str | None

    @property
    def row(self) -> tuple[object, ...]:
        return (self.change, self.event, self.attribute, self.before, self.after, self.event_id)


def changed(differences: Iterable[Difference], line: LineChange, entities: Mapping[str, Entity]) -> list[Changed]:
    """The differences of one line in words."""
    return [
        Changed(
            one.what,
            event_words(one.event, entities, line.metric) if one.event else line_words(line, entities),
            one.attribute,
            one.before,
            one.after,
            one.event.event_id if one.event else None,
        )
        for one in differences
    ]


def summary(rows: Sequence[Changed]) -> str:
    """`2 new events, 1 status, 3 facts changed`, or `nothing changes`."""
    number = Counter(row.change for row in rows)
    told = (f"{counted(number[what], thing)}{rest}" for what, (thing, rest) in _PHRASES.items() if number[what])
    return ", ".join(told) or "nothing changes"


def event_words(event: Event, entities: Mapping[str, Entity], metric: str | None = None) -> str:
    """`departure of Zhou Mingyuan (Qwen)`, `downloads of Qwen3 (2026-03)`."""
    about = _name(event.object_id, entities) if event.object_id else event.dates and metric and str(event.dates)
    return f"{metric or event.type} of {_name(event.subject_id, entities)}{f' ({about})' if about else ''}"


def line_words(line: LineChange, entities: Mapping[str, Entity]) -> str:
    return f"{line.metric or line.event_type} of {_name(line.subject_id, entities)}"


def _name(entity_id: str, entities: Mapping[str, Entity]) -> str:
    entity = entities.get(entity_id)
    return entity.name if entity else entity_id
