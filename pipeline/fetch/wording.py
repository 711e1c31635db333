"""What went wrong, in one line for people who run the watch."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus

# What the socket and TLS libraries add for programmers.
_INTERNAL = re.compile(r"\[Errno -?\d+\]|\[SSL: [A-Z_0-9]+\]|\(_ssl\.c:\d+\)")
_BYTES = re.compile(r"bytearray\(b(['\"].*['\"])\)", re.DOTALL)
_LONGEST = 300


def one_line(error: Exception) -> str:
    """The text of `error` on one line, shortened, without what libraries add; its name where it has none."""
    said = _BYTES.sub(r"\1", _INTERNAL.sub("", str(error)))
    return shortened(" ".join(said.split())) or type(error).__name__


def shortened(text: str, most: int = _LONGEST) -> str:
    """`text`, or the first `most` characters of it: servers can make any word of theirs a long one."""
    return text if len(text) <= most else f"{text[:most]}…"


def status_line(status: int, wait: dt.timedelta | None) -> str:
    """An unwelcome status by number and name, and how long the server asks to wait."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    asked = "" if wait is None else f" and asks to wait {wait.total_seconds():g} s"
    return f"answered {status} {phrase}".rstrip() + asked
