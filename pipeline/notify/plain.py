"""Messages as text for services that may read Markdown, HTML or their own markup into it: nothing of it is live."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ledger import Alert
from pipeline.notify.briefing import briefing
from pipeline.notify.digest import Digest
from pipeline.notify.inert import shorten
from pipeline.notify.render import (
    Message,
    body,
    facts_line,
    headline,
    more_line,
    reference,
    sides,
    words_of,
)

# The full-width forms look the same and do nothing in any markup.
FULL_WIDTH = str.maketrans({char: chr(ord(char) + 0xFEE0) for char in "*_~`|<>[]\\#@$^"})
LONGEST_TITLE = 200
LONGEST_QUOTE = 300
MOST_PARAGRAPHS = 12


def title(message: Message) -> str:
    """The headline on one line; nothing in it is markup, a mention, or an encoded word of a mail header."""
    return shorten(_literal(headline(message)).replace("=?", "= ?"), LONGEST_TITLE)


def text(message: Message) -> str:
    """All below the headline; links to the words are our own, each on a line of its own."""
    told = _digest(message) if isinstance(message, Digest) else _alert(message)
    last = (facts_line(message), reference(message), more_line(message))
    return "\n".join([*told, "", " · ".join(line for line in last if line)]).strip()


def _alert(alert: Alert) -> Iterator[str]:
    yield from map(_literal, filter(None, body(alert).split("\n")))
    for side in sides(alert, LONGEST_QUOTE):
        yield ""
        yield _literal(" · ".join(filter(None, (side.label, side.voices))))
        for quote in side.quotes:
            yield f"“{_literal(quote.words)}”"
            yield f"— {_literal(quote.source)}"
            if quote.link:
                yield _link(quote.link)


def _digest(digest: Digest) -> Iterator[str]:
    say = words_of(digest).say
    for section in briefing(digest):
        yield f"\n{section.heading}"
        for paragraph in section.paragraphs[:MOST_PARAGRAPHS]:
            told = " ".join(filter(None, (paragraph.headline, paragraph.text)))
            yield f"• {_literal(told)}"
            if paragraph.link:
                yield _link(paragraph.link)
        if len(section.paragraphs) > MOST_PARAGRAPHS:
            yield say("messages.and_more", n=str(len(section.paragraphs) - MOST_PARAGRAPHS))


def _link(address: str) -> str:
    # An address may hold what is emphasis in Markdown; encoded it leads to the same place.
    return address.replace("_", "%5F").replace("*", "%2A")


def _literal(outside: str) -> str:
    # A name between colons is an emoji in many services.
    return re.sub(r":(?=[\w+-]+:)", "：", outside.translate(FULL_WIDTH))
