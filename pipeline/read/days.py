"""Written dates: reading a moment that stands alone, and the day that a line begins with."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_MONTH_NAMES = """
jan january, feb february, mar march, apr april, may, jun june, jul july, aug august, sep sept september,
oct october, nov november, dec december
"""
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split(","), start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMERIC = (
    r"(?P<y>(?:19|20)\d\d)\s?(?P<sep>[-/.年])\s?(?P<m>\d{1,2})\s?"
    r"(?:(?P=sep)|月)\s?(?P<d>\d{1,2})(?:\s?日)?(?!\d)"
)
_MONTH_FIRST = rf"(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,|\s)\s*(?P<y>(?:19|20)\d\d)\b"
_DAY_FIRST = rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b"
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in (_NUMERIC, _MONTH_FIRST, _DAY_FIRST))
_CLOCK = re.compile(
    r"[\sT]+(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-][01]\d:?\d\d)?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+", re.IGNORECASE)
# What may stand around the day of a news line: bullets, brackets, emphasis left over, emoji.
_BEFORE = re.compile(r"^[\W_]*")
_AFTER = re.compile(r"^[\s\])）】*_:：,，;；|·–—-]*")
_DATE_LABEL = re.compile(
    r"^(?:published|posted|date|updated|发布(?:时间|日期|于)?|日期|时间)(?:\s+on)?\s*[:：]?\s*", re.IGNORECASE
)
_MONTH_NAME = re.compile(rf"\b(?:{_MONTH})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as written, aware of its offset; a bare day is not `precise` and stands at 00:00 UTC."""

    at: dt.datetime
    precise: bool


def parse_moment(text: str) -> Moment | None:
    """The moment that `text` states and keeps nothing else: ISO 8601, RFC 5322, or a written date.

    A time without an offset is taken as UTC. None where the text is no date.
    """
    text = text.strip()
    if not 6 <= len(text) <= 64:
        return None
    return _iso(text) or _written(text) or _mail_date(text)


def dated_line(line: str) -> Moment | None:
    """The moment of a line that holds nothing else, perhaps after a word such as "Published"."""
    return parse_moment(_DATE_LABEL.sub("", line))


def leading_day(line: str) -> tuple[dt.date, str] | None:
    """The day that `line` begins with and what follows it; None where it begins with no full date."""
    found = _match(_WEEKDAY.sub("", _BEFORE.sub("", line)))
    if found is None:
        return None
    day, rest = found
    return day, _AFTER.sub("", rest)


def _iso(text: str) -> Moment | None:
    if not text[:4].isdigit() or text.isdigit():
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return Moment(_aware(moment), precise=len(text) > len("2024-01-01"))


def _mail_date(text: str) -> Moment | None:
    if not _MONTH_NAME.search(text):
        return None
    try:
        return Moment(_aware(parsedate_to_datetime(text)), precise=":" in text)
    except (ValueError, TypeError, IndexError, OverflowError):
        # The parser's ways of saying that this is no RFC 5322 date.
        return None


def _written(text: str) -> Moment | None:
    found = _match(_WEEKDAY.sub("", text))
    if found is None:
        return None
    day, rest = found
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return Moment(dt.datetime.combine(day, dt.time(), dt.UTC), precise=False) if not rest.strip() else None
    time = dt.time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
    return Moment(dt.datetime.combine(day, time, _zone(clock["zone"])), precise=True)


def _match(text: str) -> tuple[dt.date, str] | None:
    for form in _FORMS:
        found = form.match(text)
        if found:
            month = found["m"].lower()
            try:
                day = dt.date(int(found["y"]), _MONTHS.get(month) or int(month), int(found["d"]))
            except ValueError:
                return None
            return day, text[found.end() :]
    return None


def _zone(text: str | None) -> dt.timezone:
    if not text or text[0] not in "+-":
        return dt.UTC
    offset = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
