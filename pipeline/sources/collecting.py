"""Sources that are not asked by HTTP, such as mail folders: how their collecting becomes an exchange like any other."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.categories import FailureKind, Outcome
from pipeline.model import Document, Fetch, Problem, Source, Validators, content_id
from pipeline.sources.listing import Listing
from pipeline.sources.tokens import Secret

if TYPE_CHECKING:
    from pipeline.isolation.workers import Workers


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collector found after the mark it was given, and the mark to begin at the next time.

    `failure` says why nothing could be had; `problems` are of single items, and the others count.
    """

    mark: str = ""
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    size: int = 0
    failure: str | None = None


class Collector(Protocol):
    """A kind of source that gets its documents in a way of its own, at most a bounded number a check."""

    @property
    def schemes(self) -> frozenset[str]: ...

    def collect(
        self, source: Source, mark: str | None, secret: Secret, now: dt.datetime, workers: Workers
    ) -> Collected:
        """What came after `mark`; `workers` read what others have written."""
        ...


def collected(
    kind: Collector, source: Source, stored: Validators | None, secret: Secret, now: dt.datetime, workers: Workers
) -> tuple[Fetch, Listing]:
    """What `kind` collects, with the exchange under which it is remembered.

    The mark is kept where others keep the ETag, which is stored in the transaction that stores the documents:
    what a lost run collected is collected again.
    """
    mark = stored.etag if stored else None
    try:
        found = kind.collect(source, mark, secret, now, workers)
    except Exception as error:  # noqa: BLE001 (what a mailbox holds is from outside: the other sources go on)
        found = Collected(failure=f"unexpected {type(error).__name__} while collecting: {error}")
    fetch_id = content_id("fetch", source.source_id, source.url, now.isoformat())
    asked = (fetch_id, source.source_id, source.url, source.url, now, 0, None)
    if found.failure is not None:
        message = f"{source.url}: {found.failure}"
        listing = Listing(problems=(Problem("fetch", source.name, message),))
        return Fetch(*asked, Outcome.ERROR, error=message, failure=FailureKind.UNREADABLE), listing
    outcome = Outcome.UNCHANGED if found.mark == mark else Outcome.NEW
    sha256 = hashlib.sha256(found.mark.encode()).hexdigest()
    fetch = Fetch(*asked, outcome, size=found.size, sha256=sha256, etag=found.mark)
    return fetch, Listing(documents=found.documents, problems=found.problems)
