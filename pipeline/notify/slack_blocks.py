"""Messages for Slack in Block Kit, within its limits, and with nothing live in them but our own links.

What is too long for one place goes on in the next: text in further blocks, and blocks in further messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from pipeline.ledger import Alert
from pipeline.notify.briefing import Paragraph, briefing
from pipeline.notify.digest import Digest
from pipeline.notify.inert import length, shorten
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
from pipeline.notify.slack_text import divided, escape, joined, literal

# As the reference of Block Kit gives them.
LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
MOST_BLOCKS = 50
# Messages near 11,000 characters in all have been refused; what stands around the blocks takes the rest.
LONGEST_MESSAGE = 9_500
LONGEST_BLOCKS = 7_000
LONGEST_FALLBACK = 600
# A line has one link; with its label it stays below what a section takes.
LONGEST_LINK = 2_300
LONGEST_LABEL = 600

Block = dict[str, Any]
Payload = dict[str, Any]


def payloads(message: Message) -> tuple[Payload, ...]:
    """The message as Slack takes it: one payload, or several to be posted in this order, each with the alert's id.

    Each has a fallback `text` and `blocks`, and is under 10,000 characters in all.
    """
    told = list(_digest(message) if isinstance(message, Digest) else _alert(message))
    groups = list(_packed(told))
    return tuple(_payload(message, group, number, len(groups)) for number, group in enumerate(groups, 1))


def bare(message: Message) -> Payload:
    """The smallest payload that says it: for a receiver that refused the full one."""
    told = _section(_plain(next(divided(headline(message), LONGEST_SECTION))))
    return {"text": fallback(message), "blocks": [told, _context(_last_lines(message))]}


def fallback(message: Message, part: str = "") -> str:
    """What notifications show; no mention, link or formatting in it is live."""
    title = next(divided(literal(headline(message)), LONGEST_FALLBACK - 100), "")
    return " ".join(filter(None, (title, part, f"({reference(message)})")))


def _payload(message: Message, group: Sequence[Block], number: int, total: int) -> Payload:
    title = headline(message)
    part = words_of(message).say("messages.part", n=str(number), total=str(total)) if total > 1 else ""
    if number == 1:
        head: Block = {"type": "header", "text": _plain(_shortened(title, LONGEST_HEADER))}
        last = _context([*_last_lines(message), part])
    else:
        head = _context([f"{part} · {_shortened(title, LONGEST_HEADER)}"])
        last = _context([reference(message)])
    told = fallback(message, f"({part})" if part else "")
    return {"text": told, "blocks": [head, *group, last], "unfurl_links": False, "unfurl_media": False}


def _packed(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks in the portions that each make a message; one portion, if empty, where there is no block."""
    group: list[Block] = []
    taken = 0
    for block in blocks:
        size = _characters(block)
        if group and (taken + size > LONGEST_BLOCKS or len(group) == MOST_BLOCKS - 2):
            yield group
            group, taken = [], 0
        group.append(block)
        taken += size
    yield group


def _alert(message: Alert) -> Iterator[Block]:
    title = headline(message)
    told = [title] if length(escape(title)) > LONGEST_HEADER else []
    told += [body(message)] if body(message) else []
    yield from (_section(_plain(piece)) for piece in divided("\n".join(told), LONGEST_SECTION))
    shown = sides(message, longest_quote=None)
    for first in range(0, len(shown), 2):
        yield from _abreast(shown[first : first + 2])
    lines = (line for side in shown for quote in side.quotes for line in _source(quote))
    yield from (_section(_markup(text)) for text in joined(lines, "\n", LONGEST_SECTION))


def _abreast(row: Sequence[SideText]) -> Iterator[Block]:
    """One side over the whole width, or two beside each other, row under row for as long as either goes on."""
    # Slack refuses a message in which any text is empty.
    texts = [_side(side) or "–" for side in row]
    if len(texts) == 1:
        yield from (_section(_plain(piece)) for piece in divided(texts[0], LONGEST_SECTION))
        return
    left, right = (divided(text, LONGEST_FIELD) for text in texts)
    for pair in zip_longest(left, right, fillvalue="–"):
        yield {"type": "section", "fields": [_plain(piece) for piece in pair]}


def _digest(digest: Digest) -> Iterator[Block]:
    for section in briefing(digest):
        told = (line for paragraph in section.paragraphs for line in _told(paragraph))
        lines = (f"*{section.heading}*", *told)
        yield from (_section(_markup(text)) for text in joined(lines, "\n\n", LONGEST_SECTION))


def _told(paragraph: Paragraph) -> Iterator[str]:
    """The headline in bold, what else there is to say, and who says so, linked to their words."""
    pieces = [f"*{piece}*" for piece in divided(literal(paragraph.headline), LONGEST_SECTION - 2)]
    pieces += divided(literal(paragraph.text), LONGEST_SECTION)
    pieces += _linked(literal(paragraph.publishers), paragraph.link) if paragraph.publishers else []
    yield from joined(pieces, " ", LONGEST_SECTION)


def _side(side: SideText) -> str:
    lines = [line for line in (side.label, side.voices) if line]
    return "\n".join(lines + [f"\n[{quote.number}] “{quote.words}”" for quote in side.quotes])


def _source(quote: QuoteText) -> Iterator[str]:
    first, *rest = _linked(literal(quote.source), quote.link, quote.address)
    yield f"[{quote.number}] {first}"
    yield from rest


def _linked(label: str, *links: str | None) -> list[str]:
    """The label with the first link that there is room for, or alone; a long label goes on in further lines.

    Only an address with hundreds of `&`, which escaping makes fivefold, finds no room.
    """
    first, *rest = list(divided(label, LONGEST_LABEL)) or ["–"]
    link = next((escaped for link in links if link and length(escaped := escape(link)) <= LONGEST_LINK), None)
    return [f"<{link}|{first}>" if link else first, *rest]


def _last_lines(message: Message) -> list[str | None]:
    return [facts_line(message), more_line(message), reference(message)]


def _context(lines: Sequence[str | None]) -> Block:
    return {"type": "context", "elements": [_plain(_shortened(line, 300)) for line in lines if line]}


def _section(text: Block) -> Block:
    return {"type": "section", "text": text}


def _plain(escaped: str) -> Block:
    """Text that Slack does not parse for formatting."""
    return {"type": "plain_text", "text": escaped, "emoji": False}


def _markup(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _shortened(text: str, limit: int) -> str:
    """Escaped, and where it is over `limit` cut with `…`: for what stands in full elsewhere, or is our own."""
    kept = limit
    while length(escaped := escape(shorten(text, kept))) > limit:
        kept = max(kept - (length(escaped) - limit), limit // 5)
    return escaped


def _characters(part: object) -> int:
    if isinstance(part, str):
        return length(part)
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return sum(map(_characters, parts))
