"""Whose word a claim is: independent origins, official voices, the status ladder and confidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from math import prod

from pipeline.categories import EntityKind, EventStatus, ExtractorKind, Tier
from pipeline.ledger import Testimony, Voice
from pipeline.model import Mention
from pipeline.naming.persons import person_key
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.statements import Speaker, Stance

# How far the word of one origin alone is to be trusted. Set by hand until a scorecard measures it.
TIER_WEIGHTS = {Tier.OFFICIAL: 0.95, Tier.PRESS: 0.6, Tier.COMMUNITY: 0.35, Tier.AGGREGATOR: 0.25}
SPECULATION = 0.3  # the part of its weight that an origin's guess keeps


class Chorus:
    """Who stands behind each claim, from the voices heard so far.

    A story's origin is the outlet it was first known from; copies of it speak with that outlet's voice. A
    claim that its document attributes to another outlet heard here is that outlet's. What was heard once
    never changes through later copies, so adding copies adds nothing.
    """

    def __init__(self) -> None:
        self._roots: dict[str, Voice] = {}
        self._outlets: dict[str, Voice] = {}

    def hear(self, voices: Iterable[Voice]) -> frozenset[str]:
        """Hear the voices of one moment; gives the folded names of outlets heard for the first time."""
        fresh: set[str] = set()
        for voice in sorted(voices, key=lambda voice: (voice.known_at, voice.document_id)):
            self._roots.setdefault(_story(voice), voice)
            outlet = fold_outlet(voice.publisher)
            if outlet not in self._outlets:
                self._outlets[outlet] = voice
                fresh.add(outlet)
        return frozenset(fresh)

    def speaker(self, testimony: Testimony) -> Speaker:
        root = self._roots[_story(testimony.voice)]
        cited = self._cited(testimony) or root
        return Speaker(fold_outlet(cited.publisher), TIER_WEIGHTS[cited.tier], root.published_at)

    def _cited(self, testimony: Testimony) -> Voice | None:
        attributed_to = testimony.claim.attributed_to
        return self._outlets.get(fold_outlet(attributed_to)) if attributed_to else None


def _story(voice: Voice) -> str:
    return voice.story_id or voice.document_id


def fold_outlet(name: str) -> str:
    """One key for the ways an outlet is named: `The Daily Model`, `daily-model.example`, `Daily Model`."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    if re.fullmatch(r"[\w\-]+(?:\.[\w\-]+)+", folded):
        folded = re.sub(r"^www\.", "", folded).rpartition(".")[0]
    folded = re.sub(r"^the\s+", "", folded)
    return "".join(char for char in folded if char.isalnum()) or folded


def is_official(testimony: Testimony) -> bool:
    """True for a document of the organisation itself. A language model's reading alone confirms nothing."""
    return testimony.voice.tier is Tier.OFFICIAL and testimony.claim.extractor != ExtractorKind.LLM


def speaks_for_itself(testimony: Testimony, kinship: Kinship) -> bool:
    """True when the words are attributed to the person or organisation that the event is about.

    Whose words they are is not taken from a language model alone.
    """
    name, claim = testimony.claim.attributed_to, testimony.claim
    if not name or claim.extractor == ExtractorKind.LLM:
        return False
    about = [(claim.subject, testimony.subject_id)]
    if claim.object is not None and testimony.object_id is not None:
        about.append((claim.object, testimony.object_id))
    return any(_is_named(name, mention, entity_id, kinship) for mention, entity_id in about)


def _is_named(name: str, mention: Mention, entity_id: str, kinship: Kinship) -> bool:
    names = (mention.name, *mention.aliases)
    if mention.kind is EntityKind.PERSON:
        held = kinship.name(entity_id)
        keys = {person_key(one) for one in ((*names, held) if held else names)}
        return person_key(name) in keys
    return _fold_team(name) in {_fold_team(one) for one in (*names, *kinship.names(entity_id))}


def _fold_team(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold().strip().lstrip("@")
    return re.sub(r"\s*(?:'s)?\s*(?:team|团队|group|集团|inc\.?|ltd\.?)$", "", folded).strip()


def status_of(stance: Stance, origins: int, *, attested: bool) -> EventStatus:
    """The rung of the ladder on which a value stands with this many independent origins behind it."""
    if stance is Stance.DENIES:
        return EventStatus.DENIED
    if stance is Stance.SPECULATES:
        return EventStatus.RUMOURED
    if attested:
        return EventStatus.CONFIRMED
    return EventStatus.CORROBORATED if origins > 1 else EventStatus.REPORTED


def confidence(backing: Mapping[str, float], against: Mapping[str, float], stance: Stance) -> float:
    """How likely the value holds, 0 to 1, from the weights of the origins for and against it.

    `s = 1 - Π(1 - w)` is the chance that at least one origin behind the value knows; `o` the same for the
    other side. Both cannot be right: the result is s(1 - o) / (1 - s·o). Guesses keep part of their weight.
    """
    part = SPECULATION if stance is Stance.SPECULATES else 1.0
    # Sorted, because a product of floats depends on the order of its factors in the last digit.
    supports = 1 - prod(sorted(1 - part * weight for weight in backing.values()))
    opposes = 1 - prod(sorted(1 - weight for weight in against.values()))
    return round(supports * (1 - opposes) / (1 - supports * opposes), 4) if supports * opposes < 1 else 0.5
