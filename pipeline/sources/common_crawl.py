"""Common Crawl's news: which WARC files hold what its crawler met in the press in a span of time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.fetch.inflate import Unreadable, inflate
from pipeline.sources.wayback import Span

FIRST_MONTH = dt.date(2016, 8, 1)
"""Before it there are no news files."""

MOST_FILE_BYTES = 4 * 1024**3
"""Files are of about a gigabyte; what goes on beyond this is none of them."""

_ROOT = "https://data.commoncrawl.org/"
_NAMED = re.compile(r"crawl-data/CC-NEWS/\d{4}/\d{2}/CC-NEWS-(\d{14})-\d+\.warc\.gz")
_MOST_LIST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewsFile:
    """One WARC file and when its first record was written; the next file's beginning is its end."""

    url: str
    begun_at: dt.datetime


def months(span: Span) -> Iterator[str]:
    """The addresses of the lists of files that may hold what was met in `span`, in order.

    The list of the month before is among them: its last file goes on into the span.
    """
    day = (span.since.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    day = max(day, FIRST_MONTH)
    while day < span.until.date() or (day == span.until.date() and span.until.time() > dt.time()):
        yield f"{_ROOT}crawl-data/CC-NEWS/{day:%Y/%m}/warc.paths.gz"
        day = (day + dt.timedelta(days=31)).replace(day=1)


def read_paths(body: bytes) -> tuple[NewsFile, ...] | str:
    """The files that a month's list names, or why it is no such list."""
    content = inflate([body], "gzip", _MOST_LIST_BYTES)
    if isinstance(content, Unreadable):
        return f"the list of files {content.reason}"
    found = []
    for line in content.decode("ascii", "replace").split():
        named = _NAMED.fullmatch(line)
        moment = _moment(named[1]) if named else None
        if moment is not None:
            found.append(NewsFile(_ROOT + line, moment))
    if not found:
        return "the list of files names no file of news"
    return tuple(found)


def files_within(files: Sequence[NewsFile], span: Span) -> tuple[NewsFile, ...]:
    """The files that may hold records of `span`, oldest first: those begun in it, and the one that it begins in."""
    ordered = sorted(set(files), key=lambda file: (file.begun_at, file.url))
    before = [file for file in ordered if file.begun_at < span.since]
    return (*before[-1:], *(file for file in ordered if file.begun_at in span))


def _moment(stamp: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
