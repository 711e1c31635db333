"""WARC framing (ISO 28500, version 1.1): the records of a file, and the places where it is broken.

Written for damage: readers that go on from wherever they stand give up at the first broken record.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import InputError
from pipeline.fetch.inflate import GZIP_MAGIC, size

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""The largest record that is read, and the largest gzip member that is inflated."""

_MAX_HEAD_BYTES = 64 * 1024
_CHUNK = 64 * 1024
_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n(?=[A-Za-z][A-Za-z-]*[ \t]*:)")
_CLOSED = re.compile(rb"\r?\n\r?\n|[\r\n]*(?:\Z|WARC/[01]\.)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"[\r\n]*")
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Record:
    """One whole record: its fields by lower-case name, its content block, and where it begins, in bytes.

    In a compressed file `offset` is that of the gzip member, which is what a reader can seek to.
    """

    offset: int
    fields: Mapping[str, str]
    block: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A place, in bytes from the beginning of the file, from which no record can be read, and why."""

    offset: int
    message: str


def records(path: Path, limit: int = MAX_RECORD_BYTES) -> Iterator[Record | Damage]:
    """Every record of a WARC file, compressed or not, with the broken places in between.

    Raises InputError at once where the file cannot be opened or holds no record at all.
    """
    with _mapped(path) as data:
        member = None if _START.match(data) else _next_member(data, 0)
        start = _START.search(data, 0, len(data) if member is None else member)
        if start is None and member is None:
            raise InputError(f"{path}: not a WARC file, no record was found in it; give a .warc or .warc.gz file")
    compressed = start is None
    return _walk(path, compressed, limit)


def records_at(path: Path, offset: int, limit: int = MAX_RECORD_BYTES) -> tuple[Record | Damage, ...]:
    """The record at `offset`, or those of the gzip member there. Raises InputError as `records` does."""
    with _mapped(path) as data:
        if offset >= len(data):
            return (Damage(offset, "the file ends before"),)
        if data[offset : offset + len(GZIP_MAGIC)] == GZIP_MAGIC:
            return tuple(_of_member(_member(data, offset, limit), limit))
        return (_record(data, offset, limit)[0],)


def records_of_member(content: bytes, offset: int, limit: int = MAX_RECORD_BYTES) -> Iterator[Record | Damage]:
    """The records in the inflated `content` of one whole gzip member, which begins at `offset` of its file."""
    return (replace(item, offset=offset) for item in _plain(content, limit))


def parse_head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The first line of a WARC or HTTP header, and its fields in order; folded lines are joined."""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    first, *lines = re.sub(r"\r?\n[ \t]+", " ", text).split("\n")
    split = (line.partition(":") for line in lines)
    return first.strip(), tuple((name.strip(), value.strip()) for name, colon, value in split if colon)


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    try:
        with path.open("rb") as stream:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path}: is empty; a WARC file holds at least one record") from error
    with data:
        yield data


def _walk(path: Path, compressed: bool, limit: int) -> Iterator[Record | Damage]:
    with _mapped(path) as data:
        yield from _compressed(data, limit) if compressed else _plain(data, limit)


def _plain(data: bytes | mmap.mmap, limit: int) -> Iterator[Record | Damage]:
    position = 0
    while (position := _past_blank(data, position)) < len(data):
        item, position = _record(data, position, limit)
        yield item


def _record(data: bytes | mmap.mmap, at: int, limit: int) -> tuple[Record | Damage, int]:
    """What stands at `at`, and where to read on."""
    if _START.match(data, at) is None:
        following = _next_start(data, at)
        return Damage(at, f"{size(following - at)} that are no WARC record"), following
    head_end = _HEAD_END.search(data, at, at + _MAX_HEAD_BYTES)
    if head_end is None:
        return Damage(at, "the header of the record does not end"), _next_start(data, at + 1)
    begin = head_end.end()
    fields = {name.lower(): value for name, value in parse_head(data[at : head_end.start()])[1]}
    announced = fields.get("content-length", "")
    if _LENGTH.fullmatch(announced) is None:
        return Damage(at, "the record has no usable Content-Length"), _next_start(data, begin)
    end = begin + int(announced)
    if end > len(data):
        there = f"{size(len(data) - begin)} of {size(end - begin)} are there"
        return Damage(at, f"the record is cut off, or its Content-Length is wrong: {there}"), _next_start(data, begin)
    if _CLOSED.match(data, end) is None:
        return Damage(at, f"the Content-Length of the record, {announced}, is wrong"), _next_start(data, begin)
    if end - begin > limit:
        return Damage(at, f"the record is larger than the bound of {size(limit)}"), end
    return Record(at, fields, data[begin:end]), end


@dataclass(frozen=True, slots=True)
class _Member:
    offset: int
    content: bytes
    end: int
    damage: str | None


def _compressed(data: mmap.mmap, limit: int) -> Iterator[Record | Damage]:
    position = 0
    while position < len(data):
        if data[position : position + len(GZIP_MAGIC)] != GZIP_MAGIC:
            following = _following_member(data, position)
            yield Damage(position, f"{size(following - position)} that are no gzip data")
            position = following
            continue
        member = _member(data, position, limit)
        yield from _of_member(member, limit)
        position = member.end if member.damage is None else _following_member(data, position + 1)


def _of_member(member: _Member, limit: int) -> Iterator[Record | Damage]:
    found = list(records_of_member(member.content, member.offset, limit))
    if member.damage is None:
        yield from found
        return
    # Nothing vouches for the record at the cut: its checksum stands behind it.
    yield from (item for item in found[:-1] if isinstance(item, Record))
    yield Damage(member.offset, member.damage)


def _member(data: mmap.mmap, at: int, limit: int) -> _Member:
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    bound = limit + _MAX_HEAD_BYTES
    content = bytearray()
    position = at
    while not inflater.eof and position < len(data):
        chunk = data[position : position + _CHUNK]
        try:
            content += inflater.decompress(chunk, bound + 1 - len(content))
        except zlib.error:
            return _Member(at, b"", at, "the gzip data of the record is damaged")
        if len(content) > bound:
            advice = "a WARC file has one member for each record, so compress it again that way"
            return _Member(at, b"", at, f"a gzip member of more than {size(limit)}; {advice}")
        position += len(chunk)
    if not inflater.eof:
        return _Member(at, bytes(content), position, "the gzip data of the record is cut off")
    return _Member(at, bytes(content), position - len(inflater.unused_data), None)


def _past_blank(data: bytes | mmap.mmap, at: int) -> int:
    blank = _BLANK.match(data, at)
    return blank.end() if blank else at


def _next_start(data: bytes | mmap.mmap, at: int) -> int:
    found = _START.search(data, at)
    return found.start() if found else len(data)


def _following_member(data: mmap.mmap, at: int) -> int:
    found = _next_member(data, at)
    return len(data) if found is None else found


def _next_member(data: mmap.mmap, at: int) -> int | None:
    """The next place where gzip data begins that inflates to a WARC record."""
    while (at := data.find(GZIP_MAGIC, at)) >= 0:
        try:
            content = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data[at : at + 1024], 16)
        except zlib.error:
            content = b""
        if content.lstrip().startswith(b"WARC/"):
            return at
        # Compressed data holds the magic number by chance, too.
        at += 1
    return None
