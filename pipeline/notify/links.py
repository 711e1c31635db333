"""Links to the very words: an address that is safe to follow, with a text fragment (WICG, Scroll To Text)."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from pipeline.notify.inert import ascii_host, clean

# Characters of a fragment once encoded, which makes nine of a Chinese one.
LONGEST_EXACT = 240
RANGE_WORDS = 5
RANGE_CHARACTERS = 10
LONGEST_LINK = 900
# Kept as they are in an address (RFC 3986); all else (`|`, `<`, `>`, quotes, spaces) is percent-encoded.
ADDRESS_CHARACTERS = "/:?#[]@!$&'()*+,;=%-._~"


def safe_address(url: str) -> str | None:
    """The address, percent-encoded so that nothing in it ends it early; None unless http(s) with a host."""
    address = clean(url).replace("\n", "")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    host = ascii_host(parts.hostname)
    if host is None:
        return None
    if not parts.hostname.isascii():
        address = urlunsplit(parts._replace(netloc=f"{host}:{port}" if port else host))
    encoded = quote(address, safe=ADDRESS_CHARACTERS).replace("'", "%27")
    return encoded if len(encoded) <= LONGEST_LINK else None


def link_to(url: str, words: str) -> str | None:
    """An address that opens the page at `words`; without the words where that would be too long."""
    address = safe_address(url)
    fragment = text_fragment(words)
    if address is None or not fragment:
        return address
    joined = f"{address}{':~:' if '#' in address else '#:~:'}{fragment}"
    return joined if len(joined) <= LONGEST_LINK else address


def text_fragment(words: str) -> str:
    """`text=…` for a quote: all of it when short, otherwise its first and last words; empty for no words."""
    blocks = [block for line in clean(words).split("\n") for block in _blocks(line)]
    if not blocks:
        return ""
    first, last = blocks[0], blocks[-1]
    if len(blocks) == 1 and len(_encoded(first)) <= LONGEST_EXACT:
        return f"text={_encoded(first)}"
    start, end = _first_words(first), _last_words(last)
    if len(blocks) == 1 and len(start) + len(end) >= len(first):
        return f"text={_encoded(first)}"
    return f"text={_encoded(start)},{_encoded(end)}"


def _blocks(line: str) -> list[str]:
    """What stands in separate elements of the page: it is we who join table cells and mark list items."""
    cells = (cell.strip() for cell in re.sub(r"^- ", "", line.strip()).split(" | "))
    return [cell for cell in cells if cell]


def _first_words(text: str) -> str:
    words = text.split(" ")
    if len(words) > RANGE_WORDS:
        return " ".join(words[:RANGE_WORDS])
    # Text without spaces: end at the first punctuation mark in reach, which is a word boundary for sure.
    stop = re.search(r"[，。、；：！？（）“”,;:!?]", text[4 : 2 * RANGE_CHARACTERS])
    return text[: 4 + stop.start()] if stop else text[:RANGE_CHARACTERS]


def _last_words(text: str) -> str:
    words = text.split(" ")
    if len(words) > RANGE_WORDS:
        return " ".join(words[-RANGE_WORDS:])
    return text[-RANGE_CHARACTERS:]


def _encoded(text: str) -> str:
    # `-`, `,` and `&` have a meaning in a text directive; quote() leaves the hyphen alone.
    return quote(text, safe="").replace("-", "%2D")
