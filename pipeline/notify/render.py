"""The words of a message, the same in every channel: who says it, when, and what to do next.

All text from outside that is given here is inert: it hides nothing and no program makes a link or mention of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from pipeline.ledger import Alert, Quote, Side
from pipeline.notify.digest import Digest
from pipeline.notify.inert import clean, one_line, shorten, unlinked
from pipeline.notify.links import link_to, safe_address
from pipeline.wording import Words, words_in

Message = Alert | Digest

MOST_QUOTES = 3
TRIAL = "test:"
"""How the key of a message begins that only tries a channel out."""


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


def words_of(message: Message) -> Words:
    """The fixed words in the language of a message."""
    return words_in(message.language)


def headline(message: Message) -> str:
    """What changed, on one line."""
    if isinstance(message, Digest):
        return _digest_title(message)
    return unlinked(one_line(message.title)) or words_of(message).say("messages.untitled")


def body(alert: Alert) -> str:
    """The sentences below the headline, cleaned."""
    return unlinked(clean(alert.body))


def sides(alert: Alert, longest_quote: int | None = 600) -> tuple[SideText, ...]:
    """Every side with up to three quotes, numbered through the message; none is ever left out.

    With a `longest_quote` of None nothing is shortened, and every quote is there.
    """
    whole = longest_quote is None
    words = words_of(alert)
    shown: list[SideText] = []
    number = 0
    for side in alert.sides:
        quotes = []
        for quote in side.quotes if whole else side.quotes[:MOST_QUOTES]:
            number += 1
            quotes.append(_quote(number, quote, longest_quote, words))
        label, voices = unlinked(one_line(side.label)), _voices(side, words, whole)
        if not whole:
            label, voices = shorten(label, 300), shorten(voices, 300)
        shown.append(SideText(label, voices, tuple(quotes)))
    return tuple(shown)


def publishers_of(alert: Alert) -> tuple[str, ...]:
    """Who is quoted, each once, in the order of the message."""
    words = words_of(alert)
    return tuple(dict.fromkeys(_publisher(quote, words) for side in alert.sides for quote in side.quotes))


def link_of(alert: Alert) -> str | None:
    """A link to the first words that can be linked to."""
    quotes = (quote for side in alert.sides for quote in side.quotes)
    return next((found for quote in quotes if (found := link_to(quote.url, quote.text))), None)


def reference(message: Message) -> str:
    """`alert 0123456789abcdef` in every language: what a receiver keys on, and a person asks about."""
    return f"alert {message.alert_id}"


def facts_line(message: Message) -> str:
    """Kind, weight and time of a message, for its last line."""
    words, told = words_of(message), f"{message.created_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(message, Digest):
        return f"{words.say('messages.digest')} · {told}"
    if message.dedupe_key.startswith(TRIAL):
        return f"{words.say('kinds.test')} · {told}"
    return f"{words.say(f'kinds.{message.kind}')} · {words.say(f'severities.{message.severity}')} · {told}"


def next_step(message: Message) -> str | None:
    """The command that shows more, where there is more to show."""
    if isinstance(message, Digest):
        return "qwen-watch alerts"
    if message.event_id is not None:
        return f"qwen-watch why {one_line(message.event_id)}"
    return "qwen-watch sources" if message.source_id is not None else None


def more_line(message: Message) -> str | None:
    """The next step as a line of the message."""
    step = next_step(message)
    return words_of(message).say("messages.more", command=step) if step else None


def _digest_title(digest: Digest) -> str:
    words = words_in(digest.language)
    told = [words.counted(len(digest.alerts), "change")] if digest.alerts else []
    told += [words.counted(len(digest.open_conflicts), "disagreement")] if digest.open_conflicts else []
    date = words.day(digest.day)
    return words.say("briefing.title", date=date, told=words.listed(told) or words.say("briefing.quiet"))


def _in_language(alert: Alert, language: str) -> Alert:
    found = next((one for one in alert.translations if one.language == language), None)
    if found is None:
        return replace(alert, language=language)
    sides = tuple(replace(side, label=label) for side, label in zip(alert.sides, found.labels, strict=True))
    return replace(alert, title=found.title, body=found.body, sides=sides, language=language)


def _quote(number: int, quote: Quote, longest: int | None, words: Words) -> QuoteText:
    publisher = _publisher(quote, words, longest is None)
    source = words.say("lists.comma").join((publisher, words.moment(quote.published_at)))
    said = unlinked(one_line(quote.text))
    said = said if longest is None else shorten(said, longest)
    return QuoteText(number, said, source, link_to(quote.url, quote.text), safe_address(quote.url))


def _publisher(quote: Quote, words: Words, whole: bool = False) -> str:
    name = unlinked(one_line(quote.publisher))
    return (name if whole else shorten(name, 80)) or words.say("messages.unnamed")


def _voices(side: Side, words: Words, whole: bool) -> str:
    publishers = list(dict.fromkeys(_publisher(quote, words, whole) for quote in side.quotes))
    count = words.say("messages.source" if side.origins == 1 else "messages.sources", n=str(side.origins))
    named = words.say("lists.comma").join(publishers)
    return words.say("messages.voices", count=count, names=named) if side.origins else named
