"""Disputes: who stands on which side when two values cannot both hold, and what kind of conflict it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from pipeline.categories import ConflictKind, EventType, Severity
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.read.addresses import site_of
from pipeline.reconcile.statements import DATE_ATTRIBUTES, Statement
from pipeline.reconcile.tally import Position, documents_of, origins_of

_PERSONNEL = frozenset({EventType.DEPARTURE, EventType.HIRE, EventType.APPOINTMENT, EventType.FOUNDING})

OFFICIAL = "official source "  # begins the name of who settled a dispute, where an official source did


@dataclass(frozen=True, slots=True)
class Camp:
    """One side of a dispute at one moment: its value, and what is said for it and not for the other."""

    value: Value
    statements: tuple[Statement, ...]
    origins: Mapping[str, float]
    first_known: tuple[dt.datetime, str]
    moments: frozenset[tuple[dt.datetime, dt.date | None]]
    official: str | None
    attested: bool

    @classmethod
    def of(cls, value: Value, positions: Sequence[Position]) -> Camp:
        spoken = tuple(chain.from_iterable(position.statements.values() for position in positions))
        official = (one for one in spoken if one.official) if any(one.official for one in positions) else ()
        first = min(official, key=lambda one: (one.claim.known_at, one.claim_id), default=None)
        return cls(
            value=value,
            statements=spoken,
            origins=origins_of(positions),
            first_known=min(position.first_known for position in positions),
            moments=frozenset().union(*(position.moments for position in positions)),
            official=first.testimony.voice.publisher if first else None,
            attested=any(position.attested for position in positions),
        )

    @property
    def claims(self) -> tuple[str, ...]:
        return tuple(sorted(statement.claim_id for statement in self.statements))


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two camps. `settled_by` says who settled it and `outcome` for which value; None while it is open."""

    kind: ConflictKind
    left: Camp
    right: Camp
    settled_by: str | None = None
    outcome: str | None = None


def camps(left: tuple[Value, Sequence[Position]], right: tuple[Value, Sequence[Position]]) -> tuple[Camp, Camp] | None:
    """The two sides, or None where one has nobody left once documents that stand on both are set aside.

    A document never disagrees with itself: what it says for both sides, it says for neither. Nor does a site
    that told of a release today and tells of it again tomorrow.
    """
    torn = (documents_of(left[1]) & documents_of(right[1])) | _told_again(left[1], right[1])
    one, other = _apart(left[1], torn), _apart(right[1], torn)
    return (Camp.of(left[0], one), Camp.of(right[0], other)) if one and other else None


def _told_again(left: Sequence[Position], right: Sequence[Position]) -> frozenset[str]:
    """The documents of sites that stand on both sides with nothing but the days on which they wrote."""
    one, other = _by_appearing(left), _by_appearing(right)
    return frozenset().union(*(one[site] | other[site] for site in one.keys() & other.keys()))


def _by_appearing(positions: Sequence[Position]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for statement in chain.from_iterable(position.statements.values() for position in positions):
        voice = statement.testimony.voice
        if _dated_by_appearing(statement):
            found.setdefault((voice.publisher, site_of(voice.url)), set()).add(statement.document_id)
    return found


def _dated_by_appearing(statement: Statement) -> bool:
    """True for a release's date that is the document's own and not in its words."""
    claim, dates = statement.claim, statement.value.dates
    if claim.event_type is not EventType.RELEASE or claim.attribute != "date" or dates is None:
        return False
    written = {int(digits) for digits in re.findall(r"\d+", claim.quote)}
    day = statement.testimony.voice.published_at.date()
    return dates == DateInterval.day(day) and day.day not in written


def _apart(positions: Sequence[Position], torn: Set[str]) -> Sequence[Position]:
    if not torn:
        return positions
    return [rest for position in positions if (rest := position.without(torn)) is not None]


def settled(kind: ConflictKind, left: Camp, right: Camp) -> Dispute:
    """The dispute of two camps, settled where an official source speaks for exactly one of them."""
    if (left.official is None) == (right.official is None):
        return Dispute(kind, left, right)
    camp = left if left.official is not None else right
    return Dispute(kind, left, right, f"{OFFICIAL}{camp.official}", camp.value.text)


def date_kind(left: Camp, right: Camp) -> ConflictKind:
    """`time zone` when two days are one apart and the later was told further east, else `date`."""
    one, other = left.value.dates, right.value.dates
    if one is None or other is None or one.days > 1 or other.days > 1 or one.gap_days(other) != 1:
        return ConflictKind.DATE
    earlier, later = (left, right) if one.first < other.first else (right, left)
    further_east = max(_offsets(later)) > min(_offsets(earlier))
    return ConflictKind.TIME_ZONE if further_east else ConflictKind.DATE


def severity_of(event_type: EventType, attribute: str, kind: ConflictKind) -> Severity:
    if kind is ConflictKind.TIME_ZONE:
        return Severity.LOW
    weighty = kind is ConflictKind.PRESENCE or attribute in DATE_ATTRIBUTES
    return Severity.HIGH if weighty and event_type in _PERSONNEL else Severity.MEDIUM


def _offsets(camp: Camp) -> list[dt.timedelta]:
    return [statement.speaker.published_at.utcoffset() or dt.timedelta() for statement in camp.statements]
