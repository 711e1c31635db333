"""Libraries of models, such as Ollama's: each entry of the feed is a record of one model, one fact a line."""

from __future__ import annotations

import datetime as dt

from pipeline.categories import DocumentForm
from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Source
from pipeline.naming.models import SIZE
from pipeline.read.addresses import secured
from pipeline.read.blocks import plain
from pipeline.read.dates import choose
from pipeline.read.document import build_document
from pipeline.read.hints import hinted_date
from pipeline.sources.entries import entry_lines, is_count
from pipeline.sources.listing import Item


def library_document(item: Item, source: Source, learned_at: dt.datetime, anchor: str = "") -> Document | None:
    """The record of one model of a library: its name, what is said of it, its sizes, and its day.

    A library moves the day of a model whenever one of its files is replaced. Counts are left out unless the
    source's option `counts` is "yes". None where the entry has no name. `anchor` ends the record's address, to
    tell it from what another list says of the same model.
    """
    name = item.title.strip()
    if not name:
        return None
    categories = [plain(category) for category in item.categories]
    sizes = [category for category in categories if SIZE.match(category)]
    others = [category for category in categories if category not in sizes]
    said = entry_lines(item)
    lines = [f"model: {name}", *(line for line in said if not is_count(line))]
    lines += [f"sizes: {', '.join(sizes)}"] if sizes else []
    lines += [f"features: {', '.join(others)}"] if others else []
    if source.options.get("counts") == "yes":
        lines += [line[:1].lower() + line[1:] for line in said if is_count(line)]
    lines += [f"updated: {item.published_at:%Y-%m-%d}"] if item.published_at else []
    hint = hinted_date(item, source)
    return build_document(
        url=canonical_url(secured(item.url, source.url)) + (f"#{anchor}" if anchor else ""),
        title=name,
        text="\n".join(lines),
        published=choose([hint] if hint else [], (), learned_at),
        source=source,
        fetched_at=learned_at,
        language="en",
        modified_at=item.modified_at,
        form=DocumentForm.LIBRARY_ENTRY,
    )
