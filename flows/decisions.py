"""From what a person asks for to a judgement on what is stored, or why there is nothing to decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.categories import ConflictStatus, EventType
from pipeline.errors import JudgementError
from pipeline.intervals import DateInterval
from pipeline.ledger import Conflict, Judgement, Testimony
from pipeline.model import content_id
from pipeline.reconcile.agreement import Family, family_of
from warehouse import LineChange, Writer
from warehouse.stored_ledger import StoredEvent

LISTED = 5  # candidates that an ambiguous id is told with
_ONLY_SIDES = frozenset({Family.PRESENCE, Family.FLAG})


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for: `targets` and `claims` are ids or the beginnings of ids."""

    decision: str
    targets: tuple[str, ...]
    reason: str
    who: str
    made_at: dt.datetime
    value: str | None = None
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about: events of one line, and the conflict where it is about one."""

    events: tuple[StoredEvent, ...]
    conflict: Conflict | None = None

    @property
    def event(self) -> StoredEvent:
        return self.events[0]


def target_of(writer: Writer, request: Request) -> Target:
    """What the ids of a request mean. Raises JudgementError where that is nothing, or not one thing."""
    if request.decision == "resolve":
        conflict = _conflict(writer, request.targets[0])
        return Target((_event(writer, conflict.event_id),), conflict)
    if request.decision == "reopen" and writer.conflicts_beginning_with(request.targets[0]):
        if writer.events_beginning_with(request.targets[0]):
            raise JudgementError(f"{request.targets[0]} begins the id of a conflict and of an event: give more of it")
        conflict = _conflict(writer, request.targets[0])
        return Target((_event(writer, conflict.event_id),), conflict)
    return Target(tuple(_standing(_event(writer, one)) for one in request.targets))


def judgement_of(
    request: Request, target: Target, held: LineChange, testimony: Sequence[Testimony], made: Sequence[Judgement]
) -> tuple[Judgement, str | None]:
    """The judgement, and what the person should know of it.

    `held` is the stored line of the target, `made` are the judgements so far. Raises JudgementError where there
    is nothing to decide.
    """
    note, value = None, None
    claims: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    match request.decision:
        case "resolve" if target.conflict:
            value, note = _resolved(request, target.conflict, target.event)
        case "merge":
            claims = _merged(target, held.claim_events)
        case "split":
            claims, note = _split(request, target.event, held.claim_events, testimony)
        case "reopen" if target.conflict:
            if target.conflict.status is ConflictStatus.OPEN:
                raise JudgementError(f"conflict {target.conflict.conflict_id} is open: there is nothing to reopen")
        case _:
            _check_decided(request, target, made)
    conflict_id = target.conflict.conflict_id if target.conflict else None
    event_id = None if target.conflict else target.event.event_id
    parts = (request.decision, conflict_id, event_id, value, *claims[0], request.who, request.made_at.isoformat())
    judgement = Judgement(
        judgement_id=content_id("judgement", *parts),
        conflict_id=conflict_id,
        event_id=event_id,
        decision=request.decision,
        value=value,
        reason=request.reason,
        who=request.who,
        made_at=request.made_at,
        claims=claims[0],
        other_claims=claims[1],
    )
    return judgement, note


def decided_on(line: LineChange, judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements on what is in this line."""
    events = {version.event.event_id for version in line.events}
    conflicts = {one.conflict_id for one in line.conflicts}
    return [
        one
        for one in judgements
        if one.event_id in events
        or one.conflict_id in conflicts
        or any(claim in line.claim_events for claim in (*one.claims, *one.other_claims))
    ]


def _conflict(writer: Writer, prefix: str) -> Conflict:
    found = writer.conflicts_beginning_with(prefix) if prefix else []
    if not found:
        raise JudgementError(
            f"no conflict has an id that begins with {prefix!r}; `qwen-watch conflicts --all` has them"
        )
    if len(found) > 1:
        raise JudgementError(_ambiguous(prefix, "conflicts", [one.conflict_id for one in found]))
    return found[0]


def _event(writer: Writer, prefix: str) -> StoredEvent:
    found = writer.events_beginning_with(prefix) if prefix else []
    if not found:
        raise JudgementError(f"no event has an id that begins with {prefix!r}; `qwen-watch facts` has them")
    if len(found) > 1:
        raise JudgementError(_ambiguous(prefix, "events", [one.event_id for one in found]))
    return found[0]


def _standing(event: StoredEvent) -> StoredEvent:
    if not event.standing:
        raise JudgementError(f"event {event.event_id} is part of another event now: decide about that one")
    return event


