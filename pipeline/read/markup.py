"""From bytes to a parsed page: which character set, what is too hostile to parse, and the lxml tree."""

from __future__ import annotations

import codecs
import re
from email.message import Message

from lxml import etree, html

_HEAD_BYTES = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})""", re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these labels as the wider set, and Chinese pages depend on it (WHATWG Encoding, 4.2).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
_SINGLE_BYTE = frozenset({"cp1252", "iso8859-15"})

# libxml2 compares each attribute of a tag with all others, so one tag with 200,000 of them takes a minute.
_GUARDED_LENGTH = 100_000
_GIANT_TAG = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)(?:[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+){500,}+[^>]*+"""
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def media_type(content_type: str) -> str:
    """The lower-case type and subtype of a Content-Type value, "" where it has none."""
    return content_type.partition(";")[0].strip().lower()


def decode(body: bytes, content_type: str) -> str:
    """The text of `body`: by byte-order mark, header, meta element, UTF-8, or detection, in that order.

    Bytes that fit no declared character set are replaced, never dropped silently (U+FFFD).
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    declared = _declared(body, content_type)
    for name in declared:
        # A server's default of ISO-8859-1 accepts any bytes; what is valid UTF-8 is hardly ever meant so.
        decoded = _strictly(body, "utf-8") if name in _SINGLE_BYTE else None
        decoded = _strictly(body, name) if decoded is None else decoded
        if decoded is not None:
            return decoded
    decoded = _strictly(body, "utf-8")
    if decoded is not None:
        return decoded
    return body.decode(declared[0] if declared else _detected(body), "replace")


def parse_html(text: str) -> html.HtmlElement | None:
    """The tree of a page, without comments; None where nothing is left to parse."""
    if len(text) > _GUARDED_LENGTH:
        text = without_giant_tags(text)
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(_CONTROLS.sub("", text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def without_giant_tags(text: str) -> str:
    """`text` with the attributes of every tag that has 500 or more of them taken away."""
    return _GIANT_TAG.sub(r"<\1", text)


def _declared(body: bytes, content_type: str) -> list[str]:
    header = Message()
    header["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ") or "text/html"
    label = header.get_param("charset")
    labels = [label] if isinstance(label, str) else []
    found = _META_CHARSET.search(body[:_HEAD_BYTES])
    if found:
        labels.append(found.group(1).decode("ascii"))
    return [name for name in map(_codec, labels) if name is not None]


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name
    except LookupError:
        return None
    return _WIDER.get(name, name)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _detected(body: bytes) -> str:
    # Imported here because only pages that declare nothing and are not UTF-8 need it.
    from bs4.dammit import UnicodeDammit

    found = UnicodeDammit(body[: 16 * _HEAD_BYTES], is_html=True).original_encoding
    return _codec(found or "") or "cp1252"
