"""Lists that go on at other addresses: pure decisions on what their parts amount to as one list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from urllib.parse import urlsplit

from pipeline.categories import Outcome
from pipeline.model import Document, Fetch, Problem, Source, Validators
from pipeline.sources.listing import Listing

MOST_FURTHER = 12
_LIST_FILES = (".xml", ".xml.gz")


def kept_exchange(fetch: Fetch, part: Listing, stored: Validators | None) -> Fetch:
    """The exchange of one part as it is remembered: one that could not be read is no copy to compare with."""
    if part.is_unreadable and not part.is_bare:
        return replace(fetch, outcome=Outcome.ERROR, error=part.problems[0].message)
    if stored and fetch.outcome == Outcome.NEW and fetch.sha256 == stored.sha256:
        return replace(fetch, outcome=Outcome.UNCHANGED)
    return fetch


def joined(
    source: Source, first: Fetch, listing: Listing, parts: Sequence[tuple[Fetch, Listing]]
) -> tuple[Fetch, Listing]:
    """The exchange and the listing of the whole: an error only where every part failed.

    The first address must be asked in full each time, since only its answer names the others: it is remembered
    without its hash and validators.
    """
    outcomes = {fetch.outcome for fetch, _ in parts}
    if outcomes <= {Outcome.ERROR, Outcome.BLOCKED}:
        outcome = Outcome.ERROR
    else:
        outcome = Outcome.NEW if Outcome.NEW in outcomes else Outcome.UNCHANGED
    problems = [*listing.problems, *chain.from_iterable(_problems(source, fetch, part) for fetch, part in parts)]
    left_out = len(listing.further) - len(parts)
    if left_out > 0:
        message = f"{source.url} goes on at {len(listing.further)} addresses, of which {left_out} are not asked"
        problems.append(Problem("read", source.name, f"{message}; narrow it, or make one of them a source"))
    error = problems[0].message if outcome == Outcome.ERROR and problems else None
    whole = Listing(
        items=(*listing.items, *chain.from_iterable(part.items for _, part in parts)),
        documents=(*listing.documents, *chain.from_iterable(_placed(fetch, part) for fetch, part in parts)),
        problems=tuple(problems),
        home=listing.home,
        further=listing.further,
    )
    return replace(first, outcome=outcome, error=error, sha256=None, etag=None, last_modified=None), whole


def articles_among(asked: Mapping[str, dt.datetime], listing: Listing) -> Mapping[str, dt.datetime]:
    """What was asked for a source, without the parts of its list that were asked in the same way."""
    if not listing.further:
        return asked
    parts = set(listing.further)
    return {url: first for url, first in asked.items() if url not in parts and not _is_list_file(url)}


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port: only then one may have the other's token."""
    (left, right) = (urlsplit(url) for url in (one, other))
    return (left.scheme, left.netloc.lower()) == (right.scheme, right.netloc.lower())


def _placed(fetch: Fetch, part: Listing) -> Sequence[Document]:
    """The documents of a part, kept where its own body is."""
    file, offset = fetch.archive_file, fetch.archive_offset
    return [replace(document, archive_file=file, archive_offset=offset) for document in part.documents]


def _problems(source: Source, fetch: Fetch, part: Listing) -> Sequence[Problem]:
    if part.further:
        message = f"{fetch.url} names further lists itself, and only one level is followed; make it a source"
        return (*part.problems, Problem("read", source.name, message))
    if fetch.outcome in (Outcome.ERROR, Outcome.BLOCKED) and not part.problems:
        return (Problem("fetch", source.name, f"{fetch.url}: {fetch.error}"),)
    return part.problems


def _is_list_file(url: str) -> bool:
    """Whether an address was a part that its index does not name any more: articles are no XML files."""
    return urlsplit(url).path.lower().endswith(_LIST_FILES)
