"""Content codings undone under a bound: 800 bytes can inflate to a gigabyte (RFC 9110, 8.4)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.categories import FailureKind
from pipeline.fetch.wording import shortened

PLAIN = frozenset({"", "identity"})
GZIP = frozenset({"gzip", "x-gzip"})
DEFLATE = "deflate"
GZIP_MAGIC = b"\x1f\x8b\x08"

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_ZLIB_METHOD = 8
_SHOWN = 40  # characters of a coding's name


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why there is no body, in words that follow "the answer"."""

    reason: str
    failure: FailureKind = FailureKind.UNREADABLE


def inflate(chunks: Iterable[bytes], coding: str, limit: int) -> bytes | Unreadable:
    """The content of `chunks` with the content coding undone, of at most `limit` bytes before and after."""
    coding = coding.strip().lower()
    if coding in PLAIN:
        return _join(chunks, limit)
    if coding in GZIP or coding == DEFLATE:
        content = _inflate(chunks, coding, limit)
        if isinstance(content, bytes) and content.startswith(GZIP_MAGIC):
            return Unreadable("is compressed more than once; one layer is undone")
        return content
    return Unreadable(f"is encoded as '{shortened(coding, _SHOWN)}'; only gzip was asked for")


def size(count: int) -> str:
    """A number of bytes as people read it, such as `8 MiB`."""
    for unit, scale in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count} bytes"


def too_large(limit: int) -> Unreadable:
    """The refusal of a body beyond `limit` bytes."""
    return Unreadable(f"is larger than the bound of {size(limit)} (fetch: max_bytes)", FailureKind.TOO_LARGE)


def _join(chunks: Iterable[bytes], limit: int) -> bytes | Unreadable:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > limit:
            return too_large(limit)
    return bytes(content)


def _inflate(chunks: Iterable[bytes], coding: str, limit: int) -> bytes | Unreadable:
    content = bytearray()
    received = 0
    member = None
    complete = False
    for chunk in chunks:
        received += len(chunk)
        if received > limit:
            return too_large(limit)
        rest = chunk
        while rest:
            if member is None:
                if complete and not _goes_on(rest, coding):
                    return bytes(content)
                member = zlib.decompressobj(_window(rest, coding))
            try:
                content += member.decompress(rest, limit + 1 - len(content))
            except zlib.error:
                return Unreadable(f"says it is {coding}, but its body is not valid {coding}")
            if len(content) > limit:
                return too_large(limit)
            rest = member.unused_data if member.eof else member.unconsumed_tail
            if member.eof:
                complete, member = True, None
    if member is not None:
        return Unreadable(f"ends in the middle of its {coding} data", FailureKind.TRUNCATED)
    return bytes(content)


def _goes_on(rest: bytes, coding: str) -> bool:
    # A gzip body may be several members (RFC 1952, 2.2); anything else behind the data is padding.
    return coding != DEFLATE and rest[0] == GZIP_MAGIC[0]


def _window(rest: bytes, coding: str) -> int:
    if coding != DEFLATE:
        return _GZIP_WINDOW
    # "deflate" means zlib data, but many servers send it without the zlib header.
    return zlib.MAX_WBITS if rest[0] & 0x0F == _ZLIB_METHOD else -zlib.MAX_WBITS
