"""What Slack refuses of a message: the limits that the reference of Block Kit gives, for the blocks that we use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_BLOCKS = 50
LONGEST_HEADER = 150
LONGEST_TEXT = 3_000
MOST_FIELDS, LONGEST_FIELD = 10, 2_000
MOST_ELEMENTS = 10
LONGEST_FALLBACK = 4_000
# Not in the reference: messages near 11,000 characters in all have been refused.
LONGEST_MESSAGE = 10_000
KEYS = {"header": {"type", "text"}, "section": {"type", "text", "fields"}, "context": {"type", "elements"}}
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def faults(payload: dict[str, Any]) -> list[str]:
    """What is wrong with the message, each with its place; an empty list where Slack takes it."""
    blocks = payload.get("blocks", [])
    found = [] if 0 < _units(payload.get("text", "")) <= LONGEST_FALLBACK else ["text: empty or too long"]
    found += [] if 0 < len(blocks) <= MOST_BLOCKS else [f"blocks: {len(blocks)} of them"]
    found += [f"blocks[{place}].{fault}" for place, block in enumerate(blocks) for fault in _of_block(block)]
    size = sum(map(_units, texts(payload)))
    return found + ([] if size < LONGEST_MESSAGE else [f"{size} characters in all"])


def texts(part: object) -> Iterator[str]:
    """Every text value of a payload."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from (text for value in part.values() for text in texts(value))
    elif isinstance(part, list):
        yield from (text for value in part for text in texts(value))


def text_objects(part: object) -> Iterator[dict[str, Any]]:
    """Every text object of a payload."""
    if isinstance(part, dict) and part.get("type") in TEXT_KEYS:
        yield part
    elif isinstance(part, dict):
        yield from (each for value in part.values() for each in text_objects(value))
    elif isinstance(part, list):
        yield from (each for value in part for each in text_objects(value))


def _of_block(block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in KEYS:
        yield f"type: unknown block {kind!r}"
        return
    yield from (f"{key}: not a key of a {kind}" for key in block.keys() - KEYS[kind])
    if kind == "header":
        yield from _of_text("text", block["text"], LONGEST_HEADER, {"plain_text"})
    elif kind == "section":
        if "text" in block:
            yield from _of_text("text", block["text"], LONGEST_TEXT)
        yield from _of_list("fields", block.get("fields", []), MOST_FIELDS, LONGEST_FIELD, least="text" not in block)
    else:
        yield from _of_list("elements", block["elements"], MOST_ELEMENTS, LONGEST_TEXT, least=True)


def _of_list(name: str, items: list[dict[str, Any]], most: int, longest: int, *, least: bool) -> Iterator[str]:
    if not least <= len(items) <= most:
        yield f"{name}: {len(items)} of them"
    for place, text in enumerate(items):
        yield from _of_text(f"{name}[{place}]", text, longest)


def _of_text(place: str, text: dict[str, Any], longest: int, kinds: set[str] | None = None) -> Iterator[str]:
    kind = text.get("type", "")
    if kind not in (kinds or TEXT_KEYS.keys()):
        yield f"{place}: {kind!r} is not allowed here"
        return
    yield from (f"{place}.{key}: not a key of {kind}" for key in text.keys() - TEXT_KEYS[kind])
    if not 0 < _units(text["text"].strip()) <= _units(text["text"]) <= longest:
        yield f"{place}: {_units(text['text'])} characters"


def _units(text: str) -> int:
    """UTF-16 units, which is what Slack counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