def _ambiguous(prefix: str, things: str, ids: Sequence[str]) -> str:
    more = f" and {len(ids) - LISTED} more" if len(ids) > LISTED else ""
    return f"{prefix!r} begins the ids of {len(ids)} {things}: {', '.join(ids[:LISTED])}{more}; give more of it"


def _resolved(request: Request, conflict: Conflict, event: StoredEvent) -> tuple[str | None, str | None]:
    if conflict.status is not ConflictStatus.OPEN:
        how = f"for {conflict.resolution}" if conflict.resolution else "without a value"
        raise JudgementError(
            f"conflict {conflict.conflict_id} is resolved already, {how}, by {conflict.resolved_by}: there is nothing "
            "to resolve; `qwen-watch reopen` opens what a person resolved"
        )
    if request.value is None:
        return None, None
    sides = (conflict.left_value, conflict.right_value)
    family = family_of(EventType(event.line[0]), conflict.attribute)
    value = _written(request.value, family)
    for side in sides:
        if side.casefold() == value.casefold() or _written_or_none(side, family) == value:
            return side, None
    if family in _ONLY_SIDES:
        raise JudgementError(f"{conflict.attribute} can only be what one side says: {sides[0]!r} or {sides[1]!r}")
    return value, f"neither side says {value}: it is held on the word of {request.who}"


def _written(text: str, family: Family) -> str:
    """A value in the form in which the ledger has it. Raises JudgementError for no date or number."""
    text = " ".join(text.split())
    try:
        if family is Family.DATE:
            return str(DateInterval.parse(text))
        if family is Family.NUMBER:
            return f"{float(text.replace(',', '')):.15g}"
    except ValueError:
        form = "a date: write 2026-03-04, 2026-03, 2026-Q1 or 2026" if family is Family.DATE else "a number"
        raise JudgementError(f"{text!r} is not {form}") from None
    return text


def _written_or_none(text: str, family: Family) -> str | None:
    try:
        return _written(text, family)
    except JudgementError:  # a side in other words than people write
        return None


def _merged(target: Target, events: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    one, other = target.events
    if one.event_id == other.event_id:
        raise JudgementError(f"both ids are of event {one.event_id}: give two events")
    if one.line[0] == EventType.METRIC or other.line[0] == EventType.METRIC:
        raise JudgementError("figures of one month are one event: metrics can be neither merged nor split")
    if one.line != other.line:
        what = "types" if one.line[0] != other.line[0] else "subjects"
        raise JudgementError(
            f"events {one.event_id} and {other.event_id} are of different {what} and cannot be one; two names of one "
            "person, organisation or model become one by an alias in watchlist.yaml and `qwen-watch rebuild`"
        )
    return _claims(events, one), _claims(events, other)


def _split(
    request: Request, event: StoredEvent, events: Mapping[str, str], testimony: Sequence[Testimony]
) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], str | None]:
    """Whole tellings move: what one document says of one event is not torn apart."""
    if event.line[0] == EventType.METRIC:
        raise JudgementError("figures of one month are one event: metrics can be neither merged nor split")
    ours = _claims(events, event)
    named: set[str] = set()
    for prefix in request.claims:
        found = [claim for claim in ours if prefix and claim.startswith(prefix)]
        if not found:
            raise JudgementError(f"event {event.event_id} has no claim whose id begins with {prefix!r}")
        if len(found) > 1:
            raise JudgementError(_ambiguous(prefix, "claims", found))
        named.add(found[0])
    telling = {one.claim.claim_id: (one.claim.document_id, one.claim.occurrence) for one in testimony}
    moved = {telling[claim] for claim in named}
    one = tuple(claim for claim in ours if telling[claim] in moved)
    other = tuple(claim for claim in ours if telling[claim] not in moved)
    if not other:
        raise JudgementError(f"nothing of event {event.event_id} would be left: name the claims of one part only")
    more = len(one) - len(named)
    return (one, other), f"{more} more of the same tellings move with what was named" if more else None


def _check_decided(request: Request, target: Target, made: Sequence[Judgement]) -> None:
    about = [one for one in made if one.event_id == target.event.event_id and not one.claims]
    last = max(about, key=lambda one: one.made_at, default=None)
    if last is not None and last.decision == request.decision:
        raise JudgementError(
            f"event {target.event.event_id}: {last.who} decided to {last.decision} it already, "
            f"at {last.made_at:%Y-%m-%d %H:%M} UTC"
        )


def _claims(events: Mapping[str, str], event: StoredEvent) -> tuple[str, ...]:
    return tuple(sorted(claim for claim, event_id in events.items() if event_id == event.event_id))
