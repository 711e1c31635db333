"""Page furniture: the parts of a page that belong to the site and not to the article."""

from __future__ import annotations

import re

from lxml import html

_NEVER_TEXT_NAMES = """
area audio base button canvas datalist embed head iframe img input link map meta meter noscript object
picture progress script select source style svg template textarea title track video
"""
_NEVER_TEXT = frozenset(_NEVER_TEXT_NAMES.split())
_SITE_PARTS = frozenset({"nav", "aside", "footer"})
_SITE_ROLE_NAMES = "alertdialog complementary contentinfo dialog menu menubar navigation search toolbar"
_SITE_ROLES = frozenset(_SITE_ROLE_NAMES.split())
_SITE_CLASS_WORDS = """
ad ads advert advertisement advertising breadcrumb breadcrumbs comments consent cookie cookies modal
newsletter outbrain pager pagination popup promo promoted recommendations recommended related share
sharing sidebar skip social sponsored subscribe taboola tags toc
"""
_SITE_WORDS = frozenset(_SITE_CLASS_WORDS.split())
_BUTTON_WORDS = frozenset({"btn", "button"})
_UNSEEN_CLASSES = ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader")
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# A part that carries this much of the root's text is the article, whatever its class says.
_ARTICLE_SHARE = 0.4


class Furniture:
    """Tells, on a walk through `root`, which elements are furniture."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._root = root
        self._length = len(root.text_content())

    def __contains__(self, element: html.HtmlElement) -> bool:
        tag = element.tag
        if element is self._root:
            return False
        if tag in _NEVER_TEXT or tag in _SITE_PARTS or element.get("role") in _SITE_ROLES:
            return True
        if _unseen(element) or _is_mark(element):
            return True
        if tag == "header":
            return _is_site_header(element)
        if tag == "article":
            return self._root.tag == "article" and self._is_small(element)
        words = _words(element)
        if tag == "a" and words & _BUTTON_WORDS:
            return True
        return bool(words & _SITE_WORDS) and self._is_small(element)

    def _is_small(self, element: html.HtmlElement) -> bool:
        return len(element.text_content()) < _ARTICLE_SHARE * self._length


def _words(element: html.HtmlElement) -> set[str]:
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return {word.lower() for word in _WORD.findall(named)} if len(named) > 1 else set()


def _unseen(element: html.HtmlElement) -> bool:
    attributes = element.attrib
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    if style and _UNSEEN_STYLE.search(style):
        return True
    named = attributes.get("class", "")
    return any(name in named for name in _UNSEEN_CLASSES)


def _is_mark(element: html.HtmlElement) -> bool:
    """Links that mark a place: the sign beside a heading, and the raised number of a footnote."""
    link = element
    if element.tag == "sup" and len(element) == 1 and not (element.text or "").strip():
        link = element[0]
    if link.tag != "a" or not link.get("href", "").startswith("#"):
        return False
    text = link.text_content().strip()
    return link is not element or (len(text) <= 3 and not any(map(str.isalnum, text)))


def _is_site_header(element: html.HtmlElement) -> bool:
    if any(parent.tag in ("article", "main") for parent in element.iterancestors()):
        return False
    return next(element.iter("h1", "h2"), None) is None
