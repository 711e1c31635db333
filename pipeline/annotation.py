"""A claim as a Web Annotation (W3C Recommendation of 2017): its words, where they stand, and where the page is kept."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evidence import Fault, quote_fault, text_fault

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"qwen-watch": "urn:qwen-watch:"})
AROUND = 32
"""Code points of the text that are given before and after a quote at least."""

_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim with what its document says of itself. `start` and `end` are code points in the stored text.

    `archive_file` and `archive_offset` are None for a document whose body is not kept.
    """

    claim_id: str
    event_id: str | None
    event_type: str
    subject: str
    attribute: str
    value: str
    modality: str
    attributed_to: str | None
    quote: str
    start: int
    end: int
    extractor: str
    extractor_version: str
    known_at: dt.datetime
    url: str
    title: str
    publisher: str
    language: str
    published_at: dt.datetime
    fetched_at: dt.datetime
    text: str
    text_sha256: str
    archive_file: str | None
    archive_offset: int | None


def annotation(cited: Cited) -> dict[str, Any] | Fault:
    """The claim as JSON-LD of its own, or why its evidence does not bear it out."""
    made = _annotation(cited)
    return made if isinstance(made, Fault) else {"@context": list(CONTEXT), **made}


def collection(event_id: str, label: str, claims: Sequence[Cited]) -> dict[str, Any] | Fault:
    """The claims of an event as one collection on one page; the first fault where one does not hold."""
    items = []
    for cited in claims:
        made = _annotation(cited)
        if isinstance(made, Fault):
            return Fault(f"claim {cited.claim_id}: {made.message}", made.expected, made.found)
        items.append(made)
    event = f"urn:qwen-watch:event:{event_id}"
    return {
        "@context": list(CONTEXT),
        "id": event,
        "type": "AnnotationCollection",
        "label": label,
        "total": len(items),
        "first": {"id": f"{event}:1", "type": "AnnotationPage", "partOf": event, "startIndex": 0, "items": items},
    }


def context_of(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a quote: at least 32 code points, and more until the three occur once together.

    Neither begins or ends between a character and the marks that belong to it.
    """
    around = AROUND
    while True:
        first, last = _whole(text, max(0, start - around), -1), _whole(text, min(len(text), end + around), 1)
        if (first, last) == (0, len(text)) or _is_once(text[first:last], text):
            return text[first:start], text[end:last]
        around *= 2


def _annotation(cited: Cited) -> dict[str, Any] | Fault:
    fault = quote_fault(cited.quote, cited.start, cited.end, cited.text) or text_fault(cited.text, cited.text_sha256)
    if fault is not None:
        return fault
    return {
        "id": f"urn:qwen-watch:claim:{cited.claim_id}",
        "type": "Annotation",
        "motivation": "describing",
        "created": _moment(cited.known_at),
        "generator": {"type": "Software", "name": f"Qwen Watch, {cited.extractor} {cited.extractor_version}"},
        "body": _body(cited),
        "target": _target(cited),
    }


def _body(cited: Cited) -> dict[str, Any]:
    body = {
        "type": "TextualBody",
        "format": "text/plain",
        "value": f"{cited.event_type} of {cited.subject}: {cited.attribute} = {cited.value}",
        "qwen-watch:event": f"urn:qwen-watch:event:{cited.event_id}" if cited.event_id else None,
        "qwen-watch:attribute": cited.attribute,
        "qwen-watch:value": cited.value,
        "qwen-watch:modality": cited.modality,
        "qwen-watch:attributedTo": cited.attributed_to,
    }
    return {name: value for name, value in body.items() if value is not None}


def _target(cited: Cited) -> dict[str, Any]:
    prefix, suffix = context_of(cited.text, cited.start, cited.end)
    return {
        "type": "SpecificResource",
        "source": {
            "id": cited.url,
            "type": "Text",
            "dc:title": cited.title,
            "dc:publisher": cited.publisher,
            "language": cited.language,
            "created": _moment(cited.published_at),
        },
        "selector": [
            {"type": "TextQuoteSelector", "exact": cited.quote, "prefix": prefix, "suffix": suffix},
            {"type": "TextPositionSelector", "start": cited.start, "end": cited.end},
        ],
        "state": dict(_state(cited)),
    }


def _state(cited: Cited) -> Iterator[tuple[str, Any]]:
    yield "type", "TimeState"
    yield "sourceDate", _moment(cited.fetched_at)
    if cited.archive_file is not None:
        # Relative to the data directory, which may lie anywhere: the WARC file and the byte its record begins at.
        yield "cached", f"archive/{cited.archive_file}#{cited.archive_offset}"
    yield "qwen-watch:textSha256", cited.text_sha256


def _whole(text: str, at: int, step: int) -> int:
    """The place `at`, or the next one in the direction of `step` that lies between two whole characters."""
    while 0 < at < len(text) and (_continues(text[at]) or text[at - 1] == _JOINER):
        at += step
    return at


def _continues(character: str) -> bool:
    """True for what belongs to the character before it: combining marks, variation selectors, joiners."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character == _JOINER


def _is_once(part: str, text: str) -> bool:
    first = text.find(part)
    return text.find(part, first + 1) < 0


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
