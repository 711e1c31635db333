"""Versions of one address: which documents are new ones, which are there already, and the id of a return.

A page that goes back to what it said before has three versions, not two. The first time that something is said
gives the id from the address and what is said; when it comes back, the version in between is part of the id, so
that the same history gives the same ids everywhere.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pipeline.model import Document, content_id, same_version

SHOWN = 5
"""How often one version may be shown: an address that flips more often than that is served from two places."""

_LEARNED = "learned"  # see Document.published_from


class Versions:
    """The versions of some addresses, by when we learned of each."""

    def __init__(self, held: Iterable[Document] = ()) -> None:
        self._of: defaultdict[str, list[Document]] = defaultdict(list)
        for document in held:
            insort(self._of[document.url], document, key=_first_known)

    def take(self, document: Document) -> Document | None:
        """The document as one more version of its address; None where it is that of its time already."""
        held = self._of[document.url]
        same = [one for one in held if same_version(one.version, document.version)]
        if len(same) >= SHOWN or any(one.fetched_at == document.fetched_at for one in same):
            return None
        before = [one for one in held if one.fetched_at <= document.fetched_at]
        after = held[len(before) :]
        if any(same_version(one.version, document.version) for one in (*before[-1:], *after[:1])):
            return None
        ids = {one.document_id for one in held}
        taken = document
        if same or document.document_id in ids:
            taken = _returned(document, before[-1].document_id if before else None)
        if taken.document_id in ids:
            return None
        insort(held, taken, key=_first_known)
        return taken

    def dated_back(self, document: Document) -> Document | None:
        """The version that is held already, as of the earlier moment at which `document` shows it was there.

        None where it shows nothing of the kind: another version, or the same one, stood there before.
        """
        held = self._of[document.url]
        before = [one for one in held if one.fetched_at <= document.fetched_at]
        after = held[len(before) :]
        if not after or after[0].document_id != document.document_id:
            return None
        if before and same_version(before[-1].version, document.version):
            return None
        earlier = replace(after[0], fetched_at=document.fetched_at)
        if document.archive_file is not None:
            earlier = replace(earlier, archive_file=document.archive_file, archive_offset=document.archive_offset)
        if earlier.published_from == document.published_from == _LEARNED:
            earlier = replace(earlier, published_at=document.published_at)
        held[len(before)] = earlier
        return earlier


def _returned(document: Document, replaced: str | None) -> Document:
    return replace(document, document_id=content_id("document", document.url, document.version, "after", replaced))


def _first_known(document: Document) -> tuple[object, str]:
    return (document.fetched_at, document.document_id)
