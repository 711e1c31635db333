"""Threads: which events are one matter to a reader, so that all that is told of them stands under one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipeline.categories import EventType
from pipeline.ledger import Event, Testimony
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.lines import Line
from pipeline.reconcile.statements import NAMED, SUCCESSOR


def threads_of(
    lines: Iterable[Line], testimony: Mapping[str, Testimony], kinship: Kinship, told: Mapping[str, str]
) -> dict[str, str]:
    """The thread of each event that is told with another one, by event id; every other is a thread of its own.

    That a successor is named, and that this person was appointed, is one matter: it is told with the departure that
    left the place where a source says so, else with the event that the question is about. `told` are the threads of
    what was told before, and those stay.
    """
    lines = list(lines)
    events = {version.event.event_id: version.event for line in lines for version in line.events}
    found: dict[str, str] = {}
    for name, namers in _named_by(lines, testimony).items():
        naming = [events[id] for id in namers if id in events]
        if not naming:
            continue
        root = min(naming, key=lambda one: (one.type is not EventType.DEPARTURE, one.first_known_at, one.event_id))
        members = [one for one in naming if one.type is not EventType.DEPARTURE]
        members += [one for one in events.values() if _is_appointment_of(one, name, root, kinship)]
        known = [told[id] for id in (root.event_id, *sorted(one.event_id for one in members)) if id in told]
        found |= {one.event_id: (known or [root.event_id])[0] for one in (root, *members)}
    return found | dict(told)


def _named_by(lines: Iterable[Line], testimony: Mapping[str, Testimony]) -> dict[str, set[str]]:
    """The events of which somebody says who the successor is, by that name."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        for claim_id, event_id in line.claim_events.items():
            said = testimony.get(claim_id)
            if said and said.claim.attribute == SUCCESSOR and said.claim.value.text.startswith(NAMED):
                found[said.claim.value.text.removeprefix(NAMED).casefold()].add(event_id)
    return found


def _is_appointment_of(event: Event, name: str, root: Event, kinship: Kinship) -> bool:
    if event.type is not EventType.APPOINTMENT or not kinship.is_called(event.subject_id, name):
        return False
    place, other = event.object_id, root.object_id or root.subject_id
    return place is None or kinship.related(place, other)
