"""Text for Slack: escaped, without live formatting, and divided where it is too long for one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.notify.inert import length, one_line

# Formatting of mrkdwn has no escape; the full-width forms look the same and do nothing.
FULL_WIDTH = str.maketrans({char: chr(ord(char) + 0xFEE0) for char in "*_~`@|"})
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LONGEST_CLUSTER = 16


def escape(text: str) -> str:
    """Slack's three control characters as entities, which is all that Slack decodes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Outside text on one line for a place where Slack parses, yet to be escaped: no formatting, no emoji names."""
    inert = one_line(text).translate(FULL_WIDTH)
    return re.sub(r":(?=[\w+-]+:)", "：", inert)


def divided(text: str, limit: int) -> Iterator[str]:
    """The text escaped, in pieces of at most `limit` UTF-16 units, none of which ends inside an entity or a letter.

    A piece ends at the end of a line or a word, where there is one in its last half.
    """
    while text:
        end = _fitting(text, limit)
        if end < len(text):
            end = _break_before(text, end)
        yield escape(text[:end].rstrip() or text[:end])
        text = text[end:].lstrip()


def joined(lines: Iterable[str], glue: str, limit: int) -> Iterator[str]:
    """Lines, each short enough by itself, gathered into texts of at most `limit` UTF-16 units."""
    text = ""
    for line in lines:
        if text and length(text + glue + line) > limit:
            yield text
            text = line
        else:
            text = f"{text}{glue}{line}" if text else line
    if text:
        yield text


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text, once escaped, fit."""
    if length(escape(text)) <= limit:
        return len(text)
    room = limit
    for place, char in enumerate(text):
        room -= length(ENTITIES.get(char, char))
        if room < 0:
            return max(1, place)
    return len(text)


def _break_before(text: str, end: int) -> int:
    for ending in ("\n", " "):
        place = text.rfind(ending, end // 2, end + 1)
        if place > 0:
            return place
    # A mark belongs to the letter before it, but a run of them has no end that anybody sees.
    for place in range(end, max(end - LONGEST_CLUSTER, 1), -1):
        if not unicodedata.category(text[place]).startswith("M"):
            return place
    return end
