"""What became of each origin's word on an event: judged where something other than the voices' number decided.

That is: an official source or the people concerned, a person's judgement, or one side that took its word back.
A function of the event as it stands at one moment; guesses are no word, and who decided is not judged by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.categories import EventStatus, EventType, Result
from pipeline.ledger import Event
from pipeline.reconcile.conflicts import BY_SOURCES, Settlement
from pipeline.reconcile.disputes import Camp, Dispute
from pipeline.reconcile.events import EventState
from pipeline.reconcile.statements import EVENT, Stance, Statement
from pipeline.reconcile.tally import Position, PositionKey, Tally

Keys = set[PositionKey | None]
Said = Mapping[str, dt.datetime]  # by origin, when it first said so


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one origin's word on one attribute; the fields are those of `Outcome`."""

    attribute: str
    origin: str
    result: Result
    said_at: dt.datetime
    settled_by: str | None = None
    first: bool = False
    lead: dt.timedelta | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class PersonsWord:
    """What a person decided about a whole event."""

    status: EventStatus
    who: str
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Trial:
    """Who said what holds, who said otherwise and stands by it, and who took that back; decided when and by whom."""

    won: Said
    lost: Said
    gone: Said
    at: dt.datetime
    by: str
    deciding: str | None = None
    alone: frozenset[str] = field(default_factory=frozenset)
    whole_event: bool = False


def outcomes_of(
    state: EventState, row: Event, settlements: Iterable[Settlement], word: PersonsWord | None
) -> list[Judged]:
    """What became of every word on an event, by attribute and origin: at most one each."""
    trials: dict[str, _Trial] = {}
    if row.type is not EventType.METRIC:
        trial = _event_trial(state, row, word)
        if trial is not None:
            trials[EVENT] = trial
    for settlement in settlements:
        if settlement.attribute not in trials:
            trial = _conflict_trial(state, settlement)
            if trial is not None:
                trials[settlement.attribute] = trial
    found = [one for attribute, trial in trials.items() for one in _judged(attribute, trial)]
    return found if EVENT in trials else [*found, *_undecided(state, row)]


def _event_trial(state: EventState, row: Event, word: PersonsWord | None) -> _Trial | None:
    yes, no = _positions(state, Stance.SUPPORTS), _positions(state, Stance.DENIES)
    verdict = state.verdicts.get(EVENT)
    decided: tuple[dt.datetime, str | None, str]
    if word is not None and word.status in (EventStatus.CONFIRMED, EventStatus.RETRACTED):
        decided = (word.made_at.astimezone(dt.UTC), None, word.who)
        won, lost = (yes, no) if word.status is EventStatus.CONFIRMED else (no, yes)
    elif row.status is EventStatus.CONFIRMED:
        won, lost = yes, no
        decided = _deciding(won) or (row.last_known_at, None, "")
    elif row.status is EventStatus.DENIED and verdict is not None and verdict.attested:
        won, lost = no, yes
        decided = _deciding(won) or (row.last_known_at, None, "")
    elif not row.documents:
        won, lost, decided = [], [], (row.last_known_at, None, BY_SOURCES)
    else:
        return None
    at, origin, by = decided
    losing = Stance.DENIES if won is yes else Stance.SUPPORTS
    gone = _said(one for one in state.withdrawn(EVENT) if one.stance is losing)
    said = _first_said(won)
    before = frozenset(one for one, when in said.items() if when < at)
    wrong = frozenset({*_first_said(lost), *gone})
    alone = (before if len(before) == 1 else frozenset()) | (wrong if len(wrong) == 1 else frozenset())
    return _Trial(said, _first_said(lost), gone, at, by, origin, alone, whole_event=won is yes)


