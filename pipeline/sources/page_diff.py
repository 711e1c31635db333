"""A watched page's diff: what was added is a document to be read, what was removed one that is only kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.categories import DocumentForm
from pipeline.model import Document, Fetch, Source
from pipeline.read.dates import choose
from pipeline.read.document import build_document
from pipeline.sources.listing import Listing
from pipeline.sources.pages import PageKind


@dataclass(frozen=True, slots=True)
class Difference:
    """The lines that a page has now and had not, and those that it had and has no more, in their order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageDiffKind:
    """One page of which only the changes are told. The page itself is kept, to be compared with its next version."""

    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        listing = PageKind().read(source, fetch, now)
        kept = tuple(replace(page, form=DocumentForm.SNAPSHOT) for page in listing.documents)
        return replace(listing, documents=kept)

    def compared(self, listing: Listing, before: Callable[[str], str | None], source: Source) -> Listing:
        """`listing` with what its page says otherwise than `before`; the first time there is nothing to tell."""
        told: list[Document] = []
        for page in listing.documents:
            text = before(page.url)
            found = difference(text, page.text) if text is not None else Difference((), ())
            if found.added:
                told.append(_change(page, found.added, "added", DocumentForm.ARTICLE, source))
            if found.removed:
                told.append(_change(page, found.removed, "removed", DocumentForm.SNAPSHOT, source))
        return replace(listing, documents=(*listing.documents, *told))


def difference(before: str, after: str) -> Difference:
    """What changed between two texts, line by line; a line that only moved is neither added nor removed."""
    old, new = before.split("\n"), after.split("\n")
    return Difference(_beyond(new, old), _beyond(old, new))


def _beyond(lines: list[str], others: list[str]) -> tuple[str, ...]:
    """The lines that the others have not, or have less often, in their order."""
    there = Counter(others)
    beyond = []
    for line in lines:
        if there[line] > 0:
            there[line] -= 1
        elif line.strip():
            beyond.append(line)
    return tuple(beyond)


def _change(page: Document, lines: tuple[str, ...], done: str, form: DocumentForm, source: Source) -> Document:
    return build_document(
        url=f"{page.url}#{done}-{page.fetched_at.astimezone(dt.UTC):%Y%m%dT%H%M%S}",
        title=f"{page.title}: {len(lines)} line{'' if len(lines) == 1 else 's'} {done}",
        text="\n".join(lines),
        # What the page says of its own date is of all of it; the change came between two looks at it.
        published=choose((), (), page.fetched_at),
        source=source if source.publisher else replace(source, publisher=page.publisher),
        fetched_at=page.fetched_at,
        language=page.language,
        form=form,
    )
