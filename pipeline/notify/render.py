"""The words of a message, the same in every channel: who says it, when, and what to do next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from pipeline.categories import AlertKind
from pipeline.ledger import Alert, Quote, Side
from pipeline.notify.digest import Digest
from pipeline.notify.inert import clean, one_line, shorten
from pipeline.notify.links import link_to, safe_address

Message = Alert | Digest

MOST_QUOTES = 3
KIND_WORDS = {
    AlertKind.NEW_EVENT: "new",
    AlertKind.STATUS_RAISED: "better supported",
    AlertKind.FACT_CHANGED: "detail changed",
    AlertKind.CONFLICT_OPENED: "sources disagree",
    AlertKind.CONFLICT_RESOLVED: "settled",
    AlertKind.CORRECTION: "corrected",
    AlertKind.SOURCE_FAILING: "source fails",
    AlertKind.SOURCE_RECOVERED: "source answers again",
}


@dataclass(frozen=True, slots=True)
class QuoteText:
    """A quote as readers see it: its number in the message, the words, who and when, and where to check."""

    number: int
    words: str
    source: str
    link: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class SideText:
    """One side of an alert as readers see it."""

    label: str
    voices: str
    quotes: tuple[QuoteText, ...]


def worded(message: Message, language: str | None) -> Message:
    """The message in a reader's language; one that has a language already, or knows no other, stays as it is."""
    if language is None or message.language is not None:
        return message
    if isinstance(message, Digest):
        return replace(
            message,
            alerts=tuple(_in_language(alert, language) for alert in message.alerts),
            open_conflicts=tuple(_in_language(alert, language) for alert in message.open_conflicts),
            language=language,
        )
    return _in_language(message, language)


def headline(message: Message) -> str:
    """What changed, on one line."""
    return one_line(message.title) or "(untitled)"


def body(alert: Alert) -> str:
    """The sentences below the headline, cleaned."""
    return clean(alert.body)


def sides(alert: Alert, longest_quote: int = 600) -> tuple[SideText, ...]:
    """Every side with up to three quotes, numbered through the message; none is ever left out."""
    shown: list[SideText] = []
    number = 0
    for side in alert.sides:
        quotes = []
        for quote in side.quotes[:MOST_QUOTES]:
            number += 1
            quotes.append(_quote(number, quote, longest_quote))
        shown.append(SideText(shorten(one_line(side.label), 300), _voices(side), tuple(quotes)))
    return tuple(shown)


def item(alert: Alert) -> tuple[str, str, str | None]:
    """One alert as a line of a digest: its headline, its publishers, and a link to its first words."""
    quotes = [quote for side in alert.sides for quote in side.quotes]
    publishers = list(dict.fromkeys(_publisher(quote) for quote in quotes))
    link = next((found for quote in quotes if (found := link_to(quote.url, quote.text))), None)
    return headline(alert), shorten(", ".join(publishers[:4]), 120), link


def reference(message: Message) -> str:
    """`alert 0123456789abcdef`: what a receiver keys on, and a person asks about."""
    return f"alert {message.alert_id}"


def facts_line(message: Message) -> str:
    """Kind, weight and time of a message, for its last line."""
    told = f"{message.created_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(message, Digest):
        return f"digest · {told}"
    return f"{KIND_WORDS[message.kind]} · {message.severity} · {told}"


def next_step(message: Message) -> str | None:
    """The command that shows more, where there is more to show."""
    if isinstance(message, Digest):
        return "qwen-watch alerts"
    if message.event_id is not None:
        return f"qwen-watch why {one_line(message.event_id)}"
    return "qwen-watch sources" if message.source_id is not None else None


def moment(when: dt.datetime) -> str:
    """`4 March 2026, 09:12 UTC+8`; midnight stands for a date without a time and is left out."""
    day = f"{when.day} {when:%B %Y}"
    if when.utcoffset() is None or (when.hour, when.minute, when.second) == (0, 0, 0):
        return day
    offset = when.utcoffset() or dt.timedelta()
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "-" if offset < dt.timedelta() else "+"
    zone = f"{sign}{hours}{f':{minutes:02}' if minutes else ''}" if offset else ""
    return f"{day}, {when:%H:%M} UTC{zone}"


def _in_language(alert: Alert, language: str) -> Alert:
    found = next((one for one in alert.translations if one.language == language), None)
    if found is None:
        return replace(alert, language=language)
    sides = tuple(replace(side, label=label) for side, label in zip(alert.sides, found.labels, strict=True))
    return replace(alert, title=found.title, body=found.body, sides=sides, language=language)


def _quote(number: int, quote: Quote, longest: int) -> QuoteText:
    source = f"{_publisher(quote)}, {moment(quote.published_at)}"
    words = shorten(one_line(quote.text), longest)
    return QuoteText(number, words, source, link_to(quote.url, quote.text), safe_address(quote.url))


def _publisher(quote: Quote) -> str:
    return shorten(one_line(quote.publisher), 80) or "unnamed publisher"


def _voices(side: Side) -> str:
    publishers = list(dict.fromkeys(_publisher(quote) for quote in side.quotes))
    count = "1 independent source" if side.origins == 1 else f"{side.origins} independent sources"
    told = [count] if side.origins else []
    return shorten(": ".join(told + ([", ".join(publishers)] if publishers else [])), 300)
