"""The kinds of sources there are, by the name that the configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.categories import DocumentForm
from pipeline.errors import UnknownCategoryError
from pipeline.sources.feeds import FeedKind
from pipeline.sources.hackernews import HackerNewsKind
from pipeline.sources.huggingface import HuggingFaceKind
from pipeline.sources.listing import SourceKind
from pipeline.sources.news_lines import NewsLinesKind
from pipeline.sources.pages import ListingKind, PageKind

KINDS: Mapping[str, SourceKind] = {
    "feed": FeedKind(),
    "github_releases": FeedKind(articles="entry", form=DocumentForm.RELEASE_NOTE),
    "hackernews": HackerNewsKind(),
    "huggingface": HuggingFaceKind(),
    "listing": ListingKind(),
    "model_library": FeedKind(articles="entry", form=DocumentForm.LIBRARY_ENTRY),
    "news_lines": NewsLinesKind(),
    "page": PageKind(),
}

COMMON_OPTIONS: Mapping[str, str] = {
    "robots": "obey, the default but for github_releases: what robots.txt asks is kept to; api: the source is an "
    "API or feed whose documentation invites programs, so that what robots.txt asks of crawlers does not apply",
}
"""The options that every kind takes."""


def kind_named(name: str) -> SourceKind:
    """The kind of source called `name`. Raises UnknownCategoryError, which names those there are."""
    try:
        return KINDS[name]
    except KeyError:
        known = ", ".join(sorted(KINDS))
        raise UnknownCategoryError(f"there is no source kind {name!r}; the kinds are {known}") from None
