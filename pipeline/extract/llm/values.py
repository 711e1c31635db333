"""Whether a value is in the words that are quoted for it: a number, a date's parts, a name, a size."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.categories import Bound, EntityKind, EventType
from pipeline.extract.dates import find_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.llm.attributes import (
    AVAILABILITIES,
    COUNTS,
    DATES,
    EVENT,
    HAPPENED,
    METRICS,
    NAMED,
    NOT_NAMED,
)
from pipeline.extract.llm.figures import has_number
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.protocol import ClaimRow
from pipeline.extract.llm.quotes import StoredText, fold, has_name
from pipeline.extract.specifications import spdx
from pipeline.intervals import DateInterval
from pipeline.model import Value

NO_VALUE = "the value is not one of its attribute"
NOT_IN_QUOTE = "the value is not in its quote"
NO_DATE = "the date is not in its quote"
_LONGEST_VALUE = 200
_LONGEST_SPAN = 366
_LONGEST_RELATIVE = 31
_EARLIEST = dt.date(1980, 1, 1)
_AHEAD = dt.timedelta(days=2 * 366)
_SIZE = re.compile(r"(?:\d+x)?\d+(?:\.\d+)?[BM](?:-A\d+(?:\.\d+)?B)?|A\d+(?:\.\d+)?B", re.IGNORECASE)
_AVAILABLE = re.compile(
    r"open|weights?|download|hugging ?face|modelscope|api\b|access|available"
    r"|开源|開源|开放|權重|权重|下载|接口|调用|上线",
    re.IGNORECASE,
)
_TRUE = {"true": "true", "yes": "true", "false": "false", "no": "false"}


@dataclass(frozen=True, slots=True)
class Bearings:
    """What a row is judged by besides its quote: the document's text, the day it spoke, names and lexicons."""

    stored: StoredText
    published: dt.date
    names: Names
    lexicons: Mapping[str, Lexicon]


def read_value(row: ClaimRow, quote: str, bearings: Bearings) -> Value | str:
    """The row's value as the rules would write it, or why it does not count."""
    attribute, text = row.attribute, " ".join(row.value.split())
    if len(text) > _LONGEST_VALUE or not text.isprintable():
        return NO_VALUE
    if attribute in METRICS or attribute in COUNTS:
        return _count(row, quote, bearings)
    if attribute in DATES:
        dates = read_dates(row, quote, bearings)
        return dates if isinstance(dates, str) else Value(str(dates), dates=dates)
    match attribute:
        case "event":
            return Value(HAPPENED) if text.lower() in ("", HAPPENED, EVENT) else NO_VALUE
        case "voluntary":
            return Value(_TRUE[text.lower()]) if text.lower() in _TRUE else NO_VALUE
        case "organisation" | "destination":
            return _organisation(text, bearings)
        case "sizes":
            return _sizes(text, quote)
        case "license":
            return Value(spdx(text)) if _shares_a_word(text, quote) else NOT_IN_QUOTE
        case "availability":
            known = {one.lower(): one for one in AVAILABILITIES}
            if text.lower() not in known:
                return NO_VALUE
            return Value(known[text.lower()]) if _AVAILABLE.search(quote) else NOT_IN_QUOTE
        case "successor":
            return _successor(text, quote)
        case _:
            return Value(text) if _in_quote(text, quote) else NOT_IN_QUOTE


def read_dates(row: ClaimRow, quote: str, bearings: Bearings) -> DateInterval | str:
    """The row's days where its quote tells them: each date is read as the rules read it."""
    first, last = row.date_from or row.date_to, row.date_to or row.date_from
    if first is None or last is None or last < first or (last - first).days > _LONGEST_SPAN:
        return NO_VALUE
    if first < _EARLIEST or last > bearings.published + _AHEAD:
        return NO_VALUE
    claimed = DateInterval(first, last)
    for lexicon in bearings.lexicons.values():
        for mention in find_dates(quote, lexicon, bearings.published):
            if mention.dates is not None and claimed.contains(mention.dates):
                return claimed
            # `the same day`, `two days after …`: another event says when.
            if mention.dates is None and claimed.days <= _LONGEST_RELATIVE:
                return claimed
    return claimed if _tells_day(claimed, quote, bearings.published) else NO_DATE


def _tells_day(claimed: DateInterval, quote: str, published: dt.date) -> bool:
    """A day without its month, such as `on the 3rd`, is one close to publication."""
    if claimed.days > 1 or abs(claimed.first - published) > dt.timedelta(days=31):
        return False
    return bool(re.search(rf"(?<!\d)0?{claimed.first.day}(?:st|nd|rd|th|日|号|號)", fold(quote)))


def _count(row: ClaimRow, quote: str, bearings: Bearings) -> Value | str:
    if row.number is None or row.number < 0:
        return NO_VALUE
    if not has_number(quote, row.number):
        return NOT_IN_QUOTE
    number = float(round(row.number)) if abs(row.number) >= 1 else row.number
    bound = row.bound or Bound.EXACTLY
    if row.event is not EventType.METRIC:
        return Value(f"{number:.0f}", number=number, unit=COUNTS[row.attribute], bound=bound)
    if row.date_from is None and row.date_to is None:
        return Value(f"{number:.0f}", number=number, unit=row.attribute, bound=bound)
    dates = read_dates(row, quote, bearings)
    if isinstance(dates, str):
        return dates
    return Value(f"{number:.0f}", dates=dates, number=number, unit=row.attribute, bound=bound)


def _organisation(text: str, bearings: Bearings) -> Value | str:
    if not bearings.stored.names(text):
        return "the organisation is not in the text"
    mention = bearings.names.mention(EntityKind.ORGANISATION, text)
    return Value(mention.name) if mention else NO_VALUE


def _sizes(text: str, quote: str) -> Value | str:
    parts = [part.strip() for part in re.split(r"[,/、，;]", text) if part.strip()]
    if not parts or not all(_SIZE.fullmatch(part) for part in parts):
        return NO_VALUE
    folded = fold(quote).casefold()
    if not all(re.search(rf"(?<![\d.]){re.escape(part.casefold())}(?![a-z0-9])", folded) for part in parts):
        return NOT_IN_QUOTE
    return Value(", ".join(dict.fromkeys(part.upper().replace("X", "x") for part in parts)))


def _successor(text: str, quote: str) -> Value | str:
    if text.lower() == NOT_NAMED:
        return Value(NOT_NAMED)
    who = text.removeprefix(NAMED.strip()).strip()
    if not text.startswith(NAMED) or not who:
        return NO_VALUE
    return Value(NAMED + who) if _in_quote(who, quote) else NOT_IN_QUOTE


def _in_quote(text: str, quote: str) -> bool:
    return has_name(fold(quote).casefold(), text)


def _shares_a_word(text: str, quote: str) -> bool:
    """Whether the quote has the first word of a name, which is what people write of a licence."""
    words: Iterable[str] = re.findall(r"[^\W\d_]{2,}", text)
    return any(_in_quote(word, quote) for word in list(words)[:1])
