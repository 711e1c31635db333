"""Statements: claims made ready for weighing, with what they take for true and on whose word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from pipeline.categories import Modality
from pipeline.intervals import DateInterval
from pipeline.ledger import Testimony
from pipeline.model import Claim, Value

EVENT = "event"
SUCCESSOR = "successor"
NOT_NAMED = "not named"
NAMED = "named: "
HAPPENED = "true"
DID_NOT_HAPPEN = "false"
# What is told of a model that is out already: kept as claims, and no word for any release.
OF_NO_EVENT = frozenset({"update", "packagings"})
DATE_ATTRIBUTES = ("date", "announced", "resigned", "effective")


class Stance(Enum):
    SUPPORTS = "supports"
    SPECULATES = "speculates"
    DENIES = "denies"


class MentionKey(NamedTuple):
    """One event as one document tells it: what its claims share."""

    document_id: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """The independent voice behind a claim, which is not always the outlet that printed it.

    `weight` is what the origin's word is worth alone (0 to 1). `published_at` is when the story first ran;
    its UTC offset is the zone in which the story's dates are meant. `borrowed` is true where that story only
    repeats what the origin said.
    """

    origin: str
    weight: float
    published_at: dt.datetime
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as it is weighed: `value` and `object_id` are what it says, `dated` when it says that was.

    `official` is true for a document of the organisation itself, `attested` also for words that a report
    attributes to the person or organisation concerned.
    """

    claim_id: str
    testimony: Testimony
    value: Value
    object_id: str | None
    stance: Stance
    speaker: Speaker
    official: bool
    attested: bool
    dated: DateInterval | None

    @property
    def claim(self) -> Claim:
        return self.testimony.claim

    @property
    def document_id(self) -> str:
        return self.testimony.claim.document_id

    @property
    def said_at(self) -> dt.datetime:
        """When the voice behind it said so (UTC), by its own date, but never later than we learned of it."""
        return min(self.speaker.published_at, self.claim.known_at).astimezone(dt.UTC)

    def saying(self, value: str) -> Statement:
        """The same word, taken for what it implies of another attribute."""
        return replace(self, value=Value(value))


def stance_of(claim: Claim) -> Stance:
    """Whether a claim takes its value for true. That no successor is named denies one, however it is put."""
    if claim.modality is Modality.DENIED or (claim.attribute == SUCCESSOR and claim.value.text == NOT_NAMED):
        return Stance.DENIES
    return Stance.SPECULATES if claim.modality is Modality.SPECULATED else Stance.SUPPORTS


def denies_event(claim: Claim) -> bool:
    """True when a claim says that the event itself did not happen."""
    return claim.attribute in (EVENT, SUCCESSOR) and stance_of(claim) is Stance.DENIES
