"""Keeping what is ingested: every body that can be read goes into the archive, each once by its content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flows.places import ARCHIVE_FOLDER
from flows.stages import open_archive
from pipeline.errors import WarehouseError
from pipeline.fetch.body_index import BodyIndex, Place
from pipeline.fetch.responses import ArchivedResponse
from pipeline.fetch.stored import Lost, stored_body
from pipeline.read.markup import media_type

# What a browser's archive is mostly made of, and nobody reads.
_WITHOUT_WORDS = (
    *("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript"),
    *("application/x-javascript", "application/wasm", "application/octet-stream"),
)


class BodyKeeper:
    """The archive under a data directory, for one ingest; `close` it before its places are written down.

    `keep` and `close` raise WarehouseError where the disk takes no more.
    """

    def __init__(self, data_dir: Path, run_id: str) -> None:
        self._directory = data_dir / ARCHIVE_FOLDER
        self._archive = open_archive(data_dir, run_id)
        self._index = BodyIndex(self._directory)

    def keep(self, response: ArchivedResponse) -> Place | None:
        """Where the body is kept; None for one that is not worth keeping: an error page, a picture, a script."""
        kind = media_type(response.content_type)
        if not 200 <= response.status < 300 or not response.body.strip() or kind.startswith(_WITHOUT_WORDS):
            return None
        place = None if response.url.startswith("http") else self._file_kept(response.body)
        if place is None:
            headers = response.headers or (("Content-Type", response.content_type),)
            try:
                given = (response.url, response.status, headers, response.body, response.archived_at)
                copied = response.copied_from
                # What an archive on the web gives is asked for once, and a visit that a replay has to find.
                visited = copied is not None and copied.startswith("http")
                place = self._archive.store(*given, revisited=visited, copied_from=copied)
            except OSError as error:
                raise self._full(error) from error
        return place

    def close(self) -> None:
        try:
            self._archive.close()
        except OSError as error:
            raise self._full(error) from error

    def _file_kept(self, body: bytes) -> Place | None:
        """Where a file's body is from an earlier ingest: the archive itself knows its bodies of the web only."""
        place = self._index.find(hashlib.sha256(body).hexdigest())
        if place is None:
            return None
        there = stored_body(self._directory, *place)
        return None if isinstance(there, Lost) or there != body else place

    def _full(self, error: OSError) -> WarehouseError:
        reason = error.strerror or str(error)
        return WarehouseError(f"{self._directory}: cannot keep what is ingested: {reason}; nothing was written")
