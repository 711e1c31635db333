"""Which archived response each document of an archive was read from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.dedupe.urls import canonical_url
from pipeline.fetch.body_index import Place
from pipeline.fetch.responses import ArchivedResponse
from pipeline.model import Document, Problem, Source
from pipeline.sources.archive import documents_of_archive

Kept = tuple[ArchivedResponse, Place]
"""A response, and where its body is kept."""


def with_places(
    found: Iterable[Document | Problem], kept: Iterable[Kept], sources: Sequence[Source]
) -> Iterator[Document | Problem]:
    """The documents that `documents_of_archive` made of the kept responses, each with the place of its body."""
    by_moment: defaultdict[dt.datetime, list[Kept]] = defaultdict(list)
    for each in kept:
        by_moment[each[0].archived_at].append(each)
    for item in found:
        place = _place_of(item, by_moment, sources) if isinstance(item, Document) else None
        if place is not None and isinstance(item, Document):
            yield replace(item, archive_file=place[0], archive_offset=place[1])
        else:
            yield item


def _place_of(
    document: Document, by_moment: Mapping[dt.datetime, Sequence[Kept]], sources: Sequence[Source]
) -> Place | None:
    """A document was learned of when its response was archived; of several in one moment its address tells which."""
    same_moment = by_moment.get(document.fetched_at, ())
    address = document.url.partition("#")[0]
    same_address = [each for each in same_moment if canonical_url(each[0].url).partition("#")[0] == address]
    for candidates in (same_moment, same_address):
        if len({place for _, place in candidates}) == 1:
            return candidates[0][1]
    # A page that names another address for itself, and entries of a feed, are known by what they read as.
    for response, place in same_address or same_moment:
        read = documents_of_archive([response], sources)
        if any(
            isinstance(each, Document) and (each.url, each.text_sha256) == (document.url, document.text_sha256)
            for each in read
        ):
            return place
    return None
