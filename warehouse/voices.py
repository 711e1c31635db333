"""Who tells of an event, voice by voice, and what moved its status: the tree that `why` shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.published import Reader


@dataclass(frozen=True, slots=True)
class Telling:
    """One document that tells of an event; `role` is first, independent, copy, rewrite or cites."""

    role: str
    publisher: str
    tier: str
    since: dt.datetime
    url: str
    quote: str
    attributed_to: str | None
    modality: str


@dataclass(frozen=True, slots=True)
class Voice:
    """An independent voice with every document that gives its word: its own first, then by time."""

    name: str
    against: bool
    tellings: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an event on the ladder; `moved_by` is said, withdrawn, decided or regrouped.

    `whose` is the document's publisher or the person who decided, `where` the document's address or their reason.
    """

    status: str
    at: dt.datetime
    moved_by: str
    whose: str | None
    where: str | None


def voices_of(reader: Reader, event_ids: Sequence[str]) -> Mapping[str, tuple[Voice, ...]]:
    """The voices of each event: those for it in the order in which they said so first, then those against it."""
    found = reader.query(
        """
        SELECT
            event_id, origin, voice, against, role, publisher, tier, since, document_url, quote, attributed_to,
            modality
        FROM voices WHERE list_contains($ids::VARCHAR[], event_id)
        ORDER BY against, first_said_at, role <> 'first', origin, role IN ('copy', 'rewrite', 'cites'), since,
            document_id
        """,
        {"ids": list(event_ids)},
    ).rows
    tellings: defaultdict[tuple[str, str, bool], list[Telling]] = defaultdict(list)
    names: dict[tuple[str, str, bool], str] = {}
    for event_id, origin, name, against, *telling in found:
        key = (event_id, origin, against)
        names.setdefault(key, name)
        tellings[key].append(Telling(*telling))
    voices: defaultdict[str, tuple[Voice, ...]] = defaultdict(tuple)
    for key, told in tellings.items():
        event_id, _, against = key
        voices[event_id] += (Voice(names[key], against, tuple(told)),)
    return voices


def steps_of(reader: Reader, event_ids: Sequence[str]) -> Mapping[str, tuple[Step, ...]]:
    """The steps of each event on the ladder, the first one first."""
    found = reader.query(
        """
        SELECT
            event_id, status, changed_at, moved_by, coalesce(who, publisher), coalesce(reason, document_url)
        FROM status_history WHERE list_contains($ids::VARCHAR[], event_id)
        ORDER BY changed_at
        """,
        {"ids": list(event_ids)},
    ).rows
    steps: defaultdict[str, tuple[Step, ...]] = defaultdict(tuple)
    for event_id, *step in found:
        steps[event_id] += (Step(*step),)
    return steps
