"""One page becomes one document: its text, title, author, publisher, address, language and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from lxml import html

from pipeline.model import Document, Problem, Source
from pipeline.read.addresses import page_address
from pipeline.read.article import LEAST_WEIGHT, article_blocks
from pipeline.read.blocks import plain, text_of, weight
from pipeline.read.dates import DateCandidate, choose, guessed_dates, modified_moment, stated_dates
from pipeline.read.document import build_document
from pipeline.read.hints import Hints, hinted_date, is_submission
from pipeline.read.language import language_of
from pipeline.read.markup import decode, media_type, parse_html
from pipeline.read.metadata import Metadata, read_metadata
from pipeline.read.text import read_text

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml", ""})
_TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})


def read_page(
    body: bytes, content_type: str, url: str, hints: Hints | None, source: Source, fetched_at: dt.datetime
) -> Document | Problem:
    """The document that a page or text file is, or why it is none.

    `hints` fill in what the page does not state itself. `fetched_at` is when we learned of this version.
    """
    kind = media_type(content_type)
    if body.startswith(b"%PDF") or kind == "application/pdf":
        return Problem("read", url, "is a PDF, which cannot be read; link a page in its place")
    if kind not in _PAGE_TYPES | _TEXT_TYPES:
        return Problem("read", url, f"is {kind}, where a page or a text was expected")
    text = decode(body, content_type)
    if kind in _TEXT_TYPES:
        return read_text(text, url, hints, source, fetched_at)
    page = parse_html(text)
    if page is None:
        return Problem("read", url, "no article text: the page is empty")
    return read_tree(page, url, hints, source, fetched_at)


def read_tree(
    page: html.HtmlElement, url: str, hints: Hints | None, source: Source, fetched_at: dt.datetime
) -> Document | Problem:
    """As `read_page`, for a page that is parsed already."""
    metadata = read_metadata(page)
    blocks = article_blocks(page)
    text = text_of(blocks) or _stated_text(metadata)
    if not text:
        message = "no article text: the page holds only navigation, or a script draws it in the reader's browser"
        return Problem("read", url, message)
    guessed = guessed_dates(page, blocks, url, fetched_at)
    published = _published(stated_dates(page, metadata), guessed, hints, source, fetched_at)
    modified = modified_moment(metadata, published.moment, fetched_at)
    return build_document(
        url=page_address(metadata.canonical, url, source.url),
        title=metadata.title or (hints.title if hints else "") or text.partition("\n")[0][:200],
        text=text,
        published=published,
        source=source,
        fetched_at=fetched_at,
        language=language_of(metadata.language or source.language, text),
        author=metadata.author or (hints.author if hints else None),
        modified_at=modified or (hints.modified_at if hints else None),
        site=metadata.site,
    )


def _published(
    stated: tuple[DateCandidate, ...],
    guessed: Iterator[DateCandidate],
    hints: Hints | None,
    source: Source,
    fetched_at: dt.datetime,
) -> DateCandidate:
    hint = hinted_date(hints, source)
    if hint is None:
        return choose(stated, guessed, fetched_at)
    if is_submission(source):
        return choose(stated, chain(guessed, [hint]), fetched_at)
    return choose((*stated, hint), guessed, fetched_at)


def _stated_text(metadata: Metadata) -> str:
    """The article's text from JSON-LD, for pages that a script draws."""
    stated = metadata.article.get("articleBody")
    if not isinstance(stated, str):
        return ""
    text = "\n".join(line for line in map(plain, stated.splitlines()) if line)
    return text if weight(text) >= LEAST_WEIGHT else ""
