"""The kinds of sources there are, by the name that the configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.categories import DocumentForm
from pipeline.errors import UnknownCategoryError
from pipeline.sources.citations import OpenAlexKind, SemanticScholarKind
from pipeline.sources.feeds import FeedKind
from pipeline.sources.gdelt import GdeltKind
from pipeline.sources.google_news import GoogleNewsKind
from pipeline.sources.hackernews import HackerNewsKind
from pipeline.sources.huggingface import HuggingFaceKind
from pipeline.sources.leaderboard import LeaderboardKind
from pipeline.sources.listing import SourceKind
from pipeline.sources.mailbox import ImapKind
from pipeline.sources.maildir import MaildirKind
from pipeline.sources.news_lines import NewsLinesKind
from pipeline.sources.pages import ListingKind, PageKind
from pipeline.sources.sitemaps import SitemapKind
from pipeline.sources.x_timeline import XTimelineKind

KINDS: Mapping[str, SourceKind] = {
    "feed": FeedKind(),
    "gdelt": GdeltKind(),
    "github_releases": FeedKind(articles="entry", form=DocumentForm.RELEASE_NOTE),
    "google_news": GoogleNewsKind(),
    "hackernews": HackerNewsKind(),
    "huggingface": HuggingFaceKind(),
    "imap": ImapKind(),
    "leaderboard": LeaderboardKind(),
    "listing": ListingKind(),
    "maildir": MaildirKind(),
    "model_library": FeedKind(articles="entry", form=DocumentForm.LIBRARY_ENTRY),
    "news_lines": NewsLinesKind(),
    "openalex": OpenAlexKind(),
    "page": PageKind(),
    "semantic_scholar": SemanticScholarKind(),
    "sitemap": SitemapKind(),
    "x_timeline": XTimelineKind(),
}


def kind_named(name: str) -> SourceKind:
    """The kind of source called `name`. Raises UnknownCategoryError, which names those there are."""
    try:
        return KINDS[name]
    except KeyError:
        known = ", ".join(sorted(KINDS))
        raise UnknownCategoryError(f"there is no source kind {name!r}; the kinds are {known}") from None
