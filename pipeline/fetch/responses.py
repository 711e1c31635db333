"""HTTP responses out of WARC files: whatever wrote them, and however they were damaged since."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pipeline.fetch.inflate import GZIP, GZIP_MAGIC, PLAIN, Unreadable, inflate
from pipeline.fetch.warc import MAX_RECORD_BYTES, Damage, Record, parse_head, records, records_at
from pipeline.model import Problem

_STATUS_LINE = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})\b.*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_DIGESTS = frozenset({"md5", "sha1", "sha256", "sha512"})
_SLICE = 64 * 1024


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """One version of one URL. `body` is decoded, `archived_at` aware UTC, `offset` in bytes in the file.

    `copied_from` is the address of the archive that it was copied from, where it was.
    """

    url: str
    archived_at: dt.datetime
    status: int
    content_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    offset: int
    copied_from: str | None = None


def archived_responses(path: Path, max_bytes: int = MAX_RECORD_BYTES) -> Iterator[ArchivedResponse | Problem]:
    """The HTTP responses of a WARC file in its order; records that cannot be read come as problems.

    `response` and `resource` records of http and https addresses count, the others are passed over. Bodies
    are decoded up to `max_bytes`. Raises InputError at once where the file is no WARC file.
    """
    found = (response_of(item, path, max_bytes) for item in records(path, max_bytes))
    return (item for item in found if item is not None)


@dataclass(frozen=True, slots=True)
class Revisit:
    """A visit of `url` at which a body stood there that is archived already, under its SHA-256 in hexadecimal."""

    url: str
    archived_at: dt.datetime
    sha256: str


def revisits(path: Path) -> Iterator[Revisit]:
    """The revisit records of a WARC file that name their body by its SHA-256, in its order."""
    for item in records(path, MAX_RECORD_BYTES):
        if not isinstance(item, Record) or item.fields.get("warc-type", "").lower() != "revisit":
            continue
        algorithm, _, digest = item.fields.get("warc-payload-digest", "").partition(":")
        moment = _moment(item.fields.get("warc-date", ""))
        url = item.fields.get("warc-target-uri", "").strip("<>")
        if algorithm.lower() == "sha256" and moment and url:
            yield Revisit(url, moment, digest.strip().lower())


def responses_at(path: Path, offset: int) -> tuple[ArchivedResponse | Problem, ...]:
    """The responses of the record, or the gzip member, at `offset`. Raises InputError as above."""
    found = (response_of(item, path, MAX_RECORD_BYTES) for item in records_at(path, offset))
    return tuple(item for item in found if item is not None)


def response_of(item: Record | Damage, path: Path | str, limit: int) -> ArchivedResponse | Problem | None:
    """The HTTP response in one record of the file that `path` names; None where it holds none of the web."""
    if isinstance(item, Damage):
        return _problem(path, item.offset, item.message)
    kind = item.fields.get("warc-type", "").lower()
    url = item.fields.get("warc-target-uri", "").strip("<>").replace(" ", "%20")
    if kind not in ("response", "resource") or (url and not url.lower().startswith(("http://", "https://"))):
        return None
    if not url:
        return _problem(path, item.offset, "the record has no WARC-Target-URI")
    moment = _moment(item.fields.get("warc-date", ""))
    if moment is None:
        return _problem(path, item.offset, f"the record of {url} has no usable WARC-Date")
    if _altered(item):
        return _problem(path, item.offset, f"the record of {url} does not match its WARC-Block-Digest")
    if kind == "resource":
        content_type = item.fields.get("content-type", "")
        headers = (("Content-Type", content_type),) if content_type else ()
        return ArchivedResponse(url, moment, 200, content_type, headers, item.block, item.offset)
    return _response(item, url, moment, path, limit)


def _response(item: Record, url: str, moment: dt.datetime, path: Path | str, limit: int) -> ArchivedResponse | Problem:
    head_end = _HEAD_END.search(item.block)
    first, headers = parse_head(item.block[: head_end.start()] if head_end else b"")
    status = _STATUS_LINE.fullmatch(first)
    if head_end is None or status is None:
        return _problem(path, item.offset, f"the record of {url} holds no HTTP response")
    values = {name.lower(): value for name, value in reversed(headers)}
    body = item.block[head_end.end() :]
    if values.get("transfer-encoding", "").lower().endswith("chunked"):
        from warcio.bufferedreaders import ChunkedDataReader

        # warcio leaves bodies alone that a tool has joined without dropping the header.
        body = ChunkedDataReader(BytesIO(body)).read()
    content = _decoded(body, values.get("content-encoding", ""), limit)
    if isinstance(content, Unreadable):
        return _problem(path, item.offset, f"the response of {url} {content.reason}")
    content_type = values.get("content-type", "")
    return ArchivedResponse(url, moment, int(status[1]), content_type, headers, content, item.offset)


def _decoded(body: bytes, coding: str, limit: int) -> bytes | Unreadable:
    coding = coding.strip().lower()
    # Some tools inflate a body and keep the header that says it is compressed.
    if not body or (coding in GZIP and not body.startswith(GZIP_MAGIC)):
        coding = ""
    if coding in PLAIN:
        return body
    return inflate((body[at : at + _SLICE] for at in range(0, len(body), _SLICE)), coding, limit)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _altered(record: Record) -> bool:
    algorithm, _, given = record.fields.get("warc-block-digest", "").partition(":")
    if algorithm.lower() not in _DIGESTS:
        return False
    digest = hashlib.new(algorithm.lower(), record.block, usedforsecurity=False)
    spellings = (digest.hexdigest(), base64.b32encode(digest.digest()).decode().rstrip("="))
    return given.strip().rstrip("=").lower() not in (spelling.lower() for spelling in spellings)


def _problem(path: Path | str, offset: int, message: str) -> Problem:
    return Problem("archive", f"{path} at byte {offset}", message)
