"""Alerts as plain text that reads well at 80 to 100 columns, written to a text stream."""

from __future__ import annotations

from typing import TextIO

from pipeline.ledger import Alert
from pipeline.notify.briefing import briefing
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.columns import beside, column_width, width_of, wrap
from pipeline.notify.digest import Digest
from pipeline.notify.render import (
    Message,
    QuoteText,
    SideText,
    body,
    facts_line,
    headline,
    more_line,
    reference,
    sides,
    worded,
    words_of,
)


def text(message: Message, width: int = 96, mail: bool = False) -> str:
    """The message in lines of at most `width` columns; only addresses may be longer.

    For `mail` the sides stand below each other, as its font may be of any kind, and links lead to the words.
    """
    lines = wrap(headline(message), width)
    if isinstance(message, Digest):
        lines += _digest(message, width, mail)
    else:
        lines += _alert(message, width, mail)
    lines += ["", *wrap(f"{facts_line(message)} · {reference(message)}", width)]
    more = more_line(message)
    return "\n".join([*lines, *([more] if more else [])]) + "\n"


def _alert(alert: Alert, width: int, mail: bool) -> list[str]:
    lines = wrap(body(alert), width) if body(alert) else []
    shown = sides(alert)
    abreast = 1 if mail else 2
    for first in range(0, len(shown), abreast):
        row = shown[first : first + abreast]
        lines.append("")
        if len(row) == 2:
            column = column_width(width)
            lines += beside(_side(row[0], column), _side(row[1], column), width)
        else:
            lines += _side(row[0], width)
    quotes = [quote for side in shown for quote in side.quotes]
    if quotes:
        lines.append("")
    for quote in quotes:
        none = words_of(alert).say("messages.no_address")
        lines += _source(quote, width, (quote.link if mail else quote.address) or none)
    return lines


def _side(side: SideText, width: int) -> list[str]:
    lines = wrap(side.label, width) if side.label else []
    lines += wrap(side.voices, width) if side.voices else []
    for quote in side.quotes:
        lines += wrap(f"[{quote.number}] “{quote.words}”", width, " " * 4)
    return lines


def _source(quote: QuoteText, width: int, link: str) -> list[str]:
    line = f"[{quote.number}] {quote.source}"
    if width_of(line) + width_of(link) + 2 <= width:
        return [f"{line}  {link}"]
    return [*wrap(line, width, " " * 4), f"{' ' * 4}{link}"]


def _digest(digest: Digest, width: int, mail: bool) -> list[str]:
    words, lines = words_of(digest), []
    for section in briefing(digest):
        lines += ["", section.heading.upper(), ""]
        for number, paragraph in enumerate(section.paragraphs):
            lines += [""] if number else []
            told = words.say("lists.sentence").join(filter(None, (paragraph.headline, paragraph.text)))
            lines += wrap(told, width)
            if paragraph.publishers:
                lines += wrap(words.say("briefing.sources_of", publishers=paragraph.publishers), width)
            if mail and paragraph.link:
                lines.append(paragraph.link)
    return lines


class ConsoleChannel:
    """Writes each message to `stream`, with a rule above it."""

    idempotent = False

    def __init__(self, stream: TextIO, width: int = 96, language: str | None = None) -> None:
        self._stream = stream
        self._width = width
        self._language = language

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Writes the message; a closed or broken stream is worth another try."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        written = f"{'─' * self._width}\n{text(worded(message, self._language), self._width)}"
        try:
            self._stream.write(written.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return Receipt(ReceiptState.RETRY, error=f"cannot write to the console: {error}")
        return Receipt(ReceiptState.SENT)
