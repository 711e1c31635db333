"""The archive of bodies: WARC 1.1, each body kept once by its content, in files that rotate by day and size."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import threading
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from types import TracebackType

from pipeline.errors import InputError
from pipeline.fetch import warc_records
from pipeline.fetch.body_index import BodyIndex, Place
from pipeline.fetch.durable import sync_directory, write_all
from pipeline.fetch.segments import end_segment, open_segment


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
                    self._append(warc_records.revisit(url, sha256, fetched_at, copied_from), fetched_at)
                return place
        record = warc_records.response(url, status, headers, body, sha256, fetched_at, copied_from)
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
            self._append(warc_records.response(url, status, headers, b"", sha256, moved_at), moved_at)

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
                self._write(self._stream, warc_records.warcinfo(self._file, fetched_at))
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
    from pipeline.fetch.responses import ArchivedResponse, responses_at  # most runs keep nothing and read nothing back

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
