"""The archive of bodies: WARC 1.1, each body kept once by its content, in files that rotate by day and size."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import threading
import uuid
from collections.abc import Iterable
from io import BytesIO, FileIO
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import InputError
from pipeline.fetch.body_index import BodyIndex, Place
from pipeline.fetch.durable import sync_directory, write_all
from pipeline.fetch.responses import ArchivedResponse, archived_responses, responses_at
from pipeline.fetch.segments import end_segment, open_segment

__all__ = ["Archive", "ArchivedResponse", "archived_responses", "read_body"]

# What is stored is the inflated body in one piece; these would describe the way it came.
_OF_THE_TRANSFER = frozenset(
    {
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "trailer",
        "set-cookie",
    }
)
_URL_CHARACTERS = "".join(chr(code) for code in range(0x21, 0x7F))
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_WARCINFO = b"software: qwen-watch\r\nformat: WARC File Format 1.1\r\n"


class Archive:
    """Stores bodies under `directory` in a file of that name, which begins with the first of them.

    With `rotate_at` bytes several runs share a name: each goes on in its file until that is full, and then in the
    next one. Without, a file belongs to one run. Threads may share an archive. Several processes may have archives
    of one directory open at once; a body that two of them meet in the same moment is then kept twice.
    """

    def __init__(self, directory: Path, run_id: str, rotate_at: int | None = None) -> None:
        self._directory = directory
        self._rotate_at = rotate_at
        self._run = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).lstrip(".") or "run"
        self._lock = threading.Lock()
        self._index = BodyIndex(directory)
        self._stored: dict[str, Place] = {}
        self._unindexed: dict[str, Place] = {}
        self._stream: FileIO | None = None
        self._file = ""
        self._end = 0

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def store(
        self,
        url: str,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fetched_at: dt.datetime,
        *,
        revisited: bool = False,
        copied_from: str | None = None,
    ) -> Place:
        """The file, relative to the directory, and the offset of the record that holds `body`.

        The place may be written down elsewhere only after `flush` or `close`. With `revisited` a body that is
        there already leaves a record of this visit, so that a replay knows what stood at `url` then. `copied_from`
        is noted in the record, where another archive gave it. Raises OSError where the disk does.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        with self._lock:
            place = self._find(sha256)
            if place is not None:
                if revisited:
                    self._append(_revisit_record(url, sha256, fetched_at, copied_from), fetched_at)
                return place
        record = _response_record(url, status, headers, body, sha256, fetched_at, copied_from)
        with self._lock:
            place = self._find(sha256)
            if place is None:
                place = self._stored[sha256] = self._unindexed[sha256] = self._append(record, fetched_at)
        return place

    def store_redirect(self, url: str, status: int, target: str, moved_at: dt.datetime) -> None:
        """Keeps that `url` led on to `target`, without which a replay would not find what stood there."""
        headers = [("Location", target)]
        sha256 = hashlib.sha256(b"").hexdigest()
        with self._lock:
            self._append(_response_record(url, status, headers, b"", sha256, moved_at), moved_at)

    def flush(self) -> None:
        """Waits until everything stored so far is on disk, then enters it into the index."""
        with self._lock:
            self._flush()

    def close(self) -> None:
        """Flushes and ends the run's file; whatever is stored afterwards goes to a further file."""
        with self._lock:
            self._flush()
            self._end_file()

    def _find(self, sha256: str) -> Place | None:
        place = self._stored.get(sha256)
        if place is not None:
            return place
        place = self._index.find(sha256)
        if place is None or not _holds(self._directory, place, sha256):
            return None
        self._stored[sha256] = place
        return place

    def _append(self, record: bytes, fetched_at: dt.datetime) -> Place:
        if self._stream is not None and self._rotate_at is not None and self._end >= self._rotate_at:
            self._flush()
            self._end_file()
        if self._stream is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._file, self._stream, self._end = open_segment(self._directory, self._run, self._rotate_at)
            if self._end == 0:
                self._write(self._stream, _warcinfo_record(self._file, fetched_at))
        return self._file, self._write(self._stream, record)

    def _write(self, stream: FileIO, record: bytes) -> int:
        try:
            write_all(stream.fileno(), record)
        except OSError:
            # The file now ends in half a record: nothing may follow it there, so its mark stays.
            stream.close()
            self._stream = None
            raise
        offset, self._end = self._end, self._end + len(record)
        return offset

    def _flush(self) -> None:
        if not self._unindexed:
            return
        if self._stream is not None:
            os.fsync(self._stream.fileno())
            sync_directory(self._directory)
        self._index.add(self._unindexed)
        self._unindexed = {}

    def _end_file(self) -> None:
        if self._stream is None:
            return
        stream, self._stream = self._stream, None
        with stream:
            os.fsync(stream.fileno())
            end_segment(self._directory, self._file)
        sync_directory(self._directory)


def read_body(directory: Path, file: str, offset: int) -> bytes:
    """The body that `Archive.store` put there. Raises InputError where the archive has lost it."""
    for item in responses_at(directory / file, offset):
        if isinstance(item, ArchivedResponse):
            return item.body
        raise InputError(f"{item.item}: {item.message}")
    raise InputError(f"{directory / file} at byte {offset}: holds no stored body")


def _holds(directory: Path, place: Place, sha256: str) -> bool:
    try:
        body = read_body(directory, *place)
    except InputError:
        return False
    return hashlib.sha256(body).hexdigest() == sha256


def _response_record(
    url: str,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    sha256: str,
    fetched_at: dt.datetime,
    copied_from: str | None = None,
) -> bytes:
    kept = [(name, " ".join(value.split())) for name, value in headers if name.lower() not in _OF_THE_TRANSFER]
    http = StatusAndHeaders(str(status), [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
    address = quote(url, safe=_URL_CHARACTERS)
    fields = {"WARC-Payload-Digest": f"sha256:{sha256}", **_origin(copied_from)}
    return _record(address, "response", body, fields, fetched_at, http)


def _origin(copied_from: str | None) -> dict[str, str]:
    """The field that pywb writes, too, for what it copies from other archives."""
    return {"WARC-Source-URI": quote(copied_from, safe=_URL_CHARACTERS)} if copied_from else {}


def _revisit_record(url: str, sha256: str, moment: dt.datetime, copied_from: str | None = None) -> bytes:
    fields = {"WARC-Payload-Digest": f"sha256:{sha256}", "WARC-Profile": _SAME_PAYLOAD, **_origin(copied_from)}
    return _record(quote(url, safe=_URL_CHARACTERS), "revisit", b"", fields, moment, None)


def _warcinfo_record(file: str, moment: dt.datetime) -> bytes:
    return _record("", "warcinfo", _WARCINFO, {"WARC-Filename": file}, moment, None)


def _record(
    url: str,
    kind: str,
    content: bytes,
    fields: dict[str, str],
    moment: dt.datetime,
    http: StatusAndHeaders | None,
) -> bytes:
    date = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = uuid.uuid5(uuid.NAMESPACE_URL, " ".join((kind, url, date, *fields.values())))
    named = {"WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": date, **fields}
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        url, kind, payload=BytesIO(content), length=len(content), warc_headers_dict=named, http_headers=http
    )
    writer.write_record(record)
    return out.getvalue()
