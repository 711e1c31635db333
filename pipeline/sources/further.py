"""Lists that go on at other addresses: pure decisions on what their parts amount to as one list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from urllib.parse import urlsplit

from pipeline.categories import FailureKind, Outcome
from pipeline.model import Document, Fetch, Problem, Source, Validators
from pipeline.sources.listing import Listing

MOST_FURTHER = 12
_LIST_FILES = (".xml", ".xml.gz")
_PAGED = re.compile(r"[?&](?:page|page_?number|cursor|offset|after)=", re.IGNORECASE)
_FAILED = frozenset({Outcome.ERROR, Outcome.BLOCKED})


def kept_exchange(fetch: Fetch, part: Listing, stored: Validators | None) -> Fetch:
    """The exchange of one part as it is remembered: one that could not be read is no copy to compare with."""
    if part.is_unreadable and not part.is_bare:
        return replace(fetch, outcome=Outcome.ERROR, error=part.problems[0].message, failure=FailureKind.UNREADABLE)
    if _is_index(part):
        return _not_kept(fetch)
    if stored and fetch.outcome == Outcome.NEW and fetch.sha256 == stored.sha256:
        return replace(fetch, outcome=Outcome.UNCHANGED)
    return fetch


def joined(
    source: Source,
    first: Fetch,
    listing: Listing,
    parts: Sequence[tuple[Fetch, Listing]],
    left_out: Sequence[str] = (),
) -> tuple[Fetch, Listing]:
    """The exchange and the listing of the whole; `left_out` are addresses beyond the bound.

    Only an index fails with its parts: where the first page of a list was read, those behind it are a problem.
    An index must be asked in full each time, since only its answer names its parts, and so must a first page
    whose list was not read to its end: both are remembered without their hash and validators.
    """
    failed = [fetch for fetch, _ in parts if fetch.outcome in _FAILED]
    problems = [*listing.problems, *chain.from_iterable(_problems(source, fetch, part) for fetch, part in parts)]
    if left_out:
        message = (
            f"{source.url} goes on at {len(left_out)} more addresses, from {left_out[0]}, than are asked in a check"
        )
        problems.append(Problem("read", source.name, f"{message}; narrow it, or make one of them a source"))
    whole = Listing(
        items=(*listing.items, *chain.from_iterable(part.items for _, part in parts)),
        documents=(*_placed(first, listing), *chain.from_iterable(_placed(fetch, part) for fetch, part in parts)),
        problems=tuple(problems),
        home=listing.home,
        further=tuple(dict.fromkeys((*listing.further, *chain.from_iterable(part.further for _, part in parts)))),
    )
    if not _is_index(listing):
        return (_not_kept(first) if failed else first), whole
    if len(failed) == len(parts):
        return replace(_not_kept(first), outcome=Outcome.ERROR, error=problems[0].message if problems else None), whole
    is_new = any(fetch.outcome == Outcome.NEW for fetch, _ in parts)
    return replace(_not_kept(first), outcome=Outcome.NEW if is_new else Outcome.UNCHANGED), whole


def articles_among(asked: Mapping[str, dt.datetime], source: Source, listing: Listing) -> Mapping[str, dt.datetime]:
    """What was asked for a source, without the parts of its list, which were asked in the same way."""
    parts = set(listing.further)
    is_index = _is_list_file(source.url)
    return {
        url: first
        for url, first in asked.items()
        if url not in parts and not _is_page_of(source.url, url) and not (is_index and _is_list_file(url))
    }


def _placed(fetch: Fetch, part: Listing) -> Sequence[Document]:
    """The documents of a part, kept where its own body is."""
    file, offset = fetch.archive_file, fetch.archive_offset
    return [replace(document, archive_file=file, archive_offset=offset) for document in part.documents]


def _problems(source: Source, fetch: Fetch, part: Listing) -> Sequence[Problem]:
    if fetch.outcome in _FAILED and not part.problems:
        return (Problem("fetch", source.name, f"{fetch.url}: {fetch.error}"),)
    return part.problems


def _is_index(listing: Listing) -> bool:
    """Whether a list holds nothing itself and only names its parts."""
    return bool(listing.further) and not listing.items and not listing.documents


def _not_kept(fetch: Fetch) -> Fetch:
    """The exchange as one whose answer is no copy to compare with."""
    return replace(fetch, sha256=None, etag=None, last_modified=None)


def _is_list_file(url: str) -> bool:
    """Whether an address can have been a part that its index does not name any more: articles are no XML files."""
    return urlsplit(url).path.lower().endswith(_LIST_FILES)


def _is_page_of(first: str, url: str) -> bool:
    """Whether an address is a later page of the list at `first`, which an unchanged first page does not name."""
    return bool(_PAGED.search(url)) and urlsplit(first)[:3] == urlsplit(url)[:3]
