"""WARC records out of a stream: one gzip member at a time, inflated with a bound, and the rest never held.

Readers for whole files take lines of any length into memory, which a file from elsewhere could make use of.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.fetch.inflate import size
from pipeline.fetch.warc import Damage, Record, records_of_member

_SLICE = 64 * 1024


def records_of_stream(pieces: Iterable[bytes], limit: int) -> Iterator[Record | Damage]:
    """The records of a compressed WARC file as it comes in; offsets are those of their gzip members.

    A member of more than `limit` bytes is passed over as damage. Where the gzip data itself is damaged or cut
    off nothing more is read, since only the whole file tells where the next member begins.
    """
    begin = position = 0
    member: _Member | None = None
    for piece in pieces:
        rest = piece
        while rest:
            if member is None:
                member, begin = _Member(limit), position
            try:
                unused = member.take(rest)
            except zlib.error:
                yield Damage(begin, "the gzip data is damaged; what follows was not read")
                return
            position += len(rest) - len(unused)
            rest = unused
            if member.is_whole:
                yield from member.records(begin)
                member = None
    if member is not None:
        yield Damage(begin, "the file ends in the middle of a record")


class _Member:
    """One gzip member as it comes in; of one that is too large only the beginning is kept."""

    def __init__(self, limit: int) -> None:
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._limit = limit
        self._content = bytearray()
        self._is_oversize = False

    @property
    def is_whole(self) -> bool:
        return self._inflater.eof

    def take(self, data: bytes) -> bytes:
        """Inflates `data` up to the member's end; gives what stands behind it. Raises zlib.error."""
        while data and not self._inflater.eof:
            content = self._inflater.decompress(data, _SLICE)
            if len(self._content) + len(content) > self._limit:
                self._is_oversize = True
                self._content.clear()
            if not self._is_oversize:
                self._content += content
            data = self._inflater.unconsumed_tail
        return self._inflater.unused_data

    def records(self, begin: int) -> Iterator[Record | Damage]:
        if self._is_oversize:
            yield Damage(begin, f"the record is larger than {size(self._limit)}")
            return
        yield from records_of_member(bytes(self._content), begin, self._limit)
