"""Which mentions tell of one event: mentions of one line, put together by the time they give."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.intervals import DateInterval

GAP = 120  # days; one departure, hire or founding is told of within this much time
RELEASE_GAP = 14  # days; a model that comes out again later comes out as something else: weights, further sizes
AHEAD = 2  # days by which an article may precede the day it reports, seen from another time zone


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a mention stands in time: the intervals its document gives, and the day that was published."""

    times: tuple[DateInterval, ...]
    published: dt.date


def month_of(placement: Placement) -> int:
    """The calendar month a metric speaks of, 202603 for March 2026: as stated, else that of publication."""
    day = placement.times[0].last if placement.times else placement.published
    return day.year * 100 + day.month


class MonthClusters:
    """Metrics: one cluster for each calendar month they speak of."""

    def learns(self, placement: Placement) -> bool:  # noqa: ARG002
        return False

    def place(self, placement: Placement) -> int:
        return month_of(placement)


@dataclass(frozen=True, slots=True)
class _Span:
    first: dt.date
    last: dt.date
    label: int


class EventClusters:
    """Everything else: spans of time whose gaps are at most `gap` days, and where the rest belongs among them.

    Only intervals of up to 120 days form spans: "in 2025" must not tie together two events of that year.
    Longer ones, and mentions without a date, join the latest span that began before their publication, or
    the first. `ties` are times that mean one moment however far apart they lie.
    """

    def __init__(
        self,
        times: Iterable[tuple[DateInterval, ...]] = (),
        gap: int = GAP,
        ties: Iterable[tuple[DateInterval, ...]] = (),
    ) -> None:
        self._gap = gap
        self._known = frozenset(times)
        narrow = sorted({one for several in self._known for one in several if one.days <= GAP})
        spans = _chain(narrow, gap)
        wide = sorted({one for several in self._known for one in several if one.days > GAP})
        stray = [one for one in wide if not _near(one, spans, gap)]
        spans = [*spans, *_chain(stray, gap)]
        merged = _merge(spans, self._known.union(ties))
        self._spans = sorted((_Span(s.first, s.last, merged[s.label]) for s in _numbered(spans)), key=_begin)
        self._begins = [span.first for span in self._spans]

    def learns(self, placement: Placement) -> bool:
        """True when a placement gives times that these clusters were not made from."""
        return bool(placement.times) and placement.times not in self._known

    def place(self, placement: Placement) -> int:
        """The label of the cluster a placement belongs to; -1 for undated ones while nothing is dated."""
        for time in placement.times:
            if time.days <= GAP:
                return self._spans[bisect_right(self._begins, time.first) - 1].label
        reach = [span for time in placement.times for span in self._spans if _gap(time, span) <= self._gap]
        return _latest_before(reach or self._spans, placement.published)


def _latest_before(spans: Sequence[_Span], published: dt.date) -> int:
    """The label of the span that began last before publication, else of the first; -1 where there is none."""
    if not spans:
        return -1
    begun = [span for span in spans if span.first <= published + dt.timedelta(days=AHEAD)]
    return (begun[-1] if begun else spans[0]).label


def _chain(intervals: Sequence[DateInterval], gap: int) -> list[DateInterval]:
    """Sorted intervals joined to spans wherever the gap is small enough."""
    spans: list[DateInterval] = []
    for interval in intervals:
        if spans and spans[-1].gap_days(interval) <= gap:
            spans[-1] = DateInterval(spans[-1].first, max(spans[-1].last, interval.last))
        else:
            spans.append(interval)
    return spans


def _near(interval: DateInterval, spans: Sequence[DateInterval], gap: int) -> bool:
    return any(span.gap_days(interval) <= gap for span in spans)


def _numbered(spans: Sequence[DateInterval]) -> list[_Span]:
    return [_Span(span.first, span.last, label) for label, span in enumerate(spans)]


def _merge(spans: Sequence[DateInterval], known: Iterable[tuple[DateInterval, ...]]) -> list[int]:
    """One label for spans that a single mention ties together: announced in March, effective in December."""
    labels = list(range(len(spans)))
    for times in known:
        narrow = [time for time in times if time.days <= GAP] or list(times)
        touched = sorted({labels[at] for at, span in enumerate(spans) for time in narrow if span.contains(time)})
        labels = [touched[0] if label in touched[1:] else label for label in labels]
    return labels


def _gap(interval: DateInterval, span: _Span) -> int:
    return interval.gap_days(DateInterval(span.first, span.last))


def _begin(span: _Span) -> dt.date:
    return span.first
