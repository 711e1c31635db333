"""Which of a document's events of one kind and subject a model's claim is of, numbered as the rules number them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pipeline.categories import EventType
from pipeline.extract.llm.attributes import DATES, SAME_EVENT_DAYS, SAME_RELEASE_DAYS
from pipeline.extract.llm.names import EventKey
from pipeline.intervals import DateInterval
from pipeline.model import Claim

Days = DateInterval | None


def renumbered(claims: Sequence[Claim], rules: Sequence[Claim], key: Callable[[Claim], EventKey]) -> tuple[Claim, ...]:
    """The model's claims with the occurrence that the rules gave the same event, or a further one.

    Events of one line are one where their dates lie close; an undated one is the latest that is known.
    """
    known = _days_of(rules, key)
    numbers: dict[tuple[EventKey, int], int] = {}
    for line, events in _days_of(claims, key).items():
        days = SAME_RELEASE_DAYS if line[0] == EventType.RELEASE else SAME_EVENT_DAYS
        spans = dict(known.get(line, {}))
        if line[0] == EventType.METRIC:
            spans, events = {0: None}, dict.fromkeys(events)
        for number in sorted(events, key=lambda number: _order(events[number], number)):
            occurrence = _place(events[number], spans, days)
            spans[occurrence] = _joined(spans.get(occurrence), events[number])
            numbers[line, number] = occurrence
    return tuple(replace(claim, occurrence=numbers[key(claim), claim.occurrence]) for claim in claims)


def _days_of(claims: Iterable[Claim], key: Callable[[Claim], EventKey]) -> dict[EventKey, dict[int, Days]]:
    """For each line the days that its events are dated with, by their number."""
    found: defaultdict[EventKey, dict[int, Days]] = defaultdict(dict)
    for claim in claims:
        events = found[key(claim)]
        dates = claim.value.dates if claim.attribute in DATES else None
        events[claim.occurrence] = _joined(events.get(claim.occurrence), dates)
    return dict(found)


def _place(dates: Days, spans: dict[int, Days], days: int) -> int:
    if not spans:
        return 0
    if dates is None:
        return max(spans)
    near = {number: span.gap_days(dates) for number, span in spans.items() if span is not None}
    closest = min(near, key=lambda number: near[number], default=None)
    if closest is not None and near[closest] <= days:
        return closest
    undated = [number for number, span in spans.items() if span is None]
    return undated[0] if undated else max(spans) + 1


def _joined(one: Days, other: Days) -> Days:
    if one is None or other is None:
        return one or other
    return DateInterval(min(one.first, other.first), max(one.last, other.last))


def _order(dates: Days, number: int) -> tuple[bool, DateInterval | None, int]:
    """Dated events first, by time: the undated join the latest of them."""
    return (dates is None, dates, number)
