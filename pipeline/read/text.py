"""Text and Markdown files: each becomes one document, with what its front matter or first lines say."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from lxml import html

from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Problem, Source
from pipeline.read.blocks import Block, BlockKind, plain, text_of, walk
from pipeline.read.dates import DateCandidate, choose, line_dates
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.read.hints import Hints, hinted_date
from pipeline.read.language import language_of
from pipeline.read.markup import parse_html

_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,8000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}?)\s*:\s*(.+?)\s*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[|:\-+=\s]+$")
_BULLET = re.compile(r"^(?:[•▪◦‣●·*+-]|\d{1,3}[.)])\s+")
_LONGEST_TITLE = 200


def read_text(text: str, url: str, hints: Hints | None, source: Source, fetched_at: dt.datetime) -> Document | Problem:
    """The document that a text is; Markdown where `url` ends like it.

    Title and date come from front matter, then from the first lines, then from `hints`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    stated, text = _front_matter(text)
    blocks = markdown_blocks(text) if is_markdown(url) else text_blocks(text)
    if not blocks:
        return Problem("read", url, "no article text: the file is empty")
    body = text_of(blocks)
    return build_document(
        url=canonical_url(stated.get("url") or stated.get("canonical_url") or url),
        title=(stated.get("title") or _first_title(blocks) or (hints.title if hints else ""))[:_LONGEST_TITLE],
        text=body,
        published=_published(stated, blocks, hinted_date(hints, source), fetched_at),
        source=source,
        fetched_at=fetched_at,
        language=language_of(stated.get("lang") or stated.get("language"), body),
        author=stated.get("author") or (hints.author if hints else None),
        modified_at=hints.modified_at if hints else None,
        site=stated.get("publisher"),
    )


def is_markdown(url: str) -> bool:
    """Whether the address or file name ends as Markdown's do."""
    return urlsplit(url).path.lower().endswith(_MARKDOWN_NAMES)


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text (CommonMark with tables); HTML inside it is read as HTML."""
    page = markdown_page(text)
    return () if page is None else walk(page)


def markdown_page(text: str) -> html.HtmlElement | None:
    """The page that a Markdown text renders to; None for an empty one."""
    # Imported here: feeds and pages, which are nearly all there is to read, never need it.
    from markdown_it import MarkdownIt

    return parse_html(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def text_blocks(text: str) -> tuple[Block, ...]:
    """The lines of a plain text; bullets become list items, and lines ruled with `|` table rows."""
    blocks = []
    for raw in text.split("\n"):
        line = plain(raw)
        if line.startswith("|") and line.endswith("|"):
            cells = [plain(cell) for cell in line.strip("|").split("|")]
            if not _TABLE_RULE.match(line):
                blocks.append(Block(BlockKind.ROW, " | ".join(cells), 0, 0.0))
        elif _BULLET.match(line):
            blocks.append(Block(BlockKind.ITEM, _BULLET.sub("", line), 1, 0.0))
        elif line:
            blocks.append(Block(BlockKind.PARAGRAPH, line, 0, 0.0))
    return tuple(blocks)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    fields = {name.lower(): value.strip("\"'") for name, value in _FIELD.findall(found[1])}
    return fields, text[found.end() :]


def _first_title(blocks: tuple[Block, ...]) -> str:
    heading = next((block for block in blocks if block.kind == BlockKind.HEADING), None)
    return (heading or blocks[0]).text


def _published(
    stated: dict[str, str], blocks: tuple[Block, ...], hint: DateCandidate | None, fetched_at: dt.datetime
) -> DateCandidate:
    candidates = []
    for name in ("date", "published", "published_at", "publishdate"):
        moment = parse_moment(stated.get(name, ""))
        if moment:
            candidates.append(DateCandidate(moment.at, "front matter", moment.precise))
    if hint:
        candidates.append(hint)
    return choose(candidates, line_dates(blocks), fetched_at)
