"""Transitions: what changed between two states of an event that may be worth telling somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.categories import AlertKind, ConflictKind, EventStatus, EventType
from pipeline.ledger import Event, Fact, Judgement
from pipeline.reconcile.agreement import Family, Held, agree, family_of
from pipeline.reconcile.conflicts import ConflictChange, Turn
from pipeline.reconcile.disputes import Camp
from pipeline.reconcile.events import AS_OF, EventState
from pipeline.reconcile.lines import Cast, Transition
from pipeline.reconcile.statements import DATE_ATTRIBUTES, EVENT, Statement

QUOTES = 3  # a side; each from another origin

_LADDER = {
    EventStatus.RETRACTED: -1,
    EventStatus.DENIED: -1,
    EventStatus.RUMOURED: 0,
    EventStatus.REPORTED: 1,
    EventStatus.CORROBORATED: 2,
    EventStatus.CONFIRMED: 3,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event before and after one moment. `corrected` are attributes that lost a withdrawn claim.

    `ruled_by` is who gave the event its status, where a person did; `decided` what was decided of an attribute
    (None: of the event) at this moment.
    """

    moment: dt.datetime
    before: Event | None
    after: Event
    facts_before: Mapping[str, Fact]
    facts_after: Mapping[str, Fact]
    changes: Sequence[ConflictChange]
    corrected: frozenset[str]
    state: EventState
    ruled_by: str | None = None
    decided: Callable[[str | None], Judgement | None] = lambda _: None


def transitions(step: Step) -> list[Transition]:
    """The transitions of a step: the event itself first, then conflicts, then single facts."""
    if step.before is None:
        if step.after.status is EventStatus.RETRACTED:
            return []
        return [_transition(step, AlertKind.NEW_EVENT, None, "new"), *_conflicts(step)]
    return [*_status(step, step.before.status), *_conflicts(step), *_facts(step)]


def _status(step: Step, before: EventStatus) -> Iterator[Transition]:
    after = step.after.status
    if after is before:
        return
    raised = _LADDER[after] > _LADDER[before]
    kind = AlertKind.STATUS_RAISED if raised else AlertKind.CORRECTION
    decided = step.decided(None)
    # What a person decides is news each time, also when it was decided before.
    yield _transition(step, kind, None, f"{after.value}#{decided.judgement_id}" if decided else after.value)


def _conflicts(step: Step) -> Iterator[Transition]:
    for change in step.changes:
        dispute = change.dispute
        if change.turn is Turn.CHANGED and dispute.kind is ConflictKind.TIME_ZONE:
            continue  # readers know of the conflict; that time zones may explain it is not news of its own
        casts = (_cast(dispute.left), _cast(dispute.right))
        if change.turn is Turn.RESOLVED:
            kind, state = AlertKind.CONFLICT_RESOLVED, f"#{change.opening}"
        else:
            kind, state = AlertKind.CONFLICT_OPENED, f"{dispute.kind}#{change.opening}"
        yield _transition(step, kind, change.attribute, state, casts, change)


def _facts(step: Step) -> Iterator[Transition]:
    """Facts that are new on a known event, changed, or gone; not those under dispute or only worded anew."""
    if step.after.status is EventStatus.RETRACTED:
        return  # that says it all
    disputed = {change.attribute for change in step.changes}
    for attribute in sorted(step.facts_before.keys() | step.facts_after.keys()):
        family = family_of(step.after.type, attribute)
        verdict = step.state.verdicts.get(attribute)
        contested = verdict is not None and verdict.dispute is not None and not verdict.dispute.settled_by
        if attribute in (EVENT, AS_OF) or family is Family.WORDING or attribute in disputed or contested:
            continue
        held, holds = step.facts_before.get(attribute), step.facts_after.get(attribute)
        if held is not None and holds is not None and held.value == holds.value:
            continue
        if held is not None and holds is not None and _bounds_later(held, holds):
            continue
        if held is None and holds is not None and not _tells_more(family, holds, step):
            continue
        if held is None and holds is not None and _told_with_the_status(attribute, holds, step):
            continue
        if holds is None:
            if attribute in step.corrected:
                yield _transition(step, AlertKind.CORRECTION, attribute, "withdrawn")
            continue
        counts = step.after.type is EventType.METRIC  # a counter that grows on its page corrects nothing
        corrected = (
            not counts
            and attribute in step.corrected
            and held is not None
            and not _compatible(family, held, holds, step)
        )
        kind = AlertKind.CORRECTION if corrected else AlertKind.FACT_CHANGED
        yield _transition(step, kind, attribute, holds.value.text)


