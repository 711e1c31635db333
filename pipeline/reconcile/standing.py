"""Who stands behind what, moment by moment: written beside the chronicle of a line, and like it never rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from pipeline.categories import EventStatus, MovedBy, VoiceRole
from pipeline.ledger import Event, Judgement, Testimony
from pipeline.reconcile.confidence import tier_of
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.outcomes import Judged
from pipeline.reconcile.rulings import conflict_id
from pipeline.reconcile.statements import EVENT, Stance, stance_of
from pipeline.reconcile.verdicts import Verdict
from pipeline.reconcile.voices import Chorus, fold_outlet, is_official, speaks_for_itself
from pipeline.standing import EventVoice, FactVoice, Outcome, StatusChange

Dated = TypeVar("Dated", bound=FactVoice | Outcome)


class Spans(Generic[Dated]):
    """Records with the time during which they held; fed in order of time, a scope (event, attribute) at a time."""

    def __init__(self, key: Callable[[Dated], object]) -> None:
        self._key: Callable[[Dated], object] = key
        self._ended: list[Dated] = []
        self._standing: dict[tuple[str, str], dict[object, Dated]] = {}

    def write(self, scope: tuple[str, str], records: Iterable[Dated], moment: dt.datetime) -> None:
        """Take note of all that holds in a scope from `moment` on; what is as before goes on."""
        before = self._standing.pop(scope, {})
        standing: dict[object, Dated] = {}
        for record in records:
            key = self._key(record)
            held = before.get(key)
            same = held is not None and replace(record, known_from=held.known_from) == held
            standing[key] = before.pop(key) if same else record
        self._ended += [replace(one, known_to=moment) for one in before.values() if one.known_from != moment]
        if standing:
            self._standing[scope] = standing

    def end_event(self, event_id: str, moment: dt.datetime) -> None:
        for scope in [scope for scope in self._standing if scope[0] == event_id]:
            self.write(scope, (), moment)

    def rows(self) -> tuple[Dated, ...]:
        found = [*self._ended, *(one for scope in self._standing.values() for one in scope.values())]
        found.sort(key=lambda one: (one.event_id, one.attribute, one.origin, one.known_from, repr(self._key(one))))
        return tuple(found)


def fact_voices(
    event_id: str, attribute: str, verdict: Verdict, chorus: Chorus, moment: dt.datetime
) -> Iterator[FactVoice]:
    """Who stands behind a fact and against it."""
    guess = verdict.stance is Stance.SPECULATES
    for voices, against in ((verdict.origins, False), (verdict.against, True)):
        for origin, prior in voices.items():
            name, tier = chorus.name(origin), tier_of(prior)
            yield FactVoice(event_id, attribute, origin, name, tier, against, guess and not against, moment)


def outcome(event_id: str, judged: Judged, chorus: Chorus, moment: dt.datetime) -> Outcome:
    """The record of a word that was judged at `moment`."""
    return Outcome(
        event_id=event_id,
        attribute=judged.attribute,
        origin=judged.origin,
        name=chorus.name(judged.origin),
        tier=chorus.tier(judged.origin),
        result=judged.result,
        first=judged.first,
        lead=judged.lead,
        alone=judged.alone,
        said_at=judged.said_at,
        settled_by=judged.settled_by,
        known_from=moment,
    )


@dataclass(slots=True)
class Happenings:
    """What came to be known of one event at one moment: new words, and words taken back."""

    arrived: list[Testimony] = field(default_factory=list)
    left: list[Testimony] = field(default_factory=list)


def status_change(
    before: Event | None,
    after: Event,
    moment: dt.datetime,
    happenings: Happenings,
    decided: Judgement | None,
    kinship: Kinship,
) -> StatusChange | None:
    """The step on the ladder that an event took at `moment`, and what moved it; None where it took none.

    A person's decision goes before words, and words before their withdrawal; of several words that which is of
    the kind that gives such a status, then the earlier one.
    """
    if before is not None and before.status is after.status:
        return None
    change = StatusChange(
        after.event_id, before.status if before else None, after.status, moment, moved_by=MovedBy.REGROUPED
    )
    if decided is not None:
        return replace(change, moved_by=MovedBy.DECIDED, judgement_id=decided.judgement_id)
    for how, words in ((MovedBy.SAID, happenings.arrived), (MovedBy.WITHDRAWN, happenings.left)):
        word = min(words, key=lambda one: (not _gives(one, after.status, kinship), _weight(one)), default=None)
        if word is not None:
            claim = word.claim
            return replace(change, moved_by=how, document_id=claim.document_id, claim_id=claim.claim_id)
    return change


def event_voices(
    standing: Mapping[str, str], testimony: Mapping[str, Testimony], chorus: Chorus
) -> tuple[EventVoice, ...]:
    """The documents that tell of each event now, each once. `standing` is by claim the event it is counted for."""
    claims: dict[tuple[str, str], list[Testimony]] = {}
    for claim_id, event_id in standing.items():
        one = testimony[claim_id]
        claims.setdefault((event_id, one.claim.document_id), []).append(one)
    told = [_event_voice(event_id, words, chorus) for (event_id, _), words in claims.items()]
    heard: dict[tuple[str, str], dt.datetime] = {}
    for voice in told:
        key = (voice.event_id, voice.origin)
        heard[key] = min(voice.first_said_at, heard.get(key, voice.first_said_at))
    first: dict[str, tuple[bool, dt.datetime, str]] = {}
    for voice in told:
        candidate = (voice.against, heard[voice.event_id, voice.origin], voice.origin)
        first[voice.event_id] = min(candidate, first.get(voice.event_id, candidate))
    placed = (
        replace(
            voice,
            first_said_at=heard[voice.event_id, voice.origin],
            role=VoiceRole.FIRST
            if voice.role is VoiceRole.INDEPENDENT and first[voice.event_id][2] == voice.origin
            else voice.role,
        )
        for voice in told
    )
    return tuple(sorted(placed, key=lambda one: (one.event_id, one.first_said_at, one.since, one.document_id)))


def _event_voice(event_id: str, words: list[Testimony], chorus: Chorus) -> EventVoice:
    """One document's part in an event; a word of its own makes it no mere citation."""
    quoted = min(words, key=lambda one: (chorus.borrowed(one), _weight(one)))
    voice, speaker = quoted.voice, chorus.speaker(quoted)
    copied = fold_outlet(chorus.root(quoted).publisher) != fold_outlet(voice.publisher)
    role = VoiceRole.INDEPENDENT
    if chorus.borrowed(quoted):
        role = VoiceRole.CITES
    elif copied:
        role = VoiceRole.COPY
    said_at = min(speaker.published_at, quoted.claim.known_at)
    return EventVoice(
        event_id=event_id,
        document_id=voice.document_id,
        claim_id=quoted.claim.claim_id,
        origin=speaker.origin,
        name=chorus.name(speaker.origin),
        outlet=fold_outlet(voice.publisher),
        role=role,
        against=all(stance_of(one.claim) is Stance.DENIES for one in words),
        first_said_at=said_at.astimezone(dt.UTC),
        since=voice.published_at.astimezone(dt.UTC),
    )


