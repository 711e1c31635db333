"""When two values of one attribute can both hold: a table of families, and one rule for each."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from pipeline.categories import ConflictKind, EventType
from pipeline.dedupe.fingerprints import tokens
from pipeline.model import Value
from pipeline.reconcile.kinship import Kinship

MAGNITUDE = 0.25  # two figures that differ by more than this share of the larger one disagree


class Family(Enum):
    """What kind of value an attribute has. Values of WORDING are told in many ways and never disputed."""

    DATE = "date"
    NUMBER = "number"
    SET = "set"
    FLAG = "flag"
    ORGANISATION = "organisation"
    TEXT = "text"
    WORDING = "wording"
    PRESENCE = "presence"


_FAMILIES = {
    "event": Family.PRESENCE,
    "successor": Family.PRESENCE,
    "date": Family.DATE,
    "announced": Family.DATE,
    "resigned": Family.DATE,
    "effective": Family.DATE,
    "parameters": Family.NUMBER,
    "parameters_active": Family.NUMBER,
    "context_tokens": Family.NUMBER,
    "training_tokens": Family.NUMBER,
    "sizes": Family.SET,
    "voluntary": Family.FLAG,
    "organisation": Family.ORGANISATION,
    "destination": Family.TEXT,
    "license": Family.TEXT,
    "role": Family.WORDING,
    "reason": Family.WORDING,
    "availability": Family.WORDING,
}

CONFLICT_KINDS = {
    Family.DATE: ConflictKind.DATE,
    Family.NUMBER: ConflictKind.MAGNITUDE,
    Family.SET: ConflictKind.SET,
    Family.FLAG: ConflictKind.VALUE,
    Family.ORGANISATION: ConflictKind.VALUE,
    Family.TEXT: ConflictKind.VALUE,
}

# Families in which one value can say all that another says and more.
GRADED = frozenset({Family.SET, Family.ORGANISATION})

# Wordings of one role that share no word: each is read as the words on the right.
_ROLE_WORDS = {
    "技术": " technical ",
    "负责人": " lead ",
    "主管": " lead ",
    "带头人": " lead ",
    "tech": "technical",
    "leader": "lead",
    "head": "lead",
    "chief": "lead",
}
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "a", "an", "at", "in", "on", "former", "then"})


def family_of(event_type: EventType, attribute: str) -> Family:
    """The family of an attribute; one without a rule of its own is kept as told and never disputed."""
    if event_type is EventType.METRIC and attribute not in ("event", "as_of"):
        return Family.NUMBER
    return _FAMILIES.get(attribute, Family.WORDING)


@dataclass(frozen=True, slots=True)
class Held:
    """A value as it is compared: with the organisation it names, where it names one."""

    value: Value
    object_id: str | None = None


def key_of(family: Family, value: Value, object_id: str | None) -> Hashable | None:
    """What makes two claims of one attribute say the very same; None when the value cannot be weighed."""
    match family:
        case Family.DATE:
            return value.dates
        case Family.NUMBER:
            return None if value.number is None else (value.number, value.unit, value.bound, value.dates)
        case Family.SET:
            return frozenset(members(value.text)) or None
        case Family.ORGANISATION:
            return (object_id, None if object_id else value.text)
        case _:
            return value.text


def agree(family: Family, one: Held, other: Held, kinship: Kinship) -> bool:
    """True when both values can hold at once. PRESENCE depends on time and is judged in `presence`."""
    match family:
        case Family.DATE:
            dates, others = one.value.dates, other.value.dates
            return dates is None or others is None or dates.overlaps(others)
        case Family.NUMBER:
            return _numbers_agree(one.value, other.value)
        case Family.SET:
            left, right = members(one.value.text), members(other.value.text)
            return _covers(left, right) or _covers(right, left)
        case Family.FLAG:
            return one.value.text == other.value.text
        case Family.ORGANISATION:
            # An organisation of which nothing is known may be part of any other.
            unknown = one.object_id is None or other.object_id is None
            return unknown or kinship.related(one.object_id or "", other.object_id or "")
        case _:
            return words_agree(one.value.text, other.value.text)


def finer(family: Family, one: Held, other: Held, kinship: Kinship) -> bool:
    """True when `one` says all that `other` says and more; of dates the overlap is taken instead."""
    if family is Family.SET:
        left, right = members(one.value.text), members(other.value.text)
        return _covers(left, right) and not _covers(right, left)
    if family is Family.ORGANISATION and one.object_id and other.object_id:
        return kinship.within(one.object_id, other.object_id)
    return False


@lru_cache(maxsize=65536)
def members(text: str) -> frozenset[str]:
    """The members of a written list of sizes, in capitals: `0.8B, 2b` gives 0.8B and 2B."""
    return frozenset(part for part in re.split(r"[,;/、，\s]+", text.upper()) if part)


def _numbers_agree(one: Value, other: Value) -> bool:
    if one.number is None or other.number is None or (one.unit and other.unit and one.unit != other.unit):
        return True
    if one.dates and other.dates and not one.dates.overlaps(other.dates):
        return True  # they speak of different times
    larger = max(abs(one.number), abs(other.number))
    return abs(one.number - other.number) <= MAGNITUDE * larger


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """True when each of `narrow` is in `wide`; 35B stands for 35B-A3B."""
    return all(any(_same_size(size, other) for other in wide) for size in narrow)


def _same_size(one: str, other: str) -> bool:
    return one == other or one == other.partition("-")[0] or other == one.partition("-")[0]


def words_agree(one: str, other: str) -> bool:
    """True when the words of one are among the words of the other, case, order and small words aside."""
    left, right = _words(one), _words(other)
    return left <= right or right <= left


@lru_cache(maxsize=65536)
def _words(text: str) -> frozenset[str]:
    for written, read in _ROLE_WORDS.items():
        if not written.isascii():
            text = text.replace(written, read)
    return frozenset(_ROLE_WORDS.get(word, word) for word in tokens(text)) - _SMALL_WORDS
