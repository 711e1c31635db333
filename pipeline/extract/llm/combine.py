"""Both extractors: what the rules and the model say alike is surer, what one says alone stays as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import replace

from pipeline.categories import EntityKind, Modality
from pipeline.extract.llm.names import EventKey, Names
from pipeline.extract.llm.occurrences import renumbered
from pipeline.model import Claim

_SUREST = 0.99
_ORGANISATIONS = frozenset({"organisation", "destination"})
_STANCES = {
    Modality.ASSERTED: "for",
    Modality.REPORTED: "for",
    Modality.SPECULATED: "guess",
    Modality.DENIED: "against",
}

Said = tuple[EventKey, int, str, str, Hashable]


def combine(rules: Sequence[Claim], model: Sequence[Claim], names: Names) -> tuple[Claim, ...]:
    """The claims of both. Where they agree on event, attribute and value, the rules' claim is kept, surer.

    What the model alone says stays with the lower confidence it came with. Without claims of rules these are
    the model's own, each with the number of its event among those of its document.
    """
    model = renumbered(model, rules, names.event_key)
    said = {_said(claim, names) for claim in rules}
    agreed = {key: claim.confidence for claim in model if (key := _said(claim, names)) in said}
    raised = [
        replace(claim, confidence=_surer(claim.confidence, agreed[key])) if key in agreed else claim
        for claim in rules
        for key in (_said(claim, names),)
    ]
    alone = {claim.claim_id: claim for claim in model if _said(claim, names) not in said}
    return tuple(sorted((*raised, *alone.values()), key=lambda claim: (claim.start, claim.attribute)))


def _said(claim: Claim, names: Names) -> Said:
    """What a claim says, the same however it is worded: event, stance, attribute, value."""
    return names.event_key(claim), claim.occurrence, claim.attribute, _STANCES[claim.modality], _value(claim, names)


def _value(claim: Claim, names: Names) -> Hashable:
    value = claim.value
    if value.number is not None:
        return round(value.number, 3)
    if value.dates is not None:
        return value.dates
    if claim.attribute in _ORGANISATIONS:
        return names.meaning(EntityKind.ORGANISATION, value.text)
    if claim.attribute == "sizes":
        return frozenset(value.text.upper().split(", "))
    return " ".join(unicodedata.normalize("NFKC", value.text).casefold().split())


def _surer(one: float, other: float) -> float:
    """The chance that at least one of two readers is right."""
    return round(min(_SUREST, 1 - (1 - one) * (1 - other)), 4)
