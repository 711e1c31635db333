"""Text from outside, made harmless: nothing in it controls a terminal, hides, reverses, forges a line or is a link."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna

# Letters and marks that show nothing, besides the format characters (category Cf), which all go:
# fillers, the grapheme joiner, and the variation selectors beyond the sixteen that emoji use.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0xE0100, 0xE01F0)}
LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
ENDING = re.compile(r"[\s,.;:!?、，。；：！？…-]+$")
# Emoji choose their look with one of the last two; any other, and any behind another, hides something.
VARIATIONS = re.compile("(?<![\\s\ufe0e\ufe0f])([\ufe0e\ufe0f])?[\ufe00-\ufe0f]*")
SELECTOR = re.compile("[\ufe00-\ufe0f]")
SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]{0,30}):(?=//|\\\\)|(mailto|tel|sms|xmpp|javascript|vbscript|data):")
HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:xn--[a-zA-Z0-9-]+|[^\W\d_]{2,24})|\b\d{1,3}(?:\.\d{1,3}){3}\b")
PASSES_FOR_LATIN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]")
COLON, DOT, AT = "\ua789", "\u2024", "\uff20"


def clean(text: str) -> str:
    """The words and line breaks, without control, bidi, zero-width and other hidden characters."""
    lines = LINE_ENDS.sub("\n", text).split("\n")
    return "\n".join(_plain("".join(map(_shown, line))).rstrip() for line in lines).strip()


def unlinked(text: str) -> str:
    """The text without anything that a program makes a link or a mention of; it looks as it did.

    Colons of schemes, dots of hosts and every `@` give way to characters of the same look. A host with letters
    that pass for Latin ones is shown in Punycode, which is what its address is.
    """
    broken = SCHEME.sub(lambda found: f"{found[1] or found[2]}{COLON}", text)
    return HOST.sub(lambda found: _shown_host(found[0]).replace(".", DOT), broken).replace("@", AT)


def ascii_host(host: str) -> str | None:
    """A host's name as it is looked up, in Punycode where it is not ASCII; None for one that cannot be."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def _shown_host(host: str) -> str:
    return (ascii_host(host) if PASSES_FOR_LATIN.search(host) else None) or host


def _plain(line: str) -> str:
    # Few lines have a selector at all, and looking for where none may stand takes long.
    return VARIATIONS.sub(_one, line) if SELECTOR.search(line) else line


def _one(found: re.Match[str]) -> str:
    return found[1] or ""


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
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs" or (ord(char) & 0xFFFE) == 0xFFFE or "\ufdd0" <= char <= "\ufdef":
        return "\ufffd"  # no character, which no XML and no mail may hold
    if char == "\t" or category in ("Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cc", "Cf") or char in INVISIBLE else char
