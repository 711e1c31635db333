"""Messages for Slack in Block Kit, within its limits, and with nothing live in them but our own links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ledger import Alert
from pipeline.notify.briefing import Paragraph, briefing
from pipeline.notify.digest import Digest
from pipeline.notify.inert import length, one_line, shorten
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
    words_of,
)

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
MOST_BLOCKS = 50
# Messages near 11,000 characters in all have been refused.
LONGEST_MESSAGE = 9_500

Block = dict[str, Any]
# Formatting of mrkdwn has no escape; the full-width forms look the same and do nothing.
FULL_WIDTH = str.maketrans({char: chr(ord(char) + 0xFEE0) for char in "*_~`@|"})


@dataclass(frozen=True, slots=True)
class Room:
    """How much one version of a message takes: items of a digest under a heading, and characters."""

    items: int
    words: int
    link: int


# Tried one after another until the message fits; the last fits whatever the text.
ROOMS = (Room(40, 500, 900), Room(25, 300, 500), Room(15, 180, 300), Room(8, 100, 200), Room(3, 60, 120))


def blocks(message: Message) -> dict[str, Any]:
    """The payload for an incoming webhook: fallback `text` and `blocks`, under 10,000 characters in all."""
    for room in ROOMS:
        version = _digest(message, room) if isinstance(message, Digest) else _alert(message, room)
        payload = {"text": fallback(message), "blocks": version}
        if _characters(payload) < LONGEST_MESSAGE:
            break
    return payload | {"unfurl_links": False, "unfurl_media": False}


def bare(message: Message) -> dict[str, Any]:
    """The smallest payload that says it: for a receiver that refused the full one."""
    told = _section(_plain(headline(message), LONGEST_SECTION))
    return {"text": fallback(message), "blocks": [told, _context(message)]}


def fallback(message: Message) -> str:
    """What notifications show; no mention, link or formatting in it is live."""
    return _literal(f"{headline(message)} ({reference(message)})", 600)


def escape(text: str) -> str:
    """Slack's three control characters as entities, which is all that Slack decodes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _alert(message: Alert, room: Room) -> list[Block]:
    title = headline(message)
    found: list[Block] = [{"type": "header", "text": _plain(title, LONGEST_HEADER)}]
    told = [title] if length(escape(title)) > LONGEST_HEADER else []
    told += [body(message)] if body(message) else []
    if told:
        found.append(_section(_plain("\n".join(told), LONGEST_SECTION // 2)))
    shown = sides(message, room.words)
    for first in range(0, len(shown), 2):
        # Slack refuses a message in which any text is empty.
        pair = [_side(side) or "–" for side in shown[first : first + 2]]
        if len(pair) == 2:
            found.append({"type": "section", "fields": [_plain(side, LONGEST_FIELD) for side in pair]})
        else:
            found.append(_section(_plain(pair[0], LONGEST_SECTION)))
    links = [_source(quote, room) for side in shown for quote in side.quotes]
    found += [_section(_markup(line)) for line in _joined(links, "\n")]
    return [*found[: MOST_BLOCKS - 1], _context(message)]


def _digest(digest: Digest, room: Room) -> list[Block]:
    found: list[Block] = [{"type": "header", "text": _plain(headline(digest), LONGEST_HEADER)}]
    for section in briefing(digest):
        paragraphs = section.paragraphs[: room.items]
        lines = [f"*{section.heading}*", *(_told(paragraph, room) for paragraph in paragraphs)]
        if len(section.paragraphs) > room.items:
            more = str(len(section.paragraphs) - room.items)
            lines.append(words_of(digest).say("messages.and_more", n=more))
        found += [_section(_markup(text)) for text in _joined(lines, "\n\n")]
    return [*found[: MOST_BLOCKS - 1], _context(digest)]


def _told(paragraph: Paragraph, room: Room) -> str:
    """The headline in bold, what else there is to say, and who says so, linked to their words."""
    told = f"*{_literal(paragraph.headline, min(400, 2 * room.words))}*"
    if paragraph.text:
        told += f" {_literal(paragraph.text, room.words)}"
    if not paragraph.publishers:
        return told
    return f"{told} {_linked(_literal(paragraph.publishers, 120), (paragraph.link,), room)}"


def _side(side: SideText) -> str:
    lines = [line for line in (side.label, side.voices) if line]
    return "\n".join(lines + [f"\n[{quote.number}] “{quote.words}”" for quote in side.quotes])


def _source(quote: QuoteText, room: Room) -> str:
    return f"[{quote.number}] {_linked(_literal(quote.source, 200), (quote.link, quote.address), room)}"


def _linked(label: str, links: Iterable[str | None], room: Room) -> str:
    """The label with the first link that there is room for, or alone."""
    fitting = (escaped for link in links if link and length(escaped := escape(link)) <= room.link)
    link = next(fitting, None)
    return f"<{link}|{label}>" if link else label


def _context(message: Message) -> Block:
    told = (facts_line(message), more_line(message), reference(message))
    return {"type": "context", "elements": [_plain(line, 300) for line in told if line]}


def _section(text: Block) -> Block:
    return {"type": "section", "text": text}


def _plain(text: str, limit: int) -> Block:
    """Text that Slack does not parse for formatting, at most `limit` long once escaped."""
    return {"type": "plain_text", "text": _escaped_within(text, limit), "emoji": False}


def _markup(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _literal(text: str, limit: int) -> str:
    """Outside text for a place where Slack parses: escaped, and without live formatting or emoji names."""
    inert = one_line(text).translate(FULL_WIDTH)
    return _escaped_within(re.sub(r":(?=[\w+-]+:)", "：", inert), limit)


def _escaped_within(text: str, limit: int) -> str:
    kept = limit
    while length(escaped := escape(shorten(text, kept))) > limit:
        kept -= length(escaped) - limit
        kept = max(kept, limit // 5)
    return escaped


def _characters(payload: object) -> int:
    if isinstance(payload, str):
        return length(payload)
    parts = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    return sum(map(_characters, parts))


def _joined(lines: Sequence[str], glue: str) -> Iterator[str]:
    """Lines gathered into texts that each fit a section."""
    text = ""
    for line in lines:
        if text and length(text + glue + line) > LONGEST_SECTION:
            yield text
            text = line
        else:
            text = f"{text}{glue}{line}" if text else line
    if text:
        yield text
