"""JSON as interfaces answer it: reading it without trusting its shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_STRAY_BACKSLASH = re.compile(r'\\(?!["\\/bfnrtu])')


def json_object(body: bytes) -> Mapping[str, Any] | None:
    """The JSON object that `body` is; None where it is something else.

    Control characters within texts and stray backslashes, which some services write, are taken as they are.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    for attempt in (text, _STRAY_BACKSLASH.sub(r"\\\\", text)):
        try:
            answer = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return answer if isinstance(answer, dict) else None
    return None


def json_list(body: bytes) -> list[Any] | None:
    """The JSON list that `body` is; None where it is something else."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, list) else None


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; nothing of what is no list."""
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one in its place."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A text without white space around it, "" where the value is none."""
    return value.strip() if isinstance(value, str) else ""


def beginning(body: bytes) -> str:
    """How an answer begins, on one line: services say in plain words what was wrong with a query."""
    return " ".join(body[:600].decode("utf-8", "replace").split())[:160]
