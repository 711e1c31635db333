"""Date expressions to intervals of days: absolute, partial, and relative to the publication's own calendar day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon
from pipeline.intervals import DateInterval

# How far ahead of publication a date without a year may lie before the year before is meant.
_AHEAD = dt.timedelta(days=60)
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_YEAR_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression in a sentence. `follows` is how many days after another event it lies, if relative to
    one; with `governs` (`two days after …`) that other event is told right behind it."""

    start: int
    end: int
    dates: DateInterval | None
    follows: int | None = None
    same_day: bool = False
    governs: bool = False


def find_dates(text: str, lexicon: Lexicon, published: dt.date, bits: int = -1) -> tuple[DateMention, ...]:
    """The date expressions of `text`, left to right, seen from the calendar day of publication where it spoke;
    only patterns with one of `bits` are tried."""
    found: list[DateMention] = []
    for phrase in lexicon.date_patterns:
        if not bits & phrase.bit:
            continue
        for match in phrase.pattern.finditer(text):
            first, last = match.span()
            if any(first < other.end and other.start < last for other in found):
                continue
            mention = _read(match, lexicon, published)
            if mention is not None:
                found.append(mention)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _read(match: re.Match[str], lexicon: Lexicon, published: dt.date) -> DateMention | None:
    groups = {name: value for name, value in match.groupdict().items() if value}
    first, last = match.span()
    if "same_day" in groups:
        return DateMention(first, last, None, same_day=True)
    if groups.keys() & {"follows", "precedes", "governs"}:
        days = _span_days(groups, lexicon)
        sign = -1 if "precedes" in groups else 1
        return DateMention(first, last, None, sign * days, governs="governs" in groups) if days is not None else None
    try:
        dates = _interval(groups, lexicon, published)
    except ValueError:
        return None  # 31 June: an impossible day is no date
    return DateMention(first, last, dates) if dates else None


def _interval(groups: Mapping[str, str], lexicon: Lexicon, published: dt.date) -> DateInterval | None:
    file = lexicon.file
    if word := groups.get("relative_day"):
        return DateInterval.day(published + dt.timedelta(days=_lookup(file.relative_days, word)))
    if word := groups.get("weekday"):
        return DateInterval.day(_weekday(_lookup(file.weekdays, word), published, groups.get("last_week")))
    if word := groups.get("relative_month"):
        return _part_of(_month_from(published, _lookup(file.relative_months, word)), _part(groups.get("part"), lexicon))
    if "ago" in groups:
        return _ago(groups, lexicon, published)
    year = _year(groups, lexicon, published)
    if quarter := groups.get("quarter"):
        number = int(file.numerals.get(quarter.lower(), 0) or quarter)
        return DateInterval.quarter(year or published.year, number)
    if half := groups.get("half"):
        number = int(file.numerals.get(half.lower(), 0) or half)
        first = DateInterval.quarter(year or published.year, 2 * number - 1)
        return DateInterval(first.first, DateInterval.quarter(year or published.year, 2 * number).last)
    month = _month(groups.get("month"), lexicon)
    part = _part(groups.get("part"), lexicon)
    if month is None and "day" in groups:
        return _days(published.year, published.month, groups, published, lexicon)
    if month is None:
        return _year_part(year, part) if year else None
    if "day" in groups:
        return _days(year, month, groups, published, lexicon)
    year = year or _closest_year(month, 1, published)
    return _part_of(DateInterval.month(year, month), part)


def _part_of(month: DateInterval, part: str | None) -> DateInterval:
    """The first, middle or last third of a month, or all of it."""
    if part is None:
        return month
    first, last = _PARTS[part]
    return DateInterval(month.first.replace(day=first), month.first.replace(day=min(last, month.last.day)))


def _ago(groups: Mapping[str, str], lexicon: Lexicon, published: dt.date) -> DateInterval | None:
    """The day that many days ago, the days around that many weeks ago, or the month that many months ago."""
    days = _span_days(groups, lexicon)
    if days is None:
        return None
    day = published - dt.timedelta(days=days)
    if days and days % 30 == 0:
        return _month_from(published, -days // 30)
    if days and days % 7 == 0:
        return DateInterval(day - dt.timedelta(days=3), day + dt.timedelta(days=3))
    return DateInterval.day(day)


def _days(
    year: int | None, month: int, groups: Mapping[str, str], published: dt.date, lexicon: Lexicon
) -> DateInterval:
    day = int(groups["day"])
    if "month" not in groups and (day - published.day) > 1:
        month, year = (12, published.year - 1) if month == 1 else (month - 1, published.year)
    year = year or _closest_year(month, day, published)
    first = dt.date(year, month, day)
    if "day2" not in groups:
        return DateInterval.day(first)
    second_month = _month(groups.get("month2"), lexicon) or month
    second = dt.date(year + (second_month < month), second_month, int(groups["day2"]))
    return DateInterval(first, second) if second >= first else DateInterval.day(first)


def _year(groups: Mapping[str, str], lexicon: Lexicon, published: dt.date) -> int | None:
    if word := groups.get("relative_year"):
        return published.year + _lookup(lexicon.file.relative_years, word)
    return int(groups["year"]) if "year" in groups else None


def _closest_year(month: int, day: int, published: dt.date) -> int:
    year = published.year
    candidate = dt.date(year, month, min(day, 28))
    if candidate - published > _AHEAD:
        return year - 1
    early_next = dt.date(year + 1, month, min(day, 28))
    return year + 1 if early_next - published <= _AHEAD else year


def _year_part(year: int, part: str | None) -> DateInterval:
    if not part:
        return DateInterval.year(year)
    first, last = _YEAR_PARTS[part]
    return DateInterval(DateInterval.month(year, first).first, DateInterval.month(year, last).last)


def _month(word: str | None, lexicon: Lexicon) -> int | None:
    if word is None:
        return None
    number = int(word) if word.isdigit() else _lookup(lexicon.file.months, word.rstrip("."))
    if not 1 <= number <= 12:
        raise ValueError(f"no month {word}")
    return number


def _part(word: str | None, lexicon: Lexicon) -> str | None:
    if word is None:
        return None
    for part in _PARTS:
        if word.lower() in lexicon.file.words.get(f"part_{part}", ()):
            return part
    return None


def _weekday(weekday: int, published: dt.date, last_week: str | None) -> dt.date:
    back = (published.weekday() - weekday) % 7
    if last_week and back <= published.weekday():
        back += 7
    return published - dt.timedelta(days=back)


def _month_from(published: dt.date, months: int) -> DateInterval:
    index = published.year * 12 + published.month - 1 + months
    return DateInterval.month(index // 12, index % 12 + 1)


def _span_days(groups: Mapping[str, str], lexicon: Lexicon) -> int | None:
    word = groups.get("count", "1").lower()
    count = float(word) if re.fullmatch(r"\d+", word) else lexicon.file.numerals.get(word)
    units = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30}
    for unit, days in units.items():
        if any(re.fullmatch(w, groups.get("unit", ""), re.I) for w in lexicon.file.words.get(f"unit_{unit}", ())):
            return round(count * days) if count is not None else None
    return None


def _lookup(table: Mapping[str, int], word: str) -> int:
    folded = " ".join(word.lower().split())
    if folded in table:
        return table[folded]
    for key, number in table.items():
        if re.fullmatch(key, folded, re.I):
            return number
    raise ValueError(f"not in the lexicon: {word}")
