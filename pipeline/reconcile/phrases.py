"""Dates, numbers, values and standing in words, as a person reads them at eight in the morning."""

from __future__ import annotations

import datetime as dt

from pipeline.categories import Bound, EventStatus
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.statements import DID_NOT_HAPPEN, HAPPENED, NAMED, NOT_NAMED

_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_QUARTERS = ("first", "second", "third", "fourth")
_BOUNDS = {Bound.EXACTLY: "", Bound.AT_LEAST: "over ", Bound.AT_MOST: "at most ", Bound.ABOUT: "about "}
_FLAGS = {"true": "by choice", "false": "not by choice"}

ATTRIBUTE_WORDS = {
    "date": "date",
    "announced": "date of the announcement",
    "resigned": "date of the resignation",
    "effective": "date it takes effect",
    "organisation": "organisation",
    "voluntary": "whether it was by choice",
    "successor": "successor",
    "sizes": "sizes",
    "parameters": "number of parameters",
    "parameters_active": "number of active parameters",
    "context_tokens": "context length",
    "training_tokens": "number of training tokens",
    "license": "licence",
    "derivative_models": "derivative models",
    "released_models": "released models",
    "monthly_active_users": "monthly active users",
    "daily_active_users": "daily active users",
    "arena_rank": "arena rank",
    "arena_score": "arena score",
}


def attribute_words(attribute: str) -> str:
    return ATTRIBUTE_WORDS.get(attribute, attribute.replace("_", " "))


def date_words(dates: DateInterval) -> str:
    """`3 March 2026`, `March 2026`, `the first quarter of 2026`, `2026`, `by 3 March 2026`, `3 to 5 March 2026`."""
    first, last = dates.first, dates.last
    match dates.precision:
        case "day":
            return _day(first)
        case "month":
            return f"{first:%B %Y}"
        case "quarter":
            return f"the {_QUARTERS[first.month // 3]} quarter of {first.year}"
        case "year":
            return str(first.year)
        case "by":
            return f"by {_day(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def when_words(dates: DateInterval) -> str:
    """The time as it follows a clause: `, 3 March 2026`, ` in March 2026`, ` by 3 March 2026`."""
    joint = {"day": ", ", "days": ", ", "by": " "}.get(dates.precision, " in ")
    return joint + date_words(dates)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def number_words(number: float) -> str:
    """`600 million`, `1.2 billion`, `170,000`, `35.5`."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(number) >= size:
            return f"{_three_digits(number / size)} {word}"
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0")


def _three_digits(number: float) -> str:
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tokens_words(number: float) -> str:
    """A context length as the field writes it: `128K`, `1M`."""
    thousand = 1000 if number % 1000 == 0 else 1024
    for size, word in ((thousand**2, "M"), (thousand, "K")):
        if number >= size and number % size == 0:
            return f"{number / size:.0f}{word}"
    return f"{number:,.0f}"


def value_words(attribute: str, value: Value) -> str:
    """A value of an attribute in words: dates and numbers written out, the rest as its sources put it."""
    if value.dates is not None and value.number is None:
        return date_words(value.dates)
    if value.number is not None:
        if attribute == "context_tokens":
            return f"{_BOUNDS[value.bound]}{tokens_words(value.number)}"
        if attribute == "arena_rank":
            return f"number {value.number:g}"
        return _BOUNDS[value.bound] + number_words(value.number)
    match attribute, value.text:
        case "event", text:
            return {HAPPENED: "yes", DID_NOT_HAPPEN: "no"}.get(text, text)
        case "successor", text if text == NOT_NAMED:
            return "no"
        case "successor", text:
            return text.removeprefix(NAMED)
        case "voluntary", text:
            return _FLAGS.get(text, text)
        case _, text:
            return text


def counted(number: int, noun: str) -> str:
    """`one source`, `two sources`; above ten in digits."""
    word = _NUMERALS[number] if number < len(_NUMERALS) else str(number)
    return f"{word} {noun}{'' if number == 1 else 's'}"


def sources_words(origins: int) -> str:
    """`one source`, `two independent sources`."""
    return counted(origins, "source" if origins == 1 else "independent source")


def standing_words(status: EventStatus, origins: int, word_of: str | None) -> str:
    """On whose word something is held: `reported by one source`, `confirmed by Qwen`."""
    match status:
        case EventStatus.RUMOURED:
            return f"a rumour, so far from {sources_words(origins)}"
        case EventStatus.CONFIRMED:
            return f"confirmed by {word_of}" if word_of else "confirmed"
        case EventStatus.DENIED:
            return f"denied by {word_of or sources_words(origins)}"
        case EventStatus.RETRACTED:
            return "withdrawn by its sources"
        case _:
            return f"reported by {sources_words(origins)}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