def _conflict_trial(state: EventState, settlement: Settlement) -> _Trial | None:
    """None where both sides still stand by their words: then they turned out to agree."""
    tally = state.tally(settlement.attribute)
    if tally is None:
        return None
    verdict = state.verdicts.get(settlement.attribute)
    live = verdict.dispute if verdict is not None else None
    last, by, resolution = settlement.dispute, settlement.resolved_by or "", settlement.resolution
    if live is not None and live.settled_by is not None:
        last, by, resolution = live, live.settled_by, live.outcome
    winning, losing = _sides((settlement.dispute, last), resolution, tally)
    won = [one for key, one in tally.positions.items() if key in winning]
    lost = [one for key, one in tally.positions.items() if key in losing]
    if by == BY_SOURCES and lost:
        return None
    gone = _said(one for one in state.withdrawn(settlement.attribute) if tally.key(one) in losing)
    deciding = _deciding(won) if last.settled_by is not None else None
    at, origin, _ = deciding or (settlement.resolved_at, None, "")
    return _Trial(_first_said(won), _first_said(lost), gone, at, by, origin)


def _sides(disputes: Iterable[Dispute], resolution: str | None, tally: Tally) -> tuple[Keys, Keys]:
    """The positions that won and those that lost: with a third value, or none, both sides lost."""
    winning: Keys = set()
    losing: Keys = set()
    for dispute in disputes:
        for camp in (dispute.left, dispute.right):
            (winning if camp.value.text == resolution else losing).update(_keys(camp, tally))
    return winning, losing - winning


def _keys(camp: Camp, tally: Tally) -> Keys:
    return {tally.key(statement) for statement in camp.statements} - {None}


def _judged(attribute: str, trial: _Trial) -> Iterator[Judged]:
    order = sorted((when, origin) for origin, when in trial.won.items())
    ahead = len(order) > 1 and order[0][0] < order[1][0] and trial.whole_event
    for origin in sorted({*trial.won, *trial.lost, *trial.gone}):
        result = _result(origin, trial)
        if result is None:
            continue
        first = ahead and origin == order[0][1]
        yield Judged(
            attribute=attribute,
            origin=origin,
            result=result,
            said_at=min(one[origin] for one in (trial.won, trial.lost, trial.gone) if origin in one),
            settled_by=trial.by,
            first=first,
            lead=order[1][0] - order[0][0] if first else None,
            alone=origin in trial.alone,
        )


def _result(origin: str, trial: _Trial) -> Result | None:
    """None for a word that only followed what was decided, or that was said both ways at once."""
    right = trial.won.get(origin)
    wrong = trial.lost.get(origin, trial.gone.get(origin))
    if right is None:
        return Result.WRONG if origin in trial.lost else Result.CORRECTED
    if wrong is not None:
        if origin not in trial.lost or wrong < right:
            return Result.CORRECTED
        return Result.WRONG if wrong > right else None
    if right < trial.at:
        return Result.RIGHT
    return Result.SETTLED if origin == trial.deciding else None


def _undecided(state: EventState, row: Event) -> Iterator[Judged]:
    """The one origin of a report that nobody else has brought and nothing has decided."""
    if row.type is EventType.METRIC or row.status is not EventStatus.REPORTED:
        return
    said = _first_said(_positions(state, Stance.SUPPORTS))
    if len(said) == 1:
        [(origin, when)] = said.items()
        yield Judged(EVENT, origin, Result.OPEN, when, alone=True)


def _positions(state: EventState, stance: Stance) -> list[Position]:
    tally = state.tally(EVENT)
    return tally.stance(stance) if tally else []


def _deciding(positions: Iterable[Position]) -> tuple[dt.datetime, str, str] | None:
    """The first word of an official source or of those concerned: when, through whom, and whose."""
    return min((one.deciding for one in positions if one.deciding), default=None)


def _first_said(positions: Iterable[Position]) -> dict[str, dt.datetime]:
    found: dict[str, dt.datetime] = {}
    for position in positions:
        for origin, when in position.said.items():
            found[origin] = min(when, found.get(origin, when))
    return found


def _said(statements: Iterable[Statement]) -> dict[str, dt.datetime]:
    found: dict[str, dt.datetime] = {}
    for statement in statements:
        origin = statement.speaker.origin
        found[origin] = min(statement.said_at, found.get(origin, statement.said_at))
    return found