def decision_on(judgements: Iterable[Judgement], ids: Collection[str]) -> Judgement | None:
    """The last decision about an event, or about whether it happened at all."""
    conflicts = {conflict_id(event_id, EVENT) for event_id in ids}
    about = (one for one in judgements if one.event_id in ids or one.conflict_id in conflicts)
    return max(about, key=lambda one: (one.made_at, one.judgement_id), default=None)


def _gives(testimony: Testimony, status: EventStatus, kinship: Kinship) -> bool:
    """True for a word of the kind on which an event has such a status."""
    stance = stance_of(testimony.claim)
    match status:
        case EventStatus.DENIED | EventStatus.RETRACTED:
            return stance is Stance.DENIES
        case EventStatus.RUMOURED:
            return stance is Stance.SPECULATES
        case EventStatus.CONFIRMED:
            attested = is_official(testimony) or speaks_for_itself(testimony, kinship)
            return attested and stance is Stance.SUPPORTS
        case _:
            return stance is Stance.SUPPORTS


def _weight(testimony: Testimony) -> tuple[object, ...]:
    claim, voice = testimony.claim, testimony.voice
    hedged = (stance_of(claim) is Stance.SPECULATES, claim.attribute != EVENT, claim.attributed_to is not None)
    return (not is_official(testimony), *hedged, voice.published_at, voice.document_id, claim.start, claim.claim_id)
