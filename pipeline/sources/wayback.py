"""The Wayback Machine: which captures its index lists of an address, and where each can be had as it was.

The index is the CDX server (github.com/internetarchive/wayback, wayback-cdx-server); `id_` behind the time of a
capture asks for the body without the banner and the rewritten links that people are shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from pipeline.read.addresses import secured
from pipeline.sources.json_answers import beginning, json_list, text

SPACING = dt.timedelta(seconds=2.5)
"""Its index takes 30 requests a minute and shuts those out for an hour who go on after a 429; we stay under it."""

PAGE = 2000
"""Captures that one answer of the index lists."""

_INDEX = "https://web.archive.org/cdx/search/cdx"
_CAPTURE = re.compile(r"https?://web\.archive\.org/web/(\d{14})[a-z]{0,2}_?/(.+)", re.DOTALL)
_DEFAULT_PORT = re.compile(r"(?<=^http://)([^/:]+):80(?=/|$)|(?<=^https://)([^/:]+):443(?=/|$)")
_READABLE = r"mimetype:(text/(html|plain|markdown|x-markdown|xml)|application/(xhtml|rss|atom|feed|xml|json).*)"
_FIELDS = ("timestamp", "original", "mimetype", "digest")


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is filled in: from `since` on, before `until`; both aware UTC."""

    since: dt.datetime
    until: dt.datetime

    def __contains__(self, moment: dt.datetime) -> bool:
        return self.since <= moment < self.until


EVER = Span(dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture: where it is asked for, whose body it holds, and when it was taken, by the second."""

    address: str
    url: str
    taken_at: dt.datetime


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One answer of the index; `resume_key` asks for what follows, where anything does."""

    captures: tuple[Capture, ...] = ()
    resume_key: str | None = None


def index_query(url: str, span: Span, *, below: bool = False, resume_key: str | None = None) -> str:
    """The address that lists the good captures of `url`, or of what lies `below` it; bodies that stayed once."""
    asked = [
        ("url", url),
        *([("matchType", "prefix"), ("filter", _READABLE)] if below else []),
        ("filter", "statuscode:200"),
        ("collapse", "digest"),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        ("from", _written(span.since)),
        ("to", _written(span.until)),
        ("limit", str(PAGE)),
        ("showResumeKey", "true"),
        *([("resumeKey", resume_key)] if resume_key else []),
    ]
    return f"{_INDEX}?{urlencode(asked)}"


def read_index(body: bytes, url: str, span: Span) -> IndexPage | str:
    """The captures within `span` that the index lists, or why its answer is none; `url` is what was asked for.

    Rows that make no sense are passed over. A site that was captured by http has its captures under https where
    `url` is, so that an article keeps the one address that it has today.
    """
    rows = json_list(body)
    if rows is None or not all(isinstance(row, list) for row in rows):
        return f"the index of the Wayback Machine did not answer with rows of captures but says {beginning(body)!r}"
    resume_key = None
    if len(rows) > 1 and not rows[-2] and len(rows[-1]) == 1:
        resume_key = text(rows[-1][0]) or None
        rows = rows[:-2]
    return IndexPage(tuple(each for each in _captures(rows, url) if each.taken_at in span), resume_key)


def nearest(url: str, moment: dt.datetime) -> Capture:
    """The capture of `url` nearest to `moment`: its address leads on to where and when that is."""
    return Capture(_address(_written(moment), url), url, moment)


def capture_at(address: str) -> Capture | None:
    """The capture that an address of the Wayback Machine names; None for any other address."""
    found = _CAPTURE.fullmatch(address)
    moment = _moment(found[1]) if found else None
    if found is None or moment is None:
        return None
    return Capture(address, _without_default_port(found[2]), moment)


def _captures(rows: Sequence[list[object]], url: str) -> Iterator[Capture]:
    if not rows:
        return
    names = {text(name): index for index, name in enumerate(rows[0])}
    if not {"timestamp", "original"} <= names.keys():
        return
    for row in rows[1:]:
        if len(row) != len(rows[0]):
            continue
        stamp, original = text(row[names["timestamp"]]), text(row[names["original"]])
        moment = _moment(stamp)
        if moment is not None and _is_web(original):
            yield Capture(_address(stamp, original), secured(_without_default_port(original), url), moment)


def _address(stamp: str, url: str) -> str:
    return f"https://web.archive.org/web/{stamp}id_/{url}"


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _without_default_port(url: str) -> str:
    return _DEFAULT_PORT.sub(lambda found: found[1] or found[2], url)


def _written(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def _moment(stamp: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
