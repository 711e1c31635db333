"""Replay: a line's testimony, moment by moment, into events, facts and conflicts with their history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.ledger import Entity, Event, Judgement, Testimony
from pipeline.model import Value
from pipeline.reconcile.assembly import Assembly, possible_event_ids
from pipeline.reconcile.chronicle import Chronicle, fact_of
from pipeline.reconcile.conflicts import REGROUPED, ConflictChange, ConflictLog
from pipeline.reconcile.events import AS_OF, EventState
from pipeline.reconcile.grouping import Grouping
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.lines import Line, LineKey, Transition, line_of
from pipeline.reconcile.outcomes import PersonsWord, outcomes_of
from pipeline.reconcile.rulings import Rulings, bearing
from pipeline.reconcile.standing import (
    Happenings,
    Spans,
    decision_on,
    event_voices,
    fact_voices,
    outcome,
    status_change,
)
from pipeline.reconcile.statements import EVENT, OF_NO_EVENT, MentionKey, Statement, stance_of
from pipeline.reconcile.transitions import Step, transitions
from pipeline.reconcile.verdicts import Verdict
from pipeline.reconcile.voices import Chorus, fold_outlet, is_official, speaks_for_itself
from pipeline.standing import FactVoice, Outcome, StatusChange


def reconcile_line(
    testimony: Sequence[Testimony], judgements: Sequence[Judgement], entities: Mapping[str, Entity]
) -> Line:
    """Everything that the testimony and judgements of one line amount to, with its whole history.

    A function of the set it is given: order and repetition change nothing, and what is held as of a moment is
    what was known by then. Claims of what is no part of an event are passed over. Raises ValueError when the
    testimony belongs to more than one line.
    """
    distinct = _distinct(one for one in testimony if one.claim.attribute not in OF_NO_EVENT)
    keys = {line_of(one) for one in distinct.values()}
    if len(keys) > 1:
        raise ValueError(f"testimony of {len(keys)} lines given to reconcile_line, which takes one")
    if not keys:
        return Line()
    key = keys.pop()
    if key.metric == AS_OF:
        return Line()  # a time for which no figure is given tells of nothing that can be held
    replay = _Replay(key, Kinship(entities))
    for moment, happening in _moments(distinct, _bearing(key, distinct, judgements)):
        replay.advance(moment, happening)
    return replay.line()


def _bearing(line: LineKey, testimony: Mapping[str, Testimony], judgements: Sequence[Judgement]) -> Sequence[Judgement]:
    """The judgements on this line, so that what is decided elsewhere costs it nothing."""
    if not judgements:
        return ()
    attributes = {one.claim.attribute for one in testimony.values()} | {EVENT}
    return bearing(judgements, possible_event_ids(line, testimony.values()), attributes, testimony.keys())


@dataclass(slots=True)
class _Happening:
    """What comes to be known at one moment, by claim id where claims come and go."""

    arriving: dict[str, Testimony] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    judgements: list[Judgement] = field(default_factory=list)


def _distinct(testimony: Iterable[Testimony]) -> dict[str, Testimony]:
    """The testimony by claim id; of two versions of one claim that which was withdrawn first, if any was."""
    found: dict[str, Testimony] = {}
    for one in testimony:
        claim_id = one.claim.claim_id
        held = found.get(claim_id)
        if held is None or _precedence(one) < _precedence(held):
            found[claim_id] = one
    return dict(sorted(found.items()))


def _precedence(testimony: Testimony) -> tuple[bool, str, str]:
    voice = testimony.voice
    until = voice.withdrawn_at
    return (until is None, _utc(until).isoformat() if until else "", repr(testimony))


def _moments(
    testimony: Mapping[str, Testimony], judgements: Iterable[Judgement]
) -> list[tuple[dt.datetime, _Happening]]:
    found: dict[dt.datetime, _Happening] = defaultdict(_Happening)
    for claim_id, one in testimony.items():
        known, until = one.claim.known_at, one.voice.withdrawn_at
        found[_utc(known)].arriving[claim_id] = one
        if until is not None:
            found[_utc(max(known, until))].leaving.add(claim_id)
    for judgement in judgements:
        found[_utc(judgement.made_at)].judgements.append(judgement)
    return sorted(found.items())


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


class _Replay:
    """The state of one line while its moments go by."""

    def __init__(self, line: LineKey, kinship: Kinship) -> None:
        self._line = line
        self._kinship = kinship
        self._chorus = Chorus()
        self._rulings = Rulings()
        self._assembly = Assembly(line)
        self._chronicle = Chronicle()
        self._conflicts = ConflictLog(line.event_type)
        self._transitions: list[Transition] = []
        self._fact_voices = Spans[FactVoice](lambda one: (one.origin, one.against))
        self._outcomes = Spans[Outcome](lambda one: (one.attribute, one.origin))
        self._status_changes: list[StatusChange] = []
        self._events: dict[str, EventState] = {}
        self._testimony: dict[str, Testimony] = {}
        self._mention_of: dict[str, MentionKey] = {}
        self._claims: dict[MentionKey, list[str]] = defaultdict(list)
        self._citing: dict[str, list[str]] = defaultdict(list)
        self._standing: dict[str, str] = {}  # claim id to event id

    def line(self) -> Line:
        """What came of the moments so far."""
        events = {claim_id: self._assembly.event_of(key) for claim_id, key in self._mention_of.items()}
        chronicle = self._chronicle
        return Line(
            chronicle.all_events(),
            chronicle.all_facts(),
            self._conflicts.rows(),
            dict(sorted(events.items())),
            tuple(self._transitions),
            event_voices(self._standing, self._testimony, self._chorus),
            self._fact_voices.rows(),
            self._outcomes.rows(),
            tuple(self._status_changes),
        )

    def advance(self, moment: dt.datetime, happening: _Happening) -> None:
        """Take in what comes to be known at one moment, and write down what is held from then on."""
        self._rulings.take(happening.judgements)
        touched, restated = self._assemble(happening.arriving, moment, self._hear(happening.arriving))
        touched |= {self._standing[claim_id] for claim_id in restated}
        for claim_id in sorted(restated):
            self._withdraw(claim_id)
        for claim_id in sorted(restated | set(happening.arriving)):
            touched.add(self._state(claim_id))
        told: defaultdict[str, Happenings] = defaultdict(Happenings)
        for claim_id, one in happening.arriving.items():
            told[self._standing[claim_id]].arrived.append(one)
        corrected: dict[str, set[str]] = defaultdict(set)
        for claim_id in sorted(happening.leaving):
            event_id = self._standing[claim_id]
            told[event_id].left.append(self._testimony[claim_id])
            corrected[event_id] |= self._withdraw(claim_id, for_good=True)
            touched.add(event_id)
        if happening.judgements:
            touched |= set(self._events)
            for event in self._events.values():
                event.touch_all()
        for event_id in sorted(touched):
            before = self._chronicle.event(event_id)
            self._settle(event_id, moment, frozenset(corrected[event_id]))
            self._note_status(before, event_id, moment, told[event_id], happening.judgements)

    def _hear(self, arriving: Mapping[str, Testimony]) -> set[str]:
        """Listen to what is new; gives the earlier claims that turn out to be the word of another outlet."""
        moved = self._chorus.hear(arriving.values())
        citing = {claim_id for outlet in moved for claim_id in self._citing[outlet]}
        for claim_id, one in arriving.items():
            self._testimony[claim_id] = one
            if one.claim.attributed_to:
                self._citing[fold_outlet(one.claim.attributed_to)].append(claim_id)
        return citing

    def _assemble(
        self, arriving: Mapping[str, Testimony], moment: dt.datetime, citing: set[str]
    ) -> tuple[set[str], set[str]]:
        """Place the tellings; gives the events that gain or lose one, and claims to be stated anew."""
        placed = []
        for claim_id, one in arriving.items():
            published = self._chorus.speaker(one).published_at.date()
            key = self._assembly.mention_key(one, published)
            self._mention_of[claim_id] = key
            self._claims[key].append(claim_id)
            placed.append((key, one, published))
        affected = self._assembly.take(placed, moment, self._groupings())
        touched: set[str] = set()
        for key, was in affected.items():
            event_id = self._assembly.event_of(key)
            touched |= {event_id} if was is None else {event_id, was}
            if was is not None:
                self._events[was].mentions.pop(key)
            event = self._events.setdefault(event_id, EventState(event_id, self._line, self._kinship))
            event.mentions[key] = self._assembly.mentions[key]
        restated = citing.union(*(self._claims[key] for key in affected))
        return touched, {claim_id for claim_id in restated if claim_id in self._standing}

    def _groupings(self) -> list[Grouping]:
        """The merges and splits decided so far, in terms of the tellings that are known by now."""

        def told(claims: Iterable[str]) -> frozenset[MentionKey]:
            return frozenset(self._mention_of[claim] for claim in claims if claim in self._mention_of)

        return [Grouping(one.decision, told(one.claims), told(one.other_claims)) for one in self._rulings.groupings]

    def _state(self, claim_id: str) -> str:
        """Count a claim for the event it belongs to; gives the event's id."""
        one, key = self._testimony[claim_id], self._mention_of[claim_id]
        mention, official = self._assembly.mentions[key], is_official(one)
        claim = one.claim
        statement = Statement(
            claim_id=claim_id,
            testimony=one,
            value=claim.value,
            object_id=one.object_id,
            stance=stance_of(claim),
            speaker=self._chorus.speaker(one),
            official=official,
            attested=official or speaks_for_itself(one, self._kinship),
            dated=mention.narrowest,
        )
        event_id = self._standing[claim_id] = self._assembly.event_of(key)
        self._events[event_id].add(statement, mention)
        return event_id

    def _withdraw(self, claim_id: str, *, for_good: bool = False) -> frozenset[str]:
        return self._events[self._standing.pop(claim_id)].remove(claim_id, for_good=for_good)

    def _settle(self, event_id: str, moment: dt.datetime, corrected: frozenset[str]) -> None:
        """Write down what is held of one event from this moment on."""
        event, chronicle = self._events[event_id], self._chronicle
        if not event.mentions:
            chronicle.end_event(event_id, moment)
            self._conflicts.close_event(event_id, moment, REGROUPED)
            self._fact_voices.end_event(event_id, moment)
            self._outcomes.end_event(event_id, moment)
            del self._events[event_id]
            return
        ids = (event_id,) if self._rulings.empty else self._assembly.ids_of(event.mentions)
        before, facts_before = chronicle.event(event_id), dict(chronicle.facts(event_id))
        changes = []
        for attribute in sorted(event.weigh(self._rulings, ids)):
            change = self._settle_attribute(event, attribute, moment, ids)
            changes += [change] if change else []
        disputed = self._conflicts.has_open(event_id)
        row = event.row(self._rulings, ids, disputed=disputed)
        if before is not None and not row.documents:
            # Nobody stands by it any more; what it was about is still what it was about.
            row = replace(row, object_id=before.object_id, dates=before.dates)
        chronicle.write_event(row, moment)
        after = chronicle.event(event_id)
        assert after is not None
        step = Step(
            moment=moment,
            before=before,
            after=after,
            facts_before=facts_before,
            facts_after=chronicle.facts(event_id),
            changes=changes,
            corrected=corrected,
            state=event,
            ruled_by=ruled[1] if (ruled := self._rulings.on_event(ids)) else None,
            decided=lambda attribute: self._rulings.made_at(moment, ids, attribute),
        )
        self._transitions += transitions(step)
        self._judge(event, after, moment, ids)

    def _note_status(
        self, before: Event | None, event_id: str, moment: dt.datetime, told: Happenings, judgements: list[Judgement]
    ) -> None:
        """Write down what moved an event on the ladder, if anything did."""
        after = self._chronicle.event(event_id)
        if after is None:
            return
        ids = self._assembly.ids_of(self._events[event_id].mentions) if judgements else ()
        decided = decision_on(filter(self._bears, judgements), ids)
        change = status_change(before, after, moment, told, decided, self._kinship)
        self._status_changes += [change] if change else []

    def _bears(self, judgement: Judgement) -> bool:
        """False for a merge or split that speaks only of what nobody had said by then: it moved nothing."""
        return not judgement.claims or any(claim_id in self._mention_of for claim_id in judgement.claims)

    def _judge(self, event: EventState, row: Event, moment: dt.datetime, ids: tuple[str, ...]) -> None:
        """Write down what became of everybody's word on an event."""
        ruled, made_at = self._rulings.on_event(ids), self._rulings.decided_at(ids)
        word = PersonsWord(*ruled, made_at) if ruled and made_at else None
        judged = outcomes_of(event, row, self._conflicts.settlements(event.event_id), word)
        records = [outcome(event.event_id, one, self._chorus, moment) for one in judged]
        self._outcomes.write((event.event_id, ""), records, moment)

    def _settle_attribute(
        self, event: EventState, attribute: str, moment: dt.datetime, ids: tuple[str, ...]
    ) -> ConflictChange | None:
        verdict, event_id = event.verdicts.get(attribute), event.event_id
        if verdict is None:
            self._chronicle.end_fact(event_id, attribute, moment)
        else:
            self._chronicle.write_fact(fact_of(event_id, attribute, verdict.value, verdict, moment))
        self._write_voices(event_id, attribute, verdict, moment)
        if attribute == self._line.metric:
            self._settle_as_of(event, moment)
        dispute, held = (verdict.dispute, verdict.value.text) if verdict else (None, None)
        ruling = self._rulings.on_conflict(ids, attribute)
        return self._conflicts.update(event_id, attribute, dispute, moment, ruling, held)

    def _settle_as_of(self, event: EventState, moment: dt.datetime) -> None:
        """A metric's time is a fact of its own, on the word of those who give the figure."""
        dates, verdict = event.as_of(), event.verdicts.get(event.lead)
        stated = dates is not None and verdict is not None
        self._write_voices(event.event_id, AS_OF, verdict if stated else None, moment)
        if dates is None or verdict is None:
            self._chronicle.end_fact(event.event_id, AS_OF, moment)
            return
        value = Value(str(dates), dates=dates)
        self._chronicle.write_fact(fact_of(event.event_id, AS_OF, value, verdict, moment))

    def _write_voices(self, event_id: str, attribute: str, verdict: Verdict | None, moment: dt.datetime) -> None:
        voices = fact_voices(event_id, attribute, verdict, self._chorus, moment) if verdict else ()
        self._fact_voices.write((event_id, attribute), voices, moment)
