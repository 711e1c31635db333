"""Bodies out of our own archive, whatever their address, checked against the digests of their record."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.fetch.warc import Damage, Record, records_at

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ALGORITHMS = frozenset({"md5", "sha1", "sha256", "sha512"})


@dataclass(frozen=True, slots=True)
class Lost:
    """A body that cannot be had as it was stored, and why."""

    reason: str


def stored_body(directory: Path, file: str, offset: int) -> bytes | Lost:
    """The body that `Archive.store` put at `offset` bytes of `file`, unaltered as far as its record can tell."""
    where = f"{file} at byte {offset}"
    try:
        found = records_at(directory / file, offset)
    except InputError as error:
        return Lost(str(error))
    for item in found:
        if isinstance(item, Damage):
            return Lost(f"{where}: {item.message}")
        if item.fields.get("warc-type", "").lower() in ("response", "resource"):
            return body_of(item, where)
    return Lost(f"{where}: no stored body begins there")


def body_of(record: Record, where: str) -> bytes | Lost:
    """The body in a response or resource record, or why its digests do not vouch for it; `where` names the place."""
    body = record.block
    if record.fields.get("warc-type", "").lower() == "response":
        head_end = _HEAD_END.search(body)
        if head_end is None:
            return Lost(f"{where}: the record holds no HTTP response")
        body = body[head_end.end() :]
    for name, content in (("warc-block-digest", record.block), ("warc-payload-digest", body)):
        if not _fits(record.fields.get(name, ""), content):
            return Lost(f"{where}: the record does not match its {name}")
    return body


def _fits(field: str, content: bytes) -> bool:
    """Whether a digest field (`sha1:BASE32` or `sha256:hex`) is that of `content`; an unknown one says nothing."""
    algorithm, _, given = field.partition(":")
    if algorithm.lower() not in _ALGORITHMS:
        return True
    digest = hashlib.new(algorithm.lower(), content, usedforsecurity=False)
    spellings = (digest.hexdigest(), base64.b32encode(digest.digest()).decode().rstrip("=").lower())
    return given.strip().rstrip("=").lower() in spellings
