"""Pages as sources: one page that is one document, and one that lists the articles to read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Fetch, Source
from pipeline.read.addresses import host_of, resolve, secured
from pipeline.read.blocks import plain
from pipeline.read.days import parse_moment
from pipeline.read.markup import decode, without_giant_tags
from pipeline.read.page import read_page
from pipeline.sources import cards
from pipeline.sources.listing import Item, Listing, unreadable

if TYPE_CHECKING:
    from bs4 import Tag

_LIST_PAGES = re.compile(
    r"/(?:page|tags?|categor(?:y|ies)|authors?|topics?)(?:/|$)|[?&](?:page|paged|tag)=", re.IGNORECASE
)
_CARD_DEPTH = 5


@dataclass(frozen=True, slots=True)
class PageKind:
    """One page that is one document; each change of its text is a new version of it."""

    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        found = read_page(fetch.body, fetch.content_type, fetch.final_url, None, source, now)
        if isinstance(found, Document):
            return Listing(documents=(found,))
        return unreadable(source, f"{found.item} {found.message}")


@dataclass(frozen=True, slots=True)
class ListingKind:
    """A page that links the articles to read."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "selector": "CSS selector of the links, or of the parts of the page that hold one each; left out, "
            "the links to pages below the list's own address count",
            "match": "regular expression that must be found in the address of an article",
            **cards.OPTIONS,
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del now
        selector, match = source.options.get("selector"), source.options.get("match")
        try:
            wanted = re.compile(match) if match else None
            parts = _links(decode(fetch.body, fetch.content_type), selector or "a[href]")
            told = {id(link): cards.read_card(part, source.options) for part, link in parts}
        except (re.error, ValueError) as error:
            return unreadable(source, f"options.selector, match, title, date or summary cannot be used: {error}")
        links = [link for _, link in parts]
        base = fetch.final_url
        found = [(link, url) for link in links if (url := _address(link, base)) and url != canonical_url(base)]
        chosen = {id(link): url for link, url in found}
        items: dict[str, Item] = {}
        for link, url in found:
            if url not in items and (wanted.search(url) if wanted else (selector or _is_below(url, base))):
                card = told[id(link)]
                published = card.published_at or _card_moment(link, chosen)
                items[url] = Item(url, card.title or plain(link.get_text(" ")), published, summary=card.summary)
        if not items:
            fits = "fits options.selector and options.match" if selector or wanted else "leads below it"
            return unreadable(
                source, f"{base} lists no article: no link {fits}; is options.selector right?", is_bare=True
            )
        problem = cards.selector_problem(source, [told[id(link)] for link, _ in found])
        return Listing(tuple(items.values()), problems=(problem,) if problem else ())


def _links(text: str, selector: str) -> list[tuple[Tag, Tag]]:
    """The parts of a page that a CSS selector names, with the first link of each; ValueError for no selector."""
    # Imported here: few sources are listings.
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    try:
        parts = BeautifulSoup(without_giant_tags(text), "lxml").select(selector)
    except SelectorSyntaxError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    links = ((part, part if part.name == "a" else part.find("a", href=True)) for part in parts)
    return [(part, link) for part, link in links if link is not None]


def _address(link: Tag, base: str) -> str | None:
    href = str(link.get("href") or "")
    address = resolve(base, href) if href else None
    return canonical_url(secured(address, base)) if address else None


def _card_moment(link: Tag, chosen: Mapping[int, str]) -> dt.datetime | None:
    """The moment that the part of the list around a link states, as far as no other article is linked there.

    `chosen` are the articles' addresses by the identity of the link.
    """
    part: Tag | None = link
    url = chosen[id(link)]
    for _ in range(_CARD_DEPTH):
        if part is None or any(chosen.get(id(other), url) != url for other in part.descendants):
            return None
        time = part.find("time", datetime=True)
        if time is not None:
            moment = parse_moment(str(time["datetime"]))
            return moment.at if moment else None
        part = part.parent
    return None


def _is_below(url: str, base: str) -> bool:
    folder, path = urlsplit(base).path.rpartition("/")[0] + "/", urlsplit(url).path
    inside = path.startswith(folder) and path.strip("/") != folder.strip("/")
    return host_of(url) == host_of(base) and inside and not _LIST_PAGES.search(url)
