"""Newsletters from a Maildir on this machine: each message a document; no file is moved, marked or written."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from pipeline.isolation.workers import Workers
from pipeline.model import Fetch, Source
from pipeline.read.mail import MOST_BYTES
from pipeline.sources.collecting import Collected
from pipeline.sources.listing import Listing, unreadable
from pipeline.sources.mail import SENDERS, read_messages
from pipeline.sources.tokens import Secret

_MOST_MESSAGES = 200
# File systems round the moment of a change, and a delivery may fall into the very moment of the last look.
_OVERLAP_NS = 2_000_000_000
_MOST_AGAIN = 50

Key = tuple[int, str]
"""When a file last changed its place or its flags, in nanoseconds, and its unique name, percent-encoded."""


@dataclass(frozen=True, slots=True)
class MaildirKind:
    """A folder with `new` and `cur` below it, such as `file:///var/mail/news` (cr.yp.to/proto/maildir.html)."""

    options: Mapping[str, str] = field(default_factory=lambda: dict(SENDERS))
    schemes: frozenset[str] = frozenset({"file"})

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del fetch, now
        return unreadable(source, f"{source.url} is a mail folder, and nothing that HTTP gives; write file:///PATH")

    def collect(
        self, source: Source, mark: str | None, secret: Secret, now: dt.datetime, workers: Workers
    ) -> Collected:
        """The messages that came, or changed their flags, after `mark`: those are known again by their content."""
        del secret
        folder = Path(unquote(urlsplit(source.url).path))
        try:
            files = sorted(_files(folder))
        except OSError as error:
            return Collected(
                failure=f"the folder cannot be read: {error.strerror or error}; check path and permissions"
            )
        if not any((folder / name).is_dir() for name in ("new", "cur")):
            return Collected(failure="is no Maildir: it has neither new/ nor cur/; check the path")
        after = _parsed(mark)
        waiting = [file for file in files if file[0] > after][:_MOST_MESSAGES]
        again = [file for file in files if after[0] - _OVERLAP_NS <= file[0][0] and file[0] <= after][-_MOST_AGAIN:]
        reached = waiting[-1][0] if waiting else after
        messages = ((str(path), raw) for _, path in (*again, *waiting) if (raw := _content(path)) is not None)
        return read_messages(f"{reached[0]}/{reached[1]}", messages, source, now, workers)


def _files(folder: Path) -> Iterator[tuple[Key, Path]]:
    for name in ("new", "cur"):
        if not (folder / name).is_dir():
            continue
        for entry in os.scandir(folder / name):
            about = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(about.st_mode) and not entry.name.startswith("."):
                # What follows the colon are flags, which change (`:2,S` for seen).
                unique = quote(os.fsencode(entry.name.partition(":")[0]))
                yield (about.st_ctime_ns, unique), Path(entry.path)


def _content(path: Path) -> bytes | None:
    """What a file holds, a byte beyond the bound at most; None for one that was moved since: it is met again."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None


def _parsed(mark: str | None) -> Key:
    moment, _, name = (mark or "").partition("/")
    return (int(moment), name) if moment.isdecimal() else (0, "")
