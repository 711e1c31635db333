"""Addresses as pages give them: relative, broken, or of another site than the page's own."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from pipeline.dedupe.urls import canonical_url

_ACCOUNT_HOST_NAMES = """
github.com huggingface.co mastodon.social medium.com raw.githubusercontent.com threads.net twitter.com weibo.com x.com
"""
ACCOUNT_HOSTS = frozenset(_ACCOUNT_HOST_NAMES.split())
"""Hosts that many share, where the first part of the path names whose page it is."""


def resolve(base: str, link: str) -> str | None:
    """The http address that `link` means on the page at `base`; None where it means none."""
    try:
        address = urljoin(base, link.strip())
        address.encode()  # JSON can spell half a surrogate pair, which no address holds
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return address if usable else None


def secured(address: str, base: str) -> str:
    """`address` with https where it names its own site by http on a page that came by https.

    Sites keep such links for years after they moved; without this one article would have two addresses.
    """
    if address.startswith("http://") and base.startswith("https://") and host_of(address) == host_of(base):
        return "https" + address.removeprefix("http")
    return address


def page_address(canonical: str | None, url: str, list_url: str) -> str:
    """The address a document is kept under: the page's canonical link where it is of the same host.

    A page from a file has no host, and takes the link as it is.
    A link to the site's front page, to the list at `list_url` or to another site says nothing about this
    article and is ignored.
    """
    linked = resolve(url, canonical) if canonical else None
    if linked and host_of(url) in ("", host_of(linked)) and urlsplit(linked).path.strip("/"):
        address = canonical_url(secured(linked, url))
        if address != canonical_url(list_url):
            return address
    return canonical_url(url)


def site_of(url: str) -> str:
    """Whose site a page is on: the host, or host and account where many share it; "" for neither."""
    host = host_of(url)
    if host not in ACCOUNT_HOSTS:
        return host
    account = urlsplit(url).path.strip("/").partition("/")[0]
    return f"{host}/{account}" if account else ""


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host name of `url` without `www.`, "" where it has none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return (host or "").lower().removeprefix("www.")