def _tells_more(family: Family, holds: Fact, step: Step) -> bool:
    """True when an attribute's first value says something that the event did not show before."""
    if family is Family.ORGANISATION:
        return step.before is None or step.before.object_id is None
    dates = step.before.dates if step.before else None
    return holds.value.dates is None or dates is None or not holds.value.dates.contains(dates)


def _told_with_the_status(attribute: str, holds: Fact, step: Step) -> bool:
    """True for the first day of an event whose status changes with it: that alert's headline names the day."""
    if step.before is None or step.before.dates is not None or step.after.status is step.before.status:
        return False
    # That a day is the one on which it takes effect is more than the headline says.
    return attribute in DATE_ATTRIBUTES and attribute != "effective" and holds.value.dates == step.after.dates


def _bounds_later(held: Fact, holds: Fact) -> bool:
    """True when a day `by then` is only said later than before, as a library does whenever it replaces a file."""
    before, after = held.value.dates, holds.value.dates
    if before is None or after is None or {before.precision, after.precision} != {"by"}:
        return False
    return before.last < after.last


def _compatible(family: Family, held: Fact, holds: Fact, step: Step) -> bool:
    return agree(family, Held(held.value), Held(holds.value), step.state.kinship)


def _transition(
    step: Step,
    kind: AlertKind,
    attribute: str | None,
    state: str,
    casts: tuple[Cast, ...] | None = None,
    change: ConflictChange | None = None,
) -> Transition:
    return Transition(
        kind=kind,
        moment=step.moment,
        event=step.after,
        attribute=attribute,
        state=state,
        facts=tuple(step.facts_after[one] for one in sorted(step.facts_after)),
        casts=_backing(step, attribute) if casts is None else casts,
        status_before=step.before.status if step.before else None,
        held=step.facts_before.get(attribute) if attribute else None,
        conflict=change.conflict if change else None,
        word_of=_word_of(step),
        decided=step.decided(attribute),
        dates_before=step.before.dates if step.before else None,
    )


def _backing(step: Step, attribute: str | None) -> tuple[Cast, ...]:
    """The one side of a transition that is no conflict: who stands behind the event or the fact."""
    verdict = step.state.verdicts.get(attribute or step.state.lead)
    if verdict is None:
        return ()
    statements = [one for position in verdict.backing for one in position.statements.values()]
    overruled = _overruled(step)
    sound = [one for one in statements if not any(_share_words(one, other) for other in overruled)]
    return (Cast(verdict.value.text, len(verdict.origins), _best(sound or statements)),)


def _overruled(step: Step) -> list[Statement]:
    """What disputes that are settled went against: a sentence that holds it is no good witness for the rest of it."""
    return [
        statement
        for verdict in step.state.verdicts.values()
        if verdict.dispute is not None and verdict.dispute.settled_by is not None
        for camp in (verdict.dispute.left, verdict.dispute.right)
        if camp.value != verdict.value
        for statement in camp.statements
    ]


def _share_words(one: Statement, other: Statement) -> bool:
    same_text = one.document_id == other.document_id
    return same_text and one.claim.start < other.claim.end and other.claim.start < one.claim.end


def _cast(camp: Camp) -> Cast:
    return Cast(camp.value.text, len(camp.origins), _best(camp.statements))


def _best(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Up to three claims of different origins: official words first, then the weightier and the earlier."""
    chosen: dict[str, str] = {}
    for statement in sorted(statements, key=_merit):
        chosen.setdefault(statement.speaker.origin, statement.claim_id)
        if len(chosen) == QUOTES:
            break
    return tuple(chosen.values())


def _merit(statement: Statement) -> tuple[object, ...]:
    attribute = statement.claim.attribute
    told = 0 if attribute == EVENT else 1 if attribute in DATE_ATTRIBUTES else 2
    published = statement.testimony.voice.published_at
    return (not statement.attested, -statement.speaker.weight, told, published, statement.claim_id)


def _word_of(step: Step) -> str | None:
    """Who confirmed the event, or denied it: an official source by its name, or whoever is quoted."""
    if step.ruled_by is not None:
        return step.ruled_by
    verdict = step.state.verdicts.get(step.state.lead)
    if verdict is None:
        return None
    statements = (one for position in verdict.backing for one in position.statements.values() if one.attested)
    first = min(statements, key=lambda one: (not one.official, one.claim.known_at, one.claim_id), default=None)
    if first is None:
        return None
    return first.testimony.voice.publisher if first.official else first.claim.attributed_to
