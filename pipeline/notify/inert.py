"""Text from outside, made harmless: nothing in it controls a terminal, hides, reverses or forges a line."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters and marks that show nothing, besides the format characters (category Cf), which all go:
# fillers, the grapheme joiner, and the variation selectors beyond the sixteen that emoji use.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0xE0100, 0xE01F0)}
LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
ENDING = re.compile(r"[\s,.;:!?、，。；：！？…-]+$")


def clean(text: str) -> str:
    """The words and line breaks, without control, bidi, zero-width and other hidden characters."""
    lines = LINE_ENDS.sub("\n", text).split("\n")
    return "\n".join("".join(map(_shown, line)).rstrip() for line in lines).strip()


def one_line(text: str) -> str:
    """Cleaned text on one line, with single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut at a word where one is near, and ended with `…`."""
    if length(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = text
    while length(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (length(kept) - limit + 1) // 2)]
    space = kept.rfind(" ")
    if space > len(kept) * 3 // 4:
        kept = kept[:space]
    return ENDING.sub("", kept) + "…"


def length(text: str) -> int:
    """UTF-16 units of a text: what Slack and browsers count."""
    return len(text) + sum(char > "\uffff" for char in text)


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if char == "\t" or category in ("Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cc", "Cf") or char in INVISIBLE else char
