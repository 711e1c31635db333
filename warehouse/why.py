"""Why something is held: an event's attributes, the values claimed for each, and the words behind them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.filters import ABOUT, entity_ids
from warehouse.published import Published, Reader
from warehouse.voices import Step, Voice, steps_of, voices_of

_ATTRIBUTES = ("event", "date", "announced", "resigned", "effective", "organisation", "role")
"""What is told first of an event; the rest follows by name."""


@dataclass(frozen=True, slots=True)
class Words:
    """One claim as a reader can check it. `standing` is false where a revision replaced the document."""

    quote: str
    publisher: str
    published_at: dt.datetime
    url: str
    modality: str
    attributed_to: str | None
    standing: bool


@dataclass(frozen=True, slots=True)
class ClaimedValue:
    """One value that documents give for an attribute, earliest publication first."""

    value: str
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class AttributeEvidence:
    """What is held of one attribute (None where nothing is), how sure, and all that was claimed.

    `conflict` is the kind of an open conflict about it. `confidence` is 0 to 1, `because` what it rests on.
    """

    attribute: str
    held: str | None
    status: str | None
    conflict: str | None
    values: tuple[ClaimedValue, ...]
    confidence: float | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class EventEvidence:
    """One event as it is held now: who tells of it, what moved its status, the evidence of each attribute."""

    event_id: str
    type: str
    subject: str
    object: str | None
    metric: str | None
    date_from: dt.date | None
    date_to: dt.date | None
    status: str
    disputed: bool
    documents: int
    origins: int
    first_known_at: dt.datetime
    attributes: tuple[AttributeEvidence, ...]
    voices: tuple[Voice, ...] = ()
    steps: tuple[Step, ...] = ()


def why(published: Published, asked: str, *, limit: int | None = None) -> tuple[EventEvidence, ...]:
    """The events that `asked` means, latest learned first: an event id, its beginning, or an entity's name.

    Empty where nothing is meant by it. A conflict's or alert's id means the event it is about.
    """
    with published.reading() as reader:
        found = _events(reader, asked.strip())[:limit]
        ids = [event["event_id"] for event in found]
        attributes, told, moved = _attributes(reader, ids), voices_of(reader, ids), steps_of(reader, ids)
    return tuple(
        EventEvidence(
            **event,
            attributes=attributes[event["event_id"]],
            voices=told[event["event_id"]],
            steps=moved[event["event_id"]],
        )
        for event in found
    )


def _events(reader: Reader, asked: str) -> list[dict[str, Any]]:
    by_id = """
        events.event_id LIKE $id || '%'
        OR events.event_id IN (SELECT event_id FROM conflicts WHERE conflict_id LIKE $id || '%')
        OR events.event_id IN (SELECT event_id FROM alerts WHERE alert_id LIKE $id || '%')
        """
    if re.fullmatch(r"[0-9a-f]{4,16}", asked.lower()):
        found = _events_where(reader, by_id, {"id": asked.lower()})
        if found:
            return found
    ids = entity_ids(reader, asked)
    return _events_where(reader, ABOUT, {"ids": ids}) if ids else []


def _events_where(reader: Reader, condition: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    return reader.query(
        f"""
        SELECT
            events.event_id, events.type, coalesce(subject.name, events.subject_id) AS subject,
            object.name AS object, events.metric, events.date_from, events.date_to, events.status,
            events.disputed, events.documents, events.origins, events.first_known_at
        FROM events
        LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
        LEFT JOIN entities AS object ON object.entity_id = events.object_id
        WHERE {condition}
        ORDER BY events.first_known_at DESC, events.event_id
        """,
        values,
    ).records()


def _attributes(reader: Reader, event_ids: Sequence[str]) -> Mapping[str, tuple[AttributeEvidence, ...]]:
    """Every attribute that is held or claimed of these events, by event id."""
    ids = {"ids": list(event_ids)}
    # An event at a time: DuckDB carries a single id down to the voices, and weighs all facts for a list of them.
    held = {
        (event_id, attribute): rest
        for event in event_ids
        for event_id, attribute, *rest in reader.query(
            """
            SELECT event_id, attribute, value_text, status, confidence, because FROM confidence_of
            WHERE event_id = ?
            """,
            [event],
        ).rows
    }
    disputed = {
        (event_id, attribute): kind
        for event_id, attribute, kind in reader.query(
            """
            SELECT event_id, attribute, kind FROM conflicts
            WHERE status = 'open' AND list_contains($ids::VARCHAR[], event_id)
            """,
            ids,
        ).rows
    }
    claimed = _claimed(reader, ids)
    found: defaultdict[str, tuple[AttributeEvidence, ...]] = defaultdict(tuple)
    for key in sorted(held.keys() | disputed.keys() | claimed.keys(), key=_order):
        event_id, attribute = key
        value, status, confidence, because = held.get(key, (None,) * 4)
        values = tuple(ClaimedValue(text, tuple(words)) for text, words in claimed.get(key, {}).items())
        evidence = AttributeEvidence(attribute, value, status, disputed.get(key), values, confidence, because)
        found[event_id] += (evidence,)
    return found


def _claimed(reader: Reader, ids: Mapping[str, object]) -> dict[tuple[str, str], dict[str, list[Words]]]:
    claimed: defaultdict[tuple[str, str], dict[str, list[Words]]] = defaultdict(dict)
    found = reader.query(
        """
        SELECT
            event_id, attribute, value_text, quote, publisher, published_at, document_url, modality,
            attributed_to, standing
        FROM evidence WHERE list_contains($ids::VARCHAR[], event_id)
        ORDER BY published_at, document_url, claim_id
        """,
        ids,
    ).rows
    for event_id, attribute, text, *words in found:
        claimed[event_id, attribute].setdefault(text, []).append(Words(*words))
    return claimed


def _order(key: Iterable[str]) -> tuple[str, int, str]:
    event_id, attribute = key
    place = _ATTRIBUTES.index(attribute) if attribute in _ATTRIBUTES else len(_ATTRIBUTES)
    return event_id, place, attribute
