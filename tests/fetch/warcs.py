"""WARC files written for the tests, whole and broken."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

DATE = "2026-03-04T15:00:00Z"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html",))]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    block: bytes,
    *,
    url: str | None = "https://example.org/a",
    date: str | None = DATE,
    kind: str = "response",
    length: int | str | None = None,
    extra: Iterable[str] = (),
) -> bytes:
    """One record; None leaves its field out, and `length` lies about the block."""
    fields = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        *([f"WARC-Target-URI: {url}"] if url is not None else []),
        *([f"WARC-Date: {date}"] if date is not None else []),
        *extra,
        *([f"Content-Length: {len(block) if length is None else length}"] if length != "" else []),
    ]
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page(number: int, size: int = 300) -> bytes:
    """A record of https://example.org/<number> with a body that tells its number."""
    body = f"<p>page {number}</p>".encode() + bytes(range(256)) * (size // 256)
    return record(http(body), url=f"https://example.org/{number}")


def plain(path: Path, records: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(records))
    return path


def zipped(path: Path, records: Iterable[bytes]) -> Path:
    """Each record in a gzip member of its own, as the standard recommends."""
    return plain(path, (gzip.compress(content, mtime=0) for content in records))
