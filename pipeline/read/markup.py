"""From bytes to a parsed page: which character set, what is too hostile to parse, and the lxml tree."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from email.message import Message

from lxml import etree, html

_HEAD_BYTES = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9_.:-]{2,40})""")
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
_ONE_BYTE = ("cp1", "cp8", "iso8859", "koi8", "mac")
# Python knows these as encodings of text; on the web they are none, and some take time beyond all bounds.
_NO_CHARSETS = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape"}
    | {"undefined", "mbcs", "oem", "rot13", "hex", "base64", "bz2", "zlib", "uu", "quopri"}
)
_NOT_ASCII = bytes(range(0x80, 0x100))
_FEWEST_OTHERS = 24

# libxml2 compares each attribute of a tag with all others, so one tag with 200,000 of them takes a minute.
_GUARDED_LENGTH = 100_000
_GIANT_TAG = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)(?:[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+){500,}+[^>]*+"""
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def media_type(content_type: str) -> str:
    """The lower-case type and subtype of a Content-Type value, "" where it has none."""
    return content_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Charset:
    """The character set that a body is read in, by Python's name, and how it was chosen."""

    name: str
    reason: str


def decode(body: bytes, content_type: str) -> str:
    """The text of `body` in the character set that `charset_of` chooses.

    Bytes that do not fit are replaced, never dropped silently (U+FFFD).
    """
    return body.decode(charset_of(body, content_type).name, "replace").removeprefix("\ufeff")


def charset_of(body: bytes, content_type: str) -> Charset:
    """By byte-order mark, header, XML declaration, meta element, UTF-8, or detection, in that order.

    What is valid UTF-8 throughout is not meant otherwise, whatever it declares, unless it holds too few
    characters to tell.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return Charset(name, "byte-order mark")
    declared = _declared(body, content_type)
    is_utf8 = _fits(body, "utf-8")
    for name, place in declared:
        if name != "utf-8" and is_utf8 and _tells(body, name):
            return Charset("utf-8", f"valid UTF-8, though the {place} says {name}")
        if is_utf8 if name == "utf-8" else _fits(body, name):
            return Charset(name, place)
    if is_utf8:
        return Charset("utf-8", "valid UTF-8, and nothing else is declared")
    if declared and not _is_another(body, declared[0][0]):
        return Charset(declared[0][0], f"{declared[0][1]}; bytes that do not fit are replaced")
    return Charset(_detected(body), "detected")


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


def _declared(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """The character sets that a body and its header name, each with the place that does."""
    header = Message()
    header["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ") or "text/html"
    label = header.get_param("charset")
    found = [(_codec(label), "header")] if isinstance(label, str) else []
    for pattern, place in ((_XML_ENCODING, "XML declaration"), (_META_CHARSET, "meta element")):
        within = pattern.search(body[:_HEAD_BYTES])
        name = _codec(within.group(1).decode("ascii")) if within else None
        # A body that says so in ASCII is in no encoding of two bytes a letter (WHATWG HTML, 13.2.3.2).
        found.append(("utf-8" if name and name.startswith(("utf-16", "utf-32")) else name, place))
    return [(name, place) for name, place in found if name is not None]


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else _WIDER.get(name, name)


def _fits(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except (UnicodeError, LookupError):
        return False
    return True


def _tells(body: bytes, name: str) -> bool:
    """Whether a body's being valid UTF-8 says that it is no text in `name`: by chance only short ones are both."""
    others = len(body) - len(body.translate(None, _NOT_ASCII))
    return others >= (1 if name.startswith(_ONE_BYTE) else _FEWEST_OTHERS)


def _is_another(body: bytes, name: str) -> bool:
    """Whether so much of a body does not fit `name` that it must be in another character set."""
    text = body.decode(name, "replace")
    others = sum(character > "\x7f" for character in text)
    return others >= _FEWEST_OTHERS and text.count("\ufffd") * 4 > others


def _detected(body: bytes) -> str:
    # Imported here because only pages that declare nothing and are not UTF-8 need it.
    from bs4.dammit import UnicodeDammit

    found = UnicodeDammit(body[: 16 * _HEAD_BYTES], is_html=True).original_encoding
    return _codec(found or "") or "cp1252"
