"""Mail as documents: a newsletter's text, its sender as publisher, and its own links, from hostile MIME as well."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice
from urllib.parse import quote

from lxml import html

from pipeline.dedupe.urls import canonical_url
from pipeline.model import Document, Problem, Source
from pipeline.read.addresses import resolve
from pipeline.read.article import article_blocks
from pipeline.read.blocks import plain, text_of, walk
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.document import build_document
from pipeline.read.language import language_of
from pipeline.read.markup import decode, parse_html
from pipeline.read.text import text_blocks

MOST_BYTES = 5 * 1024 * 1024
_MOST_MULTIPARTS = 40
_MOST_PARTS = 200
_MOST_LINKS = 40
_LONGEST_HEADER = 2000
_LONGEST_ID = 250
_MULTIPART = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
# Links of the mailing itself: they name the reader, count the click, or end the subscription.
_OF_THE_MAILING = re.compile(
    r"unsubscribe|optout|opt-out|email[-_]?preferences|list-manage|/(?:ls/)?(?:click|track|redirect|open)(?:[/?]|$)"
    r"|[A-Za-z0-9_\-%=+~.]{60,}",
    re.IGNORECASE,
)


def read_mail(raw: bytes, place: str, source: Source, learned_at: dt.datetime) -> Document | Problem | None:
    """The document that a message is, under its `mid:` address (RFC 2392); a problem of `place` where it is none.

    None for a message of a sender that the source's option `senders` does not name.
    """
    if len(raw) > MOST_BYTES:
        return Problem("read", place, f"is larger than {MOST_BYTES >> 20} MiB, more than a newsletter is; passed over")
    if len(_MULTIPART.findall(raw)) > _MOST_MULTIPARTS:
        return Problem(
            "read", place, f"nests more than {_MOST_MULTIPARTS} multiparts, which no mailing does; passed over"
        )
    try:
        message = message_from_bytes(raw)
        headers = _headers(message)
        name, sender = parseaddr(headers.get("from", ""))
        if not _is_admitted(sender, source):
            return None
        text = _text(message)
    except RecursionError:
        return Problem("read", place, "is nested deeper than can be read; passed over")
    if not text:
        return Problem("read", place, "holds no text: neither an HTML nor a plain part with words in it")
    title = _decoded(headers.get("subject", "")) or text.partition("\n")[0][:200]
    if title not in text.partition("\n")[0]:
        text = f"{title}\n{text}"
    publisher = source.publisher or _decoded(name) or sender.rpartition("@")[2]
    return build_document(
        url=_address(headers.get("message-id", ""), raw),
        title=title,
        text=text,
        published=choose(_dates(headers.get("date", "")), (), learned_at),
        source=replace(source, publisher=publisher),
        fetched_at=learned_at,
        language=language_of(source.language, text),
        author=f"{_decoded(name)} <{sender}>".strip() if sender else None,
    )


def _headers(message: Message) -> Mapping[str, str]:
    """The first header of each name, bytes beyond ASCII read as UTF-8, as senders mean them."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        text = str(value)[:_LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        found.setdefault(name.lower(), text.replace("\r", "").replace("\n", " "))
    return found


def _decoded(value: str) -> str:
    """A header's value with its encoded words read (RFC 2047), on one line."""
    try:
        return plain(str(make_header(decode_header(value))).encode("utf-8", "replace").decode())
    except (HeaderParseError, LookupError, ValueError):
        return plain(value)


def _is_admitted(sender: str, source: Source) -> bool:
    named = [each.strip().casefold() for each in source.options.get("senders", "").split(",") if each.strip()]
    address = sender.casefold()
    domain = address.rpartition("@")[2]
    return not named or any(each in (address, domain) or domain.endswith(f".{each}") for each in named)


def _text(message: Message) -> str:
    """The HTML part read as an article, with its links, or else the plain part."""
    bodies: dict[str, Message] = {}
    for part in islice(message.walk(), _MOST_PARTS):
        if part.get_content_disposition() != "attachment":
            bodies.setdefault(part.get_content_type(), part)
    page = parse_html(_body(bodies["text/html"])) if "text/html" in bodies else None
    if page is not None:
        lines = text_of(article_blocks(page) or walk(page))
        links = list(islice(dict.fromkeys(_links(page)), _MOST_LINKS))
        if lines:
            return "\n".join([lines, *(["Links:"] if links else []), *links])
    return text_of(text_blocks(_body(bodies["text/plain"]))) if "text/plain" in bodies else ""


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, str(part.get("content-type", ""))) if isinstance(payload, bytes) else ""


def _links(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter("a"):
        address = resolve("mid:", element.get("href", ""))
        if address and not _OF_THE_MAILING.search(address):
            yield canonical_url(address)


def _dates(written: str) -> list[DateCandidate]:
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        # The parser's ways of saying that this is no RFC 5322 date.
        return []
    return [DateCandidate(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC), "mail header", precise=True)]


def _address(message_id: str, raw: bytes) -> str:
    """The message's address; one without a usable id gets one from its content."""
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", message_id)
    if found is None or len(found[1]) > _LONGEST_ID:
        return f"mid:{hashlib.sha256(raw).hexdigest()[:32]}@without-id.invalid"
    return "mid:" + quote(found[1], safe="@!$&'()*+,;=.~-_")
