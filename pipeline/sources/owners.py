"""Whose page it is: a page reached through somebody's list speaks for the source that owns its site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from pipeline.categories import Tier
from pipeline.model import Source, content_id
from pipeline.read.addresses import ACCOUNT_HOSTS, host_of, site_of

_TRUST = {Tier.OFFICIAL: 3, Tier.PRESS: 2, Tier.COMMUNITY: 1, Tier.AGGREGATOR: 0}
_COMMUNITY_HOSTS = """
bsky.app discord.com facebook.com linkedin.com modelscope.cn news.ycombinator.com reddit.com substack.com t.me
tieba.baidu.com v2ex.com xiaohongshu.com youtube.com zhihu.com zhuanlan.zhihu.com
"""
_COMMUNITIES = frozenset(_COMMUNITY_HOSTS.split()) | ACCOUNT_HOSTS
INGEST_KIND = "ingest"

Owners = Mapping[str, Source]


def owners_of(sources: Sequence[Source]) -> Owners:
    """The sources by the site they own; on hosts that many share, a site is an account there.

    A source that only gathers others' links owns nothing. Of several on one site the most trusted counts.
    """
    owners: dict[str, Source] = {}
    for source in sorted(sources, key=lambda source: _TRUST[source.tier]):
        site = _site(source.url)
        if site and source.publisher and source.tier != Tier.AGGREGATOR:
            owners[site] = source
    return owners


def speaker(source: Source, url: str, owners: Owners) -> Source:
    """`source` as it is for a page at `url`: with the publisher and tier of whoever owns that site."""
    owner = owners.get(_site(url))
    if owner is None or host_of(url) == host_of(source.url):
        return source
    return replace(source, publisher=owner.publisher, tier=owner.tier)


def ingest_source(url: str, sources: Sequence[Source] = ()) -> Source:
    """The source that a page from a file stands under: its site, with the publisher left to the page.

    Its tier is that of the configured source that owns the site, otherwise community for social networks
    and press for the rest.
    """
    owner = owners_of(sources).get(_site(url))
    host = host_of(url)
    site = f"{urlsplit(url).scheme or 'file'}://{host}/"
    return Source(
        source_id=owner.source_id if owner else content_id("source", site),
        name=owner.name if owner else host or "files",
        kind=INGEST_KIND,
        url=site,
        publisher=owner.publisher if owner else "",
        language=None,
        tier=owner.tier if owner else (Tier.COMMUNITY if host in _COMMUNITIES else Tier.PRESS),
        every=dt.timedelta(days=1),
    )


def _site(url: str) -> str:
    """What owns pages: a host, or an account on a host that many share; "" where that cannot be told."""
    host = host_of(url)
    if host in _COMMUNITIES and host not in ACCOUNT_HOSTS:
        return ""
    return site_of(url).lower()
