"""Entries of a list that are documents themselves: their text is what the list says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from pipeline.categories import DocumentForm
from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Source
from pipeline.read.addresses import secured
from pipeline.read.blocks import plain, walk
from pipeline.read.dates import choose
from pipeline.read.document import build_document
from pipeline.read.hints import hinted_date
from pipeline.read.language import language_of
from pipeline.read.markup import parse_html
from pipeline.sources.listing import Item

_COUNT = re.compile(r"[^\d:：]{2,30}[:：]\s*[\d.,]+\s?[KMBkmb万亿]?\+?")


def entry_document(
    item: Item, source: Source, learned_at: dt.datetime, form: DocumentForm = DocumentForm.ARTICLE
) -> Document | None:
    """The document of an entry: its title, its content or else its summary, and its categories by name.

    Lines that are only a count ("Pulls: 405.3K") change by the hour and would make a new version each time;
    they are left out unless the source's option `counts` is "yes". None where the entry has only a title.
    """
    lines = entry_lines(item)
    if source.options.get("counts") != "yes":
        lines = [line for line in lines if not is_count(line)]
    if not lines:
        return None
    if item.title and item.title not in lines[0]:
        lines.insert(0, item.title)
    if item.categories:
        lines.append(f"Categories: {', '.join(map(plain, item.categories))}")
    text = "\n".join(lines)
    hint = hinted_date(item, source)
    if item.publisher and not source.publisher:
        source = replace(source, publisher=item.publisher)
    return build_document(
        url=canonical_url(secured(item.url, source.url)),
        title=item.title or lines[0][:200],
        text=text,
        published=choose([hint] if hint else [], (), learned_at),
        source=source,
        fetched_at=learned_at,
        language=language_of(source.language, text),
        author=item.author,
        modified_at=item.modified_at,
        form=form,
    )


def entry_lines(item: Item) -> list[str]:
    """What an entry says, a line a block: its content or else its summary."""
    return _lines(item.content) or _lines(item.summary)


def is_count(line: str) -> bool:
    """Whether a line is only a count with its name: `Pulls: 405.3K`."""
    return _COUNT.fullmatch(line) is not None


def plain_html(markup: str) -> str:
    """The text of a snippet of HTML on one line."""
    if "<" not in markup and "&" not in markup:
        return plain(markup)
    page = parse_html(markup)
    return plain(" ".join(block.text for block in walk(page))) if page is not None else ""


def _lines(markup: str | None) -> list[str]:
    page = parse_html(markup) if markup else None
    return [block.line for block in walk(page)] if page is not None else []
