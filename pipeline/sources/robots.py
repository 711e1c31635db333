"""What robots.txt allows (RFC 9309): how an answer is kept, whether an address may be asked, how slowly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.categories import Outcome
from pipeline.model import Fetch, RobotsFile, Source, Validators
from pipeline.read.addresses import host_of

if TYPE_CHECKING:
    from protego import Protego

KEPT = dt.timedelta(hours=24)
"""RFC 9309, 2.4: not used for longer, unless it cannot be had."""

ASKED_AGAIN = dt.timedelta(minutes=30)
"""After this a robots.txt that could not be had is asked for again."""

PARSED_BYTES = 512 * 1024
"""RFC 9309, 2.5, asks for at least 500 KiB."""

RULES, ALL, NONE = "rules", "all", "none"
OBEY, API = "obey", "api"
"""The values of a source's option `robots`: API is for one whose documentation invites programs."""

APIS: Mapping[str, frozenset[str]] = {
    # GitHub's robots.txt bars every address that ends in .atom, and its documentation offers the feeds to programs.
    **dict.fromkeys(("github_commits", "github_releases", "github_tags"), frozenset({"github.com"})),
    **dict.fromkeys(("github_api_releases", "github_repository"), frozenset({"api.github.com"})),
    "gdelt": frozenset({"api.gdeltproject.org"}),
    "hackernews": frozenset({"hn.algolia.com"}),
    "huggingface": frozenset({"huggingface.co"}),
    "modelscope": frozenset({"modelscope.ai", "modelscope.cn"}),
    "npm": frozenset({"registry.npmjs.org"}),
    "openalex": frozenset({"api.openalex.org"}),
    "pypi": frozenset({"pypi.org"}),
    "semantic_scholar": frozenset({"api.semanticscholar.org"}),
    "x_timeline": frozenset({"api.twitter.com", "api.x.com"}),
}
"""Kinds that ask an interface which its service documents for programs, with limits of its own, and where that is.

robots.txt is addressed to crawlers (RFC 9309, 1); a mirror of such an interface has not invited anybody.
"""


@lru_cache(maxsize=4096)
def origin_of(url: str) -> str:
    """Scheme, host and port, as one robots.txt is for (RFC 9309, 2.3); "" where `url` has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}" if parts.netloc else ""


def is_exempt(source: Source) -> bool:
    """Whether the source is an API that is asked as its documentation says, whatever robots.txt tells crawlers."""
    is_invited = host_of(source.url) in APIS.get(source.kind, ())
    return source.options.get("robots", API if is_invited else OBEY) == API


def product_token(user_agent: str) -> str:
    """What groups of rules call us: the name before the version (RFC 9309, 2.2.1)."""
    return user_agent.partition("/")[0].partition(" ")[0]


def validators_of(known: RobotsFile | None) -> Validators | None:
    """What makes asking for a known robots.txt again a conditional request."""
    if known is None or known.access != RULES or known.sha256 is None:
        return None
    url = f"{known.origin}/robots.txt"
    return Validators(url, known.etag, known.last_modified, known.sha256, known.fresh_until)


def robots_after(origin: str, known: RobotsFile | None, fetch: Fetch, now: dt.datetime) -> RobotsFile:
    """What holds for `origin` after its robots.txt answered with `fetch`.

    2xx gives rules; 3xx that lead nowhere and 4xx allow everything; 5xx and no answer allow nothing, unless
    rules were known: those hold on until it answers (RFC 9309, 2.3.1 and 2.4).
    """
    if known is not None and fetch.outcome is Outcome.UNCHANGED:
        return replace(known, fresh_until=now + KEPT, error=None, etag=fetch.etag, last_modified=fetch.last_modified)
    if fetch.outcome is Outcome.NEW:
        body = fetch.body[:PARSED_BYTES].decode("utf-8-sig", "replace")
        return RobotsFile(origin, RULES, now + KEPT, body, fetch.etag, fetch.last_modified, fetch.sha256)
    is_empty = fetch.status == 200 and "empty body" in (fetch.error or "")
    if is_empty or (fetch.status is not None and 300 <= fetch.status < 500):
        return RobotsFile(origin, ALL, now + KEPT)
    if known is not None and known.access == RULES:
        return replace(known, fresh_until=now + ASKED_AGAIN, error=fetch.error)
    return RobotsFile(origin, NONE, now + ASKED_AGAIN, error=fetch.error)


def barrier(robots: RobotsFile, url: str, user_agent: str) -> str | None:
    """Why `url` must not be asked, or None: the longest rule that matches decides, Allow before Disallow."""
    if robots.access == ALL:
        return None
    if robots.access == NONE:
        return f"{robots.origin}/robots.txt cannot be had, so nothing else there is asked: {robots.error}"
    if _parsed(robots.body).can_fetch(url, product_token(user_agent)):
        return None
    return f"{robots.origin}/robots.txt asks {product_token(user_agent)} not to fetch it"


def crawl_delay(robots: RobotsFile, user_agent: str) -> dt.timedelta:
    """The wait between two requests that the rules ask for; nothing where they do not."""
    if robots.access != RULES:
        return dt.timedelta()
    seconds = _parsed(robots.body).crawl_delay(product_token(user_agent)) or 0.0
    return dt.timedelta(seconds=min(max(seconds, 0.0), KEPT.total_seconds())) if seconds == seconds else dt.timedelta()


@lru_cache(maxsize=256)
def _parsed(body: str) -> Protego:
    # Imported here: most cycles meet only hosts whose rules are known to be none.
    from protego import Protego

    return Protego.parse(body)
