"""What a page says about itself: title, author, site, canonical address, language, and its JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html

from pipeline.read.blocks import plain

_ARTICLE_TYPE_NAMES = """
analysisnewsarticle article blogposting discussionforumposting liveblogposting newsarticle
opinionnewsarticle report reportagenewsarticle scholarlyarticle socialmediaposting techarticle
"""
_ARTICLE_TYPES = frozenset(_ARTICLE_TYPE_NAMES.split())
_TITLE_BREAK = re.compile(r"\s+[|–—\-·»:]\s+|\s*[_｜丨]\s*")
_LONGEST_TITLE = 300
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's own statements. `meta` maps lower-case meta names to their first content."""

    title: str
    author: str | None
    site: str | None
    canonical: str | None
    language: str | None
    meta: Mapping[str, str]
    article: Mapping[str, Any]

    @property
    def calls_itself_article(self) -> bool:
        published = "article:published_time" in self.meta
        return published or bool(self.article) or self.meta.get("og:type", "").lower() == "article"


def read_metadata(page: html.HtmlElement) -> Metadata:
    """Everything the page states about itself; what it does not state is None, the title then "".

    Precedence: Open Graph and JSON-LD (schema.org Article types), then HTML's own elements.
    """
    meta = _meta(page)
    article = next(_articles(page), {})
    site = _first(meta.get("og:site_name"), _name(article.get("publisher")), meta.get("application-name"))
    return Metadata(
        title=_title(page, meta, article, site),
        author=_author(page, meta, article),
        site=site,
        canonical=_canonical(page),
        language=page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or meta.get("language"),
        meta=meta,
        article=article,
    )


def _meta(page: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        content = plain(element.get("content", ""))
        if content:
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                for name in element.get(attribute, "").lower().split():
                    found.setdefault(name, content)
    return found


def _articles(page: html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The JSON-LD objects of the page that are articles, in order."""
    for script in page.iter("script"):
        if script.get("type", "").strip().lower() != "application/ld+json":
            continue
        try:
            data = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            # Broken JSON-LD is common; the page has its other statements.
            continue
        yield from _typed(data, depth=0)


def _typed(data: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for part in data:
            yield from _typed(part, depth + 1)
    elif isinstance(data, dict):
        types = data.get("@type")
        names = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and name.rpartition("/")[2].lower() in _ARTICLE_TYPES for name in names):
            yield data
        for key in ("@graph", "mainEntity"):
            if key in data:
                yield from _typed(data[key], depth + 1)


def _title(page: html.HtmlElement, meta: Mapping[str, str], article: Mapping[str, Any], site: str | None) -> str:
    headings = [plain(element.text_content()) for element in page.iter("h1")]
    only = headings[0] if len(headings) == 1 else None
    element = page.find(".//title")
    whole = plain(element.text_content()) if element is not None else ""
    stated = _first(meta.get("og:title"), _text(article.get("headline")), meta.get("twitter:title"))
    title = stated if stated and stated != site else _without_site(whole, site, headings) or only or ""
    return title[:_LONGEST_TITLE]


def _without_site(title: str, site: str | None, headings: list[str]) -> str:
    """`title` without the site's name: what stands apart and is that name, or stands beside a heading."""
    for found in _TITLE_BREAK.finditer(title):
        before, after = title[: found.start()], title[found.end() :]
        if before in headings or (site and after.casefold() == site.casefold()):
            return before
        if after in headings or (site and before.casefold() == site.casefold()):
            return after
    return title


def _author(page: html.HtmlElement, meta: Mapping[str, str], article: Mapping[str, Any]) -> str | None:
    named = [
        _name(article.get("author")),
        meta.get("author"),
        meta.get("article:author"),
        meta.get("parsely-author"),
        meta.get("dc.creator"),
    ]
    for element in page.xpath("//*[@rel='author' or @itemprop='author'][position() <= 3]"):
        named.append(plain(element.text_content()))
    for name in named:
        if name and len(name) <= _LONGEST_NAME and "://" not in name:
            return name
    return None


def _canonical(page: html.HtmlElement) -> str | None:
    for link in page.iter("link"):
        if "canonical" in link.get("rel", "").lower().split() and link.get("href", "").strip():
            return str(link.get("href")).strip()
    return None


def _name(value: object) -> str | None:
    """The name of a JSON-LD person or organisation, several joined by commas."""
    if isinstance(value, list):
        names = [name for name in map(_name, value[:10]) if name]
        return ", ".join(dict.fromkeys(names)) or None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str | None:
    return (plain(value) or None) if isinstance(value, str) else None


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)
