"""What differs between two states of the ledger, in terms that a person reads: events, facts, conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.categories import ConflictStatus
from pipeline.ledger import Conflict, Event, EventVersion, Fact


class Ledger(Protocol):
    """The whole ledger of a line, as it was made or as it is stored."""

    @property
    def events(self) -> Sequence[EventVersion]: ...

    @property
    def facts(self) -> Sequence[Fact]: ...

    @property
    def conflicts(self) -> Sequence[Conflict]: ...

    @property
    def claim_events(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is held otherwise; `what` says which, and is `history` where only the past differs."""

    what: str
    event: Event | None
    attribute: str | None = None
    before: str | None = None
    after: str | None = None


def differences(before: Ledger, after: Ledger) -> tuple[Difference, ...]:
    """How what is held of a line differs, event by event; nothing where both are the same, history included."""
    if same(before, after):
        return ()
    held, holds = _standing(before), _standing(after)
    renamed = _renamed(before, after, held, holds)
    found: list[Difference] = []
    for event_id, event in sorted(held.items(), key=lambda one: (one[1].first_known_at, one[0])):
        successor = renamed.get(event_id, event_id)
        if successor in holds:
            found += _of_event(event, holds[successor], before, after)
            continue
        heir = _heir(event_id, before, after)
        what = "part of another event" if heir in holds else "event gone"
        found.append(Difference(what, event, None, str(event.status), heir if heir in holds else None))
    known = {renamed.get(event_id, event_id) for event_id in held}
    for event_id, event in sorted(holds.items(), key=lambda one: (one[1].first_known_at, one[0])):
        if event_id not in known:
            found.append(Difference("new event", event, None, None, str(event.status)))
            found += _conflicts(event, {}, _by_attribute(after.conflicts, event_id))
    return tuple(found) or (Difference("history", next(iter([*holds.values(), *held.values()]), None)),)


def same(before: Ledger, after: Ledger) -> bool:
    """True where both hold the same, have always held it, and of the same claims."""
    return (
        tuple(before.events) == tuple(after.events)
        and tuple(before.facts) == tuple(after.facts)
        and tuple(before.conflicts) == tuple(after.conflicts)
        and dict(before.claim_events) == dict(after.claim_events)
    )


def _of_event(was: Event, event: Event, before: Ledger, after: Ledger) -> Iterator[Difference]:
    if was.status is not event.status:
        yield Difference("status", event, None, str(was.status), str(event.status))
    if was.dates != event.dates:
        yield Difference("dates", event, None, _text(was.dates), _text(event.dates))
    held, holds = _facts(before, was.event_id), _facts(after, event.event_id)
    for attribute in sorted(held.keys() | holds.keys()):
        old, new = held.get(attribute), holds.get(attribute)
        if old is None or new is None or old.value != new.value:
            what = "new fact" if old is None else "fact gone" if new is None else "fact changed"
            yield Difference(what, event, attribute, _said(old), _said(new))
    yield from _conflicts(
        event, _by_attribute(before.conflicts, was.event_id), _by_attribute(after.conflicts, event.event_id)
    )


def _conflicts(event: Event, held: Mapping[str, Conflict], holds: Mapping[str, Conflict]) -> Iterator[Difference]:
    for attribute in sorted(held.keys() | holds.keys()):
        old, new = held.get(attribute), holds.get(attribute)
        was, now = _is_open(old), _is_open(new)
        if now and not was:
            yield Difference("conflict opened", event, attribute, None, _sides(new))
        elif was and not now:
            what = "conflict resolved" if new is not None else "conflict gone"
            yield Difference(what, event, attribute, _sides(old), _resolution(new) if new else None)
        elif was and now and _sides(old) != _sides(new):
            yield Difference("conflict changed", event, attribute, _sides(old), _sides(new))


def _renamed(before: Ledger, after: Ledger, held: Mapping[str, Event], holds: Mapping[str, Event]) -> dict[str, str]:
    """Events that got another id because another document turned out to be the first, old id to new."""
    found: dict[str, str] = {}
    for event_id in sorted(held.keys() - holds.keys()):
        heir = _heir(event_id, before, after)
        if heir is not None and heir in holds and heir not in held and heir not in found.values():
            found[event_id] = heir
    return found


def _heir(event_id: str, before: Ledger, after: Ledger) -> str | None:
    """The event that most of an event's claims speak of now."""
    claims = (claim for claim, event in before.claim_events.items() if event == event_id)
    counted = Counter(after.claim_events[claim] for claim in claims if claim in after.claim_events)
    return min(counted, key=lambda one: (-counted[one], one), default=None)


def _standing(ledger: Ledger) -> dict[str, Event]:
    return {version.event.event_id: version.event for version in ledger.events if version.known_to is None}


def _facts(ledger: Ledger, event_id: str) -> dict[str, Fact]:
    return {one.attribute: one for one in ledger.facts if one.event_id == event_id and one.known_to is None}


def _by_attribute(conflicts: Iterable[Conflict], event_id: str) -> dict[str, Conflict]:
    return {one.attribute: one for one in conflicts if one.event_id == event_id}


def _is_open(conflict: Conflict | None) -> bool:
    return conflict is not None and conflict.status is ConflictStatus.OPEN


def _sides(conflict: Conflict | None) -> str | None:
    return f"{conflict.left_value} or {conflict.right_value}" if conflict else None


def _said(fact: Fact | None) -> str | None:
    return fact.value.text if fact else None


def _resolution(conflict: Conflict) -> str:
    by = f" ({conflict.resolved_by})" if conflict.resolved_by else ""
    return f"{conflict.resolution or 'laid to rest'}{by}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
