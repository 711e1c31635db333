"""What the list that links a page says of it, for what the page does not say itself."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from pipeline.model import Source
from pipeline.read.dates import DateCandidate

FEED = "feed"
_OTHER_LISTS = {
    "gdelt": "GDELT",
    "google_news": "Google News",
    "hackernews": "Hacker News",
    "huggingface": "Hugging Face",
    "listing": "listing page",
    "sitemap": "sitemap",
}
# Their dates tell when a link was handed in or first seen.
_GATHERERS = frozenset({"gdelt", "hackernews"})


class Hints(Protocol):
    """One entry of a feed or list; what it does not say is None, the title then ""."""

    @property
    def title(self) -> str: ...

    @property
    def published_at(self) -> dt.datetime | None: ...

    @property
    def modified_at(self) -> dt.datetime | None: ...

    @property
    def author(self) -> str | None: ...


def hinted_date(hints: Hints | None, source: Source) -> DateCandidate | None:
    """The date of publication that the linking list gives, with the kind of list as its place."""
    if hints is None or hints.published_at is None:
        return None
    return DateCandidate(hints.published_at, _OTHER_LISTS.get(source.kind, FEED), precise=True)


def is_submission(source: Source) -> bool:
    """Whether the list's dates tell when a link was handed in or seen, which only bounds what is linked."""
    return source.kind in _GATHERERS
