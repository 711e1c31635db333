"""Ollama's library by its own page: each model of the list is a record of name, sizes, day and pulls."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from lxml import html

from pipeline.model import Fetch, Problem, Source
from pipeline.read.addresses import resolve
from pipeline.read.blocks import plain
from pipeline.read.days import parse_moment
from pipeline.read.markup import decode, parse_html
from pipeline.sources.libraries import library_document
from pipeline.sources.listing import Item, Listing, choice, unreadable

_ANCHOR = "listing"
# What the tooltip of "2 weeks ago" says: `Apr 30, 2026 8:15 PM UTC`.
_TOOLTIP = re.compile(r"([A-Z][a-z]{2,8} \d{1,2}, \d{4})(?: (\d{1,2}:\d\d) ?([AP]M))?(?: UTC)?")


@dataclass(frozen=True, slots=True)
class OllamaLibraryKind:
    """The page ollama.com/library or ollama.com/search, whose parts carry marks of the site's own tests.

    Its records stand beside those of a feed of the library: their addresses end in `#listing`.
    """

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "counts": "yes: a record keeps its pulls and tags, and each change of them makes a new version of it; "
            "no, the default, leaves them out"
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        counts = choice(source, "counts", "no", ("yes", "no"))
        if isinstance(counts, Problem):
            return Listing(problems=(counts,))
        page = parse_html(decode(fetch.body, fetch.content_type))
        cards = page.xpath("//*[@x-test-model]") if page is not None else []
        items = {item.url: item for card in cards if (item := _item(card, fetch.final_url))}
        found = (library_document(item, source, now, anchor=_ANCHOR) for item in items.values())
        documents = tuple(document for document in found if document)
        if not documents:
            message = f"{fetch.url} lists no model: nothing on it is marked x-test-model; has the page a new design?"
            return unreadable(source, f"{message} The feed of kind model_library has the same models", is_bare=True)
        return Listing(documents=documents)


def _item(card: html.HtmlElement, base: str) -> Item | None:
    link = next(iter(card.xpath("descendant-or-self::a[@href]")), None)
    url = resolve(base, link.get("href")) if link is not None else None
    name = next(_texts(card, "x-test-search-response-title"), "") or next(iter(card.xpath(_TITLES)), "").strip()
    if not url or not name:
        return None
    said = [plain(part.text_content()) for part in card.xpath(".//p[not(.//*[@x-test-pull-count])]")][:1]
    said += [f"{label}: {count}" for label, mark in _COUNTS for count in list(_texts(card, mark))[:1]]
    return Item(
        url=url,
        title=name,
        published_at=_updated(card),
        content="".join(f"<p>{escape(line)}</p>" for line in said if line),
        categories=(*_texts(card, "x-test-size"), *_texts(card, "x-test-capability")),
    )


_TITLES = ".//*[@x-test-model-title]/@title"
_COUNTS = (("Pulls", "x-test-pull-count"), ("Tags", "x-test-tag-count"))


def _texts(card: html.HtmlElement, mark: str) -> Iterator[str]:
    return (text for part in card.xpath(f".//*[@{mark}]") if (text := plain(part.text_content())))


def _updated(card: html.HtmlElement) -> dt.datetime | None:
    """The day of a model's newest file by the tooltip; "2 weeks ago" without one would be another day each week."""
    for title in card.xpath(".//*[@x-test-updated]/ancestor-or-self::*[@title]/@title"):
        written = _TOOLTIP.fullmatch(title.strip())
        moment = parse_moment(written[1]) if written else None
        if moment and written:
            return moment.at + _clock(written[2], written[3])
    return None


def _clock(time: str | None, half: str | None) -> dt.timedelta:
    if not time:
        return dt.timedelta()
    hour, minute = map(int, time.split(":"))
    return dt.timedelta(hours=hour % 12 + (12 if half == "PM" else 0), minutes=minute)
