"""Which date of a sentence belongs to a trigger in it."""

from __future__ import annotations

import datetime as dt
import re

from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Discourse
from pipeline.extract.marking import DATE, Mark, Marked
from pipeline.intervals import DateInterval

_REACH = 70


def date_for(
    marked: Marked,
    first: int,
    last: int,
    others: tuple[tuple[int, int], ...],
    discourse: Discourse,
    speech: re.Pattern[str],
) -> tuple[DateInterval, bool] | None:
    """The date of the trigger between `first` and `last`, and whether it dates a word about it (`he said on Monday`).

    The nearest date behind the trigger in its clause, else one before it. A date that stands nearer to another
    trigger is that trigger's; a date in a bracketed citation is nobody's.
    """
    text = marked.masked
    marks = [m for m in marked.of(DATE) if not _in_citation(marked, m) and not marked.sentence.is_quoted(m.start)]
    inside = [m for m in marks if first <= m.at < last]
    after = [
        m
        for m in marks
        if m.at >= last and not _between(others, last, m.at) and _reaches(text[last : m.at])
        if not _precedes_another(text, others, m.at)
    ]
    before = [m for m in marks if m.at < first and not _between(others, m.at, first) and not _taken(text, others, m.at)]
    if before and after and after[0].at - last > 30 and text[: before[0].at].strip(" |—-") == "":
        after = []
    for mark in [*inside[:1], *after[:1], *reversed(before)]:
        dates = _dates(marked, mark, discourse, first)
        if dates is not None:
            between = text[last : mark.at] if mark.at >= last else text[mark.at : first]
            return dates, bool(speech.search(between))
    return None


def shifted(dates: DateInterval, days: int) -> DateInterval:
    """`dates` moved by `days`; whole months move by months when the step is a whole number of 30 days."""
    if dates.precision == "month" and days % 30 == 0:
        index = dates.first.year * 12 + dates.first.month - 1 + days // 30
        return DateInterval.month(index // 12, index % 12 + 1)
    step = dt.timedelta(days=days)
    return DateInterval(dates.first + step, dates.last + step)


def _dates(marked: Marked, mark: Mark, discourse: Discourse, first: int) -> DateInterval | None:
    mention = mark.what
    if not isinstance(mention, DateMention):
        return None
    corrected = re.match(rf"\s?[（(]({DATE})[)）]", marked.masked[mark.at + 1 :])
    if corrected:
        inner = marked.at(mark.at + 1 + corrected.start(1)).what
        if isinstance(inner, DateMention) and inner.dates:
            return inner.dates
    if mention.same_day:
        return discourse.last_dates
    if mention.follows is not None and discourse.last_dates is not None:
        # `two days after Alibaba released it` counts back to the release; `two days after her exit, Alibaba
        # released it` and `two days later` count on.
        behind = mention.governs and mark.at < first and "," not in marked.masked[mark.at : first]
        return shifted(discourse.last_dates, -mention.follows if behind else mention.follows)
    return mention.dates


def _between(spans: tuple[tuple[int, int], ...], first: int, last: int) -> bool:
    return any(first <= a and b <= last for a, b in spans)


def _taken(masked: str, others: tuple[tuple[int, int], ...], at: int) -> bool:
    """True for a date right behind another trigger, which it dates: `resigned March 4, following the launch`."""
    return any(last <= at <= last + 25 and not re.search(r"[,;，；]", masked[last:at]) for _, last in others)


def _precedes_another(masked: str, others: tuple[tuple[int, int], ...], at: int) -> bool:
    """True for a date right before another trigger in a new clause: `离职，并于7月6日加盟`."""
    clause = re.search(r"，[^，。；]{0,6}$", masked[:at])
    return clause is not None and any(at < first <= at + 4 for first, _ in others)


def _reaches(gap: str) -> bool:
    return len(gap) <= _REACH and not re.search(r"[;；。]|\. ", gap)


def _in_citation(marked: Marked, mark: Mark) -> bool:
    """True for the month in `(Daily Model, March 2026)`: the date of the source, not of the event."""
    left, right = marked.masked[: mark.at], marked.masked[mark.at + 1 :]
    return bool(re.search(r"[（(][^()（）]{2,40}[,，]\s?$", left) and re.match(r"\s?[)）]", right))
