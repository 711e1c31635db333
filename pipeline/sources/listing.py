"""What a source's answer lists: links to articles, documents that stand in it, and what could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from pipeline.categories import FailureKind
from pipeline.model import Document, Fetch, Problem, Source


@dataclass(frozen=True, slots=True)
class Item:
    """One link with what the list says of it; moments keep the offset they were written with.

    `content` is HTML, where the list carries the article itself; `summary` is as the list gives it, HTML or not.
    `publisher` is whose article it is, where a list that gathers many outlets names it.
    """

    url: str
    title: str = ""
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    author: str | None = None
    summary: str | None = None
    content: str | None = None
    categories: tuple[str, ...] = ()
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer of a source, read. `home` is the page that a feed says it belongs to, `ttl` how long it stays.

    `is_bare` is true of a sound page on which nothing was found to list: a young source, or a new design.
    `failure` says of which kind it is that it cannot be read. `further` are other addresses that hold parts of the
    same list, such as the sitemaps that an index names.
    """

    items: tuple[Item, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    home: str | None = None
    is_bare: bool = False
    further: tuple[str, ...] = ()
    ttl: dt.timedelta | None = None
    failure: FailureKind = FailureKind.UNREADABLE

    @property
    def is_unreadable(self) -> bool:
        """Whether nothing could be made of the answer as a whole."""
        return bool(self.problems) and not self.items and not self.documents and not self.further


class SourceKind(Protocol):
    """One kind of source. `options` maps the names of its options to what they mean."""

    @property
    def options(self) -> Mapping[str, str]: ...

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        """What the body of `fetch` lists; it is learned of at `now`. What cannot be read is a problem."""
        ...


@runtime_checkable
class ComparingKind(Protocol):
    """A kind of source that tells how an answer differs from the text that is stored of its page.

    `before` gives that text by the page's canonical URL, None where there is none.
    """

    def compared(self, listing: Listing, before: Callable[[str], str | None], source: Source) -> Listing: ...


def unreadable(
    source: Source, message: str, *, is_bare: bool = False, failure: FailureKind = FailureKind.UNREADABLE
) -> Listing:
    """A listing of nothing but one problem, which names the source."""
    return Listing(problems=(Problem("read", source.name, message),), is_bare=is_bare, failure=failure)


def choice(source: Source, option: str, default: str, allowed: tuple[str, ...]) -> str | Problem:
    """The value of an option that knows only some values, or a problem that names them."""
    value = source.options.get(option, default)
    if value in allowed:
        return value
    message = f"options.{option} is {value!r}; it can be {' or '.join(allowed)}. Correct it in sources.yaml"
    return Problem("read", source.name, message)
