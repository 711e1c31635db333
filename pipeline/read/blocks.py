"""The block walker: an element becomes headings, paragraphs, list items and table rows, in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import html

from pipeline.read.furniture import Furniture
from pipeline.read.tables import is_data_table, table_rows


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a document's text. `level` is a heading's rank or the depth of the list it stands in.

    `linked` is the share of its characters that stand inside links, 0 to 1.
    """

    kind: BlockKind
    text: str
    level: int
    linked: float

    @property
    def line(self) -> str:
        """The block as it stands in a document's text; list items begin with "- "."""
        return f"- {self.text}" if self.kind == BlockKind.ITEM else self.text


_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
figure footer form header hgroup hr html legend li main menu nav ol p pre section summary table tbody td
tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_SPACE = re.compile(r"\s+")
_HAN = r"[\u3001-\u3011\u4e00-\u9fff\uff01-\uff1f]"
_WRAPPED_HAN = re.compile(rf"(?<={_HAN})\s*\n\s*(?={_HAN})")
_HAN_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
_BULLET = re.compile(r"^[•▪◦‣●·]\s*(?=\S)")


def plain(text: str) -> str:
    """One line of NFC text: white space collapsed, invisible characters gone, wrapped Chinese joined."""
    text = text.translate(_INVISIBLE)
    if "\n" in text:
        text = _WRAPPED_HAN.sub("", text)
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())


def walk(root: html.HtmlElement, keep_code: bool = False) -> tuple[Block, ...]:
    """The blocks of `root` in reading order, without page furniture, and without code unless `keep_code`."""
    walker = _Walker(Furniture(root), keep_code)
    walker.visit(root)
    walker.flush()
    return tuple(walker.blocks)


def text_of(blocks: Iterable[Block]) -> str:
    """The document text that `blocks` make: one line each."""
    return "\n".join(block.line for block in blocks)


def weight(text: str) -> int:
    """How much a line says, in characters; a Chinese one counts twice."""
    return len(text) + len(_HAN_CHARACTER.findall(text))


def unlinked_weight(blocks: Sequence[Block]) -> int:
    """How much `blocks` say outside links."""
    return round(sum(weight(block.text) * (1 - block.linked) for block in blocks))


@dataclass(slots=True)
class _Walker:
    furniture: Furniture
    keep_code: bool
    blocks: list[Block] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    lists: int = 0
    bullet: bool = False

    def visit(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or element in self.furniture or (tag == "pre" and not self.keep_code):
            if tag in _BLOCKS:
                self.flush()
        elif tag == "br":
            self.flush()
        elif tag in _HEADINGS:
            self.flush()
            self.children(element)
            self.flush(_HEADINGS[tag])
        elif tag == "table" and is_data_table(element):
            self.table(element)
        elif tag == "li":
            self.item(element)
        elif tag in _LISTS:
            self.flush()
            self.lists += 1
            self.children(element)
            self.flush()
            self.lists -= 1
        elif tag in _BLOCKS:
            self.flush()
            self.preformatted(element) if tag == "pre" else self.children(element)
            self.flush()
        else:
            self.links += tag == "a"
            self.children(element)
            self.links -= tag == "a"

    def children(self, element: html.HtmlElement) -> None:
        self.add(element.text)
        for child in element:
            self.visit(child)
            self.add(child.tail)

    def add(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.links:
                self.linked += len(plain(text))

    def item(self, element: html.HtmlElement) -> None:
        self.flush()
        self.bullet = True
        self.children(element)
        self.flush()
        self.bullet = False

    def preformatted(self, element: html.HtmlElement) -> None:
        for line in element.text_content().splitlines():
            self.add(line)
            self.flush()

    def table(self, element: html.HtmlElement) -> None:
        self.flush()
        for cells in table_rows(element):
            texts = [_cell(cell, self.keep_code) for cell in cells]
            if any(text for text, _ in texts):
                row = " | ".join(text for text, _ in texts)
                linked = sum(share * len(text) for text, share in texts) / len(row)
                self.blocks.append(Block(BlockKind.ROW, row, 0, linked))

    def flush(self, heading: int = 0) -> None:
        """End the line that is being gathered, if anything stands in it."""
        text, linked = plain("".join(self.buffer)), self.linked
        self.buffer, self.linked = [], 0
        if not text:
            return
        bullet = _BULLET.match(text)
        if bullet and (self.bullet or not self.lists):
            text = text[bullet.end() :]
        if self.bullet or (bullet and not self.lists):
            kind, level = BlockKind.ITEM, max(self.lists, 1)
        elif heading:
            kind, level = BlockKind.HEADING, heading
        else:
            kind, level = BlockKind.PARAGRAPH, self.lists
        self.bullet = False
        self.blocks.append(Block(kind, text, level, min(1.0, linked / len(text))))


def _cell(cell: html.HtmlElement | None, keep_code: bool) -> tuple[str, float]:
    """A cell's text on one line and its share of links; list items in it are set off by commas."""
    if cell is None:
        return "", 0.0
    blocks = walk(cell, keep_code)
    text = ""
    for block in blocks:
        mark = ", " if text and block.kind == BlockKind.ITEM else " "
        text += (mark if text else "") + block.text
    return text, sum(block.linked * len(block.text) for block in blocks) / max(1, len(text))
