"""Finding the article: which part of a page is the text that somebody wrote, as blocks."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence

from lxml import html

from pipeline.read.blocks import Block, BlockKind, plain, unlinked_weight, walk, weight

# Below this, outside links, a page says nothing that could be quoted.
LEAST_WEIGHT = 25
# An element that its author marked as the article is believed when it holds this share of the page's text.
_TRUSTED_SHARE = 0.5
_LINKED = 0.8
_TELLING = 20
_RELATED = """
related, related articles, related stories, related posts, related reading, more stories, read more, read next
recommended, you may also like, more from, see also, share this, share this article, further reading
相关阅读, 相关文章, 相关新闻, 相关推荐, 推荐阅读, 延伸阅读, 热门文章, 分享到
"""
_RELATED_LABELS = frozenset(_RELATED.strip().replace("\n", ", ").split(", "))


def article_blocks(page: html.HtmlElement) -> tuple[Block, ...]:
    """The blocks of the page's article, empty where the page has none.

    An element marked as the article is taken whole; without one, trafilatura says where the article begins
    and ends, and everything between is kept: it alone would lose short lines, lists and tables.
    """
    body = page.find("body")
    everything = walk(page if body is None else body)
    whole = unlinked_weight(everything)
    for element in _marked(page):
        blocks = walk(element)
        if unlinked_weight(blocks) >= max(LEAST_WEIGHT, _TRUSTED_SHARE * whole):
            return _without_related(blocks)
    blocks = _without_related(_guided(page, everything))
    if unlinked_weight(blocks) >= LEAST_WEIGHT:
        return blocks
    # A page that is nothing but preformatted text: a mail, a change log.
    blocks = walk(page if body is None else body, keep_code=True)
    return blocks if unlinked_weight(blocks) >= LEAST_WEIGHT and len(blocks) > len(everything) else ()


def is_index(page: html.HtmlElement) -> bool:
    """True for a page that lists other pages: several like parts each with its link, or little but links."""
    cards = [article for article in page.iter("article") if not any(True for _ in article.iterancestors("article"))]
    linking = [card for card in cards if next(card.iter("a"), None) is not None]
    if len(linking) >= 2:
        lengths = [len(card.text_content()) for card in cards]
        return max(lengths) <= 0.6 * sum(lengths)
    blocks = walk(page)
    total = sum(weight(block.text) for block in blocks)
    return total > 0 and unlinked_weight(blocks) < 0.4 * total and not any(_is_prose(block) for block in blocks)


def _marked(page: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements marked as the article, the most telling first."""
    articles = sorted(page.iter("article"), key=lambda element: len(element.text_content()), reverse=True)
    yield from articles[:1]
    yield from page.xpath("//*[contains(@itemprop, 'articleBody')]")
    yield from page.iter("main")
    yield from page.xpath("//*[@role='main']")


def _guided(page: html.HtmlElement, everything: Sequence[Block]) -> tuple[Block, ...]:
    """The run of blocks from the first to the last that trafilatura counts as the article."""
    # Imported here: it takes a quarter of a second, and commands that read no page should not wait for it.
    import trafilatura

    extracted = trafilatura.bare_extraction(
        copy.deepcopy(page), fast=True, include_comments=False, include_tables=True, with_metadata=False
    )
    text = _squeezed(getattr(extracted, "text", None) or "")
    known = [block.linked < _LINKED and _squeezed(block.text) in text for block in everything]
    telling = [place for place, block in enumerate(everything) if known[place] and weight(block.text) >= _TELLING]
    if not telling:
        return tuple(block for block in everything if block.linked < _LINKED)
    first, last = telling[0], telling[-1]
    # It often drops a lead before the first heading; after the end, long lines are the site's legal notes.
    while first > 0 and (known[first - 1] or _leads_in(everything[first - 1])):
        first -= 1
    while last + 1 < len(everything) and (known[last + 1] or _goes_on(everything[last + 1])):
        last += 1
    return tuple(everything[first : last + 1])


def _leads_in(block: Block) -> bool:
    return block.kind == BlockKind.HEADING or (block.linked < 0.5 and weight(block.text) >= 4 * _TELLING)


def _goes_on(block: Block) -> bool:
    return block.kind in (BlockKind.ITEM, BlockKind.ROW) and block.linked < _LINKED


def _without_related(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Drop each "related stories" label with the lines of links under it."""
    kept: list[Block] = []
    dropping = False
    for place, block in enumerate(blocks):
        if block.text.casefold().rstrip(":： ") in _RELATED_LABELS:
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            dropping = following is None or following.linked >= _LINKED
        elif dropping and block.linked < _LINKED:
            dropping = False
        if not dropping:
            kept.append(block)
    return tuple(kept)


def _is_prose(block: Block) -> bool:
    return block.linked < 0.5 and weight(block.text) >= 200


def _squeezed(text: str) -> str:
    return plain(text).replace(" ", "").replace("|", "")
