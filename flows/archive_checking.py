"""Checking an archive: every record of every file is read again and compared with its digests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.fetch.stored import Lost, body_of
from pipeline.fetch.warc import MAX_RECORD_BYTES, Damage, records
from pipeline.model import Problem


@dataclass(slots=True)
class ArchiveTally:
    """What has been read so far."""

    files: int = 0
    records: int = 0
    bodies: int = 0
    damaged: int = 0


def damaged_records(directory: Path, tally: ArchiveTally) -> Iterator[Problem]:
    """Every record that cannot be vouched for, with its file and offset; counts go into `tally`.

    Raises InputError where there is no archive.
    """
    files = sorted({*directory.glob("*.warc"), *directory.glob("*.warc.gz")})
    if not files:
        raise InputError(f"{directory}: no WARC file there; name the data directory with --data")
    for path in files:
        tally.files += 1
        for problem in _of_file(path, tally):
            tally.damaged += 1
            yield problem


def _of_file(path: Path, tally: ArchiveTally) -> Iterator[Problem]:
    if path.stat().st_size == 0:
        return
    try:
        for item in records(path, MAX_RECORD_BYTES):
            tally.records += 1
            where = f"{path.name} at byte {item.offset}"
            if isinstance(item, Damage):
                yield Problem("archive", where, item.message)
            elif item.fields.get("warc-type", "").lower() in ("response", "resource"):
                tally.bodies += 1
                body = body_of(item, where)
                if isinstance(body, Lost):
                    url = item.fields.get("warc-target-uri", "an address that is not said")
                    yield Problem("archive", where, f"{body.reason.removeprefix(where).lstrip(': ')} ({url})")
    except InputError as error:
        yield Problem("archive", path.name, str(error))
