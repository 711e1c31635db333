"""Whether stored evidence still holds: a quote against its text, and a text against the digest it was read with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_AROUND = 24
_LONGEST = 72


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold, in one line; `expected` and `found` are the two sides, cut to where they differ."""

    message: str
    expected: str = ""
    found: str = ""


def quote_fault(quote: str, start: int, end: int, text: str) -> Fault | None:
    """Why `quote` is not the text from `start` to `end` (code points); None where it is."""
    there = text[start:end] if 0 <= start <= end else ""
    if quote and there == quote and end <= len(text):
        return None
    if not quote:
        return Fault("the quote is empty", "", shortened(there))
    return Fault(_where(quote, start, end, text), *differing(quote, there))


def text_fault(text: str, sha256: str) -> Fault | None:
    """Why `text` is not the one whose SHA-256 (hexadecimal, of its UTF-8) was stored; None where it is."""
    # As it was made when the document was read: half a character has no UTF-8 of its own.
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if digest == sha256.lower():
        return None
    return Fault("the stored text is not the one that was read: its SHA-256 differs", sha256, digest)


def differing(expected: str, found: str) -> tuple[str, str]:
    """Both texts around the first place where they differ, on one line each."""
    first = next((at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), None)
    at = min(len(expected), len(found)) if first is None else first
    return shortened(expected, at), shortened(found, at)


def shortened(text: str, at: int = 0) -> str:
    """At most 72 characters of a text around the place `at`, with `…` where something is left out."""
    begin = max(0, at - _AROUND) if len(text) > _LONGEST else 0
    part = text[begin : begin + _LONGEST]
    return ("…" if begin else "") + part.replace("\n", " ") + ("…" if begin + _LONGEST < len(text) else "")


def _where(quote: str, start: int, end: int, text: str) -> str:
    if not 0 <= start <= end:
        return f"the quote's place, {start} to {end}, is none"
    elsewhere = text.find(quote)
    if elsewhere >= 0:
        return f"the quote does not stand at {start} to {end} of the text, but at {elsewhere}"
    if end > len(text):
        return f"the quote should end at {end}, and the text ends at {len(text)}"
    return f"the quote is not what the text has at {start} to {end}"
