"""The kinds of sources there are, by the name that the configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.categories import DocumentForm
from pipeline.errors import UnknownCategoryError
from pipeline.sources.citations import OpenAlexKind, SemanticScholarKind
from pipeline.sources.feeds import FeedKind
from pipeline.sources.gdelt import GdeltKind
from pipeline.sources.github import GitHubReleasesKind, GitHubRepositoryKind
from pipeline.sources.google_news import GoogleNewsKind
from pipeline.sources.hackernews import HackerNewsKind
from pipeline.sources.huggingface import HuggingFaceKind
from pipeline.sources.leaderboard import LeaderboardKind
from pipeline.sources.listing import SourceKind
from pipeline.sources.mailbox import ImapKind
from pipeline.sources.maildir import MaildirKind
from pipeline.sources.modelscope import ModelScopeKind
from pipeline.sources.news_lines import NewsLinesKind
from pipeline.sources.ollama import OllamaLibraryKind
from pipeline.sources.packages import PackageKind, npm_releases, pypi_releases
from pipeline.sources.page_diff import PageDiffKind
from pipeline.sources.pages import ListingKind, PageKind
from pipeline.sources.sitemaps import SitemapKind
from pipeline.sources.x_timeline import XTimelineKind

KINDS: Mapping[str, SourceKind] = {
    "feed": FeedKind(),
    "gdelt": GdeltKind(),
    "github_api_releases": GitHubReleasesKind(),
    "github_commits": FeedKind(articles="entry", form=DocumentForm.RELEASE_NOTE),
    "github_releases": FeedKind(articles="entry", form=DocumentForm.RELEASE_NOTE),
    "github_repository": GitHubRepositoryKind(),
    "github_tags": FeedKind(articles="entry", form=DocumentForm.RELEASE_NOTE),
    "google_news": GoogleNewsKind(),
    "hackernews": HackerNewsKind(),
    "huggingface": HuggingFaceKind(),
    "imap": ImapKind(),
    "leaderboard": LeaderboardKind(),
    "listing": ListingKind(),
    "maildir": MaildirKind(),
    "model_library": FeedKind(articles="entry", form=DocumentForm.LIBRARY_ENTRY),
    "modelscope": ModelScopeKind(),
    "news_lines": NewsLinesKind(),
    "npm": PackageKind("npm", "https://registry.npmjs.org/NAME", npm_releases),
    "ollama_library": OllamaLibraryKind(),
    "openalex": OpenAlexKind(),
    "page": PageKind(),
    "page_diff": PageDiffKind(),
    "page_sections": NewsLinesKind(DocumentForm.ARTICLE, "section"),
    "pypi": PackageKind("PyPI", "https://pypi.org/pypi/NAME/json", pypi_releases),
    "semantic_scholar": SemanticScholarKind(),
    "sitemap": SitemapKind(),
    "x_timeline": XTimelineKind(),
}

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
