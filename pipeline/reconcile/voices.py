"""Whose word a claim is: independent origins, official voices, and the status ladder."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from pipeline.categories import EntityKind, EventStatus, ExtractorKind, Tier
from pipeline.ledger import Testimony, Voice
from pipeline.model import Mention
from pipeline.naming.persons import person_key
from pipeline.reconcile.confidence import PRIORS
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.statements import Speaker, Stance


class Chorus:
    """Who stands behind each claim, from the testimony heard so far.

    A story's origin is the outlet it was first known from; copies of it speak with that outlet's voice. A
    claim that its document attributes to another outlet heard here is that outlet's, or, where that one has
    never said a word of its own, of the outlet that it in turn repeats. What was heard once never changes
    through later copies, so adding copies adds nothing.
    """

    def __init__(self) -> None:
        self._roots: dict[str, Voice] = {}
        self._outlets: dict[str, Voice] = {}
        self._repeats: defaultdict[str, set[str]] = defaultdict(set)  # outlet to whose words it gave, its own too
        self._behind: dict[str, str | None] = {}  # of everybody that is cited: whose voice that is, if an outlet's

    def hear(self, arriving: Iterable[Testimony]) -> frozenset[str]:
        """Hear the testimony of one moment; gives the cited outlets (folded) that now stand for another voice."""
        testimony = list(arriving)
        voices = {one.voice for one in testimony}
        for voice in sorted(voices, key=lambda voice: (voice.known_at, voice.document_id)):
            self._roots.setdefault(_story(voice), voice)
            self._outlets.setdefault(fold_outlet(voice.publisher), voice)
        for one in testimony:
            root, publisher = fold_outlet(self.root(one).publisher), fold_outlet(one.voice.publisher)
            attributed_to = one.claim.attributed_to
            cited = fold_outlet(attributed_to) if attributed_to else root
            self._repeats[root].add(cited)
            if publisher != root:
                self._repeats[publisher].add(root)
            if cited != root:
                self._behind.setdefault(cited, None)
        return self._follow()

    def root(self, testimony: Testimony) -> Voice:
        """The voice from which the story of a testimony was first known."""
        return self._roots[_story(testimony.voice)]

    def cited(self, testimony: Testimony) -> str | None:
        """The outlet (folded) that a testimony cites, where it is heard here and is not its own."""
        attributed_to = testimony.claim.attributed_to
        name = fold_outlet(attributed_to) if attributed_to else None
        return name if name in self._outlets and name != fold_outlet(self.root(testimony).publisher) else None

    def speaker(self, testimony: Testimony) -> Speaker:
        root, cited = self.root(testimony), self.cited(testimony)
        behind = self._behind[cited] if cited else None
        voice = self._outlets[behind] if behind else root
        origin = fold_outlet(voice.publisher)
        borrowed = cited is not None and origin != fold_outlet(root.publisher)
        return Speaker(origin, PRIORS[voice.tier], root.published_at, borrowed)

    def borrowed(self, testimony: Testimony) -> bool:
        """True when a document gives the word of another outlet, and says so."""
        return self.speaker(testimony).borrowed

    def tier(self, origin: str) -> Tier:
        return self._outlets[origin].tier

    def name(self, origin: str) -> str:
        """What an outlet calls itself, as it was first heard."""
        return self._outlets[origin].publisher

    def _follow(self) -> frozenset[str]:
        """Find out anew whose voice is behind each cited outlet; gives those where that changed."""
        found = {outlet: self._origin_of(outlet) if outlet in self._outlets else None for outlet in self._behind}
        moved = frozenset(outlet for outlet, origin in found.items() if origin != self._behind[outlet])
        self._behind = found
        return moved

    def _origin_of(self, outlet: str) -> str:
        """The outlet whose words `outlet` gives. Of outlets that only cite each other in a circle, one."""
        passed: list[str] = []
        while outlet not in passed:
            repeated = self._repeats.get(outlet, set())
            if not repeated or any(one == outlet or one not in self._outlets for one in repeated):
                return outlet
            passed.append(outlet)
            outlet = min(repeated)
        return min(passed[passed.index(outlet) :])


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
