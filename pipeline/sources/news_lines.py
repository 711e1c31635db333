"""Dated news lines: a README or page on which each line that begins with a day is a document of its own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lxml import html

from pipeline.categories import DocumentForm
from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Fetch, Source
from pipeline.read.blocks import Block, BlockKind, text_of, walk
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import leading_day
from pipeline.read.document import build_document
from pipeline.read.language import language_of
from pipeline.read.markup import decode, media_type, parse_html
from pipeline.read.metadata import read_metadata
from pipeline.read.text import is_markdown, markdown_page
from pipeline.sources.listing import Listing, unreadable

NEWS_LINE = "news line"
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class NewsLine:
    """The blocks of one dated line, and what it says after the day."""

    day: dt.date
    headline: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class NewsLinesKind:
    """A page whose dated lines are each a document of `form`, at an address that ends in `name` and the day.

    Sections of a vendor's page are running text, not news lines: a table of what is to be switched off looks like
    one of what has come out, so that a bare name beside a day says nothing yet.
    """

    form: DocumentForm = DocumentForm.NEWS_LINE
    name: str = "news"
    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "section": "only lines under the heading with this text count; left out, the whole page's do"
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        page = news_page(fetch.body, fetch.content_type, fetch.url)
        if page is None:
            return unreadable(source, f"{fetch.url} is empty")
        documents = line_documents(page, fetch.url, source, now, self.form, self.name)
        if not documents:
            within = f" under the heading {source.options['section']!r}" if "section" in source.options else ""
            message = f"{fetch.url} has no line{within} that begins with a day (2024.09.19: …); "
            message += "kind page_diff tells of changes without dates"
            return unreadable(source, message, is_bare=True)
        return Listing(documents=documents)


def news_page(body: bytes, content_type: str, url: str) -> html.HtmlElement | None:
    """The page that may hold news lines, Markdown rendered; None where there is nothing in it."""
    text = decode(body, content_type)
    if is_markdown(url) or media_type(content_type) in ("text/plain", "text/markdown"):
        return markdown_page(text)
    return parse_html(text)


def line_documents(
    page: html.HtmlElement,
    url: str,
    source: Source,
    now: dt.datetime,
    form: DocumentForm = DocumentForm.NEWS_LINE,
    name: str = "news",
) -> tuple[Document, ...]:
    """The documents of a page's dated lines, in its order.

    Addresses end in `#news-2024-09-19` or another `name`, with `-2`, `-3` for further lines of a day. They are
    counted from the oldest line of the day, so that a line keeps its address when newer ones are added on top of it.
    """
    blocks = walk(page)
    within = _section(blocks, source.options.get("section"))
    lines = news_lines(within)
    if form is not DocumentForm.NEWS_LINE:
        lines = with_table_heads(lines, within)
    stated = read_metadata(page).language or source.language
    language = language_of(stated, text_of(blocks))
    return tuple(
        _document(line, f"{canonical_url(url)}#{ending}", language, source, now, form)
        for line, ending in zip(lines, _names(lines, name), strict=True)
    )


def news_lines(blocks: Sequence[Block]) -> tuple[NewsLine, ...]:
    """The dated lines among `blocks`, each with what belongs to it: deeper items, text under its heading."""
    return tuple(_lines(list(blocks)))


def with_table_heads(lines: Sequence[NewsLine], blocks: Sequence[Block]) -> tuple[NewsLine, ...]:
    """The lines, each row of a table under the table's head, without which its cells say little."""
    heads: dict[int, Block] = {}
    head: Block | None = None
    for before, block in pairwise((None, *blocks)):
        if block is None or block.kind is not BlockKind.ROW:
            continue
        if before is None or before.kind is not BlockKind.ROW:
            head = block if leading_day(block.text) is None else None
        elif head is not None:
            heads[id(block)] = head
    return tuple(
        replace(line, blocks=(heads[id(line.blocks[0])], *line.blocks)) if id(line.blocks[0]) in heads else line
        for line in lines
    )


def _lines(blocks: list[Block]) -> Iterator[NewsLine]:
    place = 0
    while place < len(blocks):
        block = blocks[place]
        place += 1
        dated = leading_day(block.text)
        if dated is None:
            continue
        day, headline = dated
        end = place
        while end < len(blocks) and _belongs(blocks[end], block):
            end += 1
        following = blocks[place:end]
        place = end
        if headline:
            yield NewsLine(day, headline, (block, *following))
        else:
            yield from _under_a_day(day, block, following)


def _belongs(block: Block, line: Block) -> bool:
    """Whether `block`, met after the dated `line`, still speaks of it."""
    if leading_day(block.text) is not None:
        return False
    if line.kind == BlockKind.HEADING:
        return block.kind != BlockKind.HEADING or block.level > line.level
    if block.kind == BlockKind.ITEM:
        return block.level > line.level
    return block.kind == BlockKind.PARAGRAPH and line.kind == BlockKind.ITEM and block.level >= line.level


def _under_a_day(day: dt.date, heading: Block, blocks: Sequence[Block]) -> Iterator[NewsLine]:
    """The lines under a heading that is only a day: each paragraph or outermost item is one, below the day."""
    gathered: list[Block] = []
    for block in blocks:
        if gathered and (block.kind != BlockKind.ITEM or block.level <= gathered[0].level):
            yield NewsLine(day, gathered[0].text, (heading, *gathered))
            gathered = []
        gathered.append(block)
    if gathered:
        yield NewsLine(day, gathered[0].text, (heading, *gathered))


def _section(blocks: Sequence[Block], heading: str | None) -> Sequence[Block]:
    if heading is None:
        return blocks
    wanted = heading.casefold().strip()
    for place, block in enumerate(blocks):
        if block.kind == BlockKind.HEADING and block.text.casefold() == wanted:
            end = place + 1
            while end < len(blocks) and _is_inside(blocks[end], block):
                end += 1
            return blocks[place + 1 : end]
    return ()


def _is_inside(block: Block, heading: Block) -> bool:
    return block.kind != BlockKind.HEADING or block.level > heading.level


def _names(lines: Sequence[NewsLine], name: str) -> list[str]:
    days = [line.day for line in lines]
    steps = [later - earlier for earlier, later in pairwise(days) if later != earlier]
    oldest_first = sum(step > dt.timedelta() for step in steps) * 2 > len(steps)
    counts: Counter[dt.date] = Counter()
    names = []
    for day in days if oldest_first else reversed(days):
        counts[day] += 1
        names.append(f"{name}-{day}" + (f"-{counts[day]}" if counts[day] > 1 else ""))
    return names if oldest_first else names[::-1]


def _document(
    line: NewsLine, url: str, language: str, source: Source, now: dt.datetime, form: DocumentForm
) -> Document:
    first, *rest = line.blocks
    text = "\n".join([first.text, *(block.line for block in rest)])
    midnight = dt.datetime.combine(line.day, dt.time(), dt.UTC)
    return build_document(
        url=url,
        title=_shortened(line.headline),
        text=text,
        published=choose([DateCandidate(midnight, NEWS_LINE, precise=False)], (), now),
        source=source,
        fetched_at=now,
        language=language_of(language, text),
        form=form,
    )


def _shortened(headline: str) -> str:
    if len(headline) <= _LONGEST_TITLE:
        return headline
    return headline[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
