"""The kinds of sources there are, by the name that the configuration gives them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pipeline.categories import DocumentForm
from pipeline.errors import UnknownCategoryError
from pipeline.sources.collecting import Collector
from pipeline.sources.listing import SourceKind
from pipeline.sources.tokens import HeaderKind


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a kind is, by its full name; a class is made with `made_with`, anything else is taken as it is.

    `sends_fields` and `collects` say that it is a HeaderKind or a Collector, so that nobody has to import it for that.
    """

    place: str
    sends_fields: bool = False
    collects: bool = False
    made_with: Mapping[str, object] | None = None


_NOTES: Mapping[str, object] = {"articles": "entry", "form": DocumentForm.RELEASE_NOTE}
_LIBRARY: Mapping[str, object] = {"articles": "entry", "form": DocumentForm.LIBRARY_ENTRY}
_SECTIONS: Mapping[str, object] = {"form": DocumentForm.ARTICLE, "name": "section"}

REGISTERED: dict[str, Registered] = {
    "feed": Registered("pipeline.sources.feeds.FeedKind"),
    "gdelt": Registered("pipeline.sources.gdelt.GdeltKind"),
    "github_api_releases": Registered("pipeline.sources.github.GitHubReleasesKind", sends_fields=True),
    "github_commits": Registered("pipeline.sources.feeds.FeedKind", made_with=_NOTES),
    "github_releases": Registered("pipeline.sources.feeds.FeedKind", made_with=_NOTES),
    "github_repository": Registered("pipeline.sources.github.GitHubRepositoryKind", sends_fields=True),
    "github_tags": Registered("pipeline.sources.feeds.FeedKind", made_with=_NOTES),
    "google_news": Registered("pipeline.sources.google_news.GoogleNewsKind"),
    "hackernews": Registered("pipeline.sources.hackernews.HackerNewsKind"),
    "huggingface": Registered("pipeline.sources.huggingface.HuggingFaceKind", sends_fields=True),
    "imap": Registered("pipeline.sources.mailbox.ImapKind", collects=True),
    "leaderboard": Registered("pipeline.sources.leaderboard.LeaderboardKind"),
    "listing": Registered("pipeline.sources.pages.ListingKind"),
    "maildir": Registered("pipeline.sources.maildir.MaildirKind", collects=True),
    "model_library": Registered("pipeline.sources.feeds.FeedKind", made_with=_LIBRARY),
    "modelscope": Registered("pipeline.sources.modelscope.ModelScopeKind", sends_fields=True),
    "news_lines": Registered("pipeline.sources.news_lines.NewsLinesKind"),
    "npm": Registered("pipeline.sources.packages.NPM"),
    "ollama_library": Registered("pipeline.sources.ollama.OllamaLibraryKind"),
    "openalex": Registered("pipeline.sources.citations.OpenAlexKind"),
    "page": Registered("pipeline.sources.pages.PageKind"),
    "page_diff": Registered("pipeline.sources.page_diff.PageDiffKind"),
    "page_sections": Registered("pipeline.sources.news_lines.NewsLinesKind", made_with=_SECTIONS),
    "pypi": Registered("pipeline.sources.packages.PYPI"),
    "semantic_scholar": Registered("pipeline.sources.citations.SemanticScholarKind", sends_fields=True),
    "sitemap": Registered("pipeline.sources.sitemaps.SitemapKind"),
    "x_timeline": Registered("pipeline.sources.x_timeline.XTimelineKind", sends_fields=True),
}


class Kinds(Mapping[str, SourceKind]):
    """The registered kinds. Each is imported when it is first looked up: most answers are that nothing has changed."""

    def __init__(self, registered: Mapping[str, Registered]) -> None:
        self._registered = registered
        self._made: dict[str, SourceKind] = {}

    def __getitem__(self, name: str) -> SourceKind:
        if name not in self._made:
            self._made[name] = _made(self._registered[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._registered)

    def __len__(self) -> int:
        return len(self._registered)

    def __contains__(self, name: object) -> bool:
        return name in self._registered

    def collector(self, name: str) -> Collector | None:
        """The kind called `name` where it collects in a way of its own."""
        registered = self._registered.get(name)
        return cast(Collector, self[name]) if registered and registered.collects else None

    def header_kind(self, name: str) -> HeaderKind | None:
        """The kind called `name` where it sends header fields of its own."""
        registered = self._registered.get(name)
        return cast(HeaderKind, self[name]) if registered and registered.sends_fields else None


KINDS = Kinds(REGISTERED)

COMMON_OPTIONS: Mapping[str, str] = {
    "robots": "obey: what robots.txt asks is kept to; api: the source is an API or feed whose documentation invites "
    "programs, so that what robots.txt asks of crawlers does not apply; left out, api for the kinds that ask such an "
    "API at its own address, and obey for all others",
}
"""The options that every kind takes."""


def kind_named(name: str) -> SourceKind:
    """The kind of source called `name`. Raises UnknownCategoryError, which names those there are."""
    try:
        return KINDS[name]
    except KeyError:
        known = ", ".join(sorted(KINDS))
        raise UnknownCategoryError(f"there is no source kind {name!r}; the kinds are {known}") from None


def _made(registered: Registered) -> SourceKind:
    module, _, name = registered.place.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    return cast(SourceKind, found(**(registered.made_with or {})) if isinstance(found, type) else found)
