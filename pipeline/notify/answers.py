"""What the answer of a receiver over HTTP means for a message, and how long it asks us to wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.inert import one_line, shorten

LONGEST_WAIT = dt.timedelta(hours=24)


def retry_after(headers: Mapping[str, object]) -> dt.timedelta | None:
    """The wait that `Retry-After` asks for, a day at most; None for none and for anything but seconds."""
    lowered = {key.lower(): value for key, value in headers.items()}
    written = str(lowered.get("retry-after", "")).strip()
    seconds = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else None
    return min(dt.timedelta(seconds=seconds), LONGEST_WAIT) if seconds is not None else None


def down(told: str, wait: dt.timedelta | None = None) -> Receipt:
    """The channel does not work for now, so that nothing else need be tried."""
    return Receipt(ReceiptState.RETRY, retry_after=wait, error=told, channel_down=True)


def unanswered(told: str) -> Receipt:
    """The message was handed over, and the line broke before an answer came."""
    return Receipt(ReceiptState.UNKNOWN, error=told, channel_down=True)


def reason(text: str) -> str:
    """What a receiver says, on one short line."""
    return shorten(one_line(text), 120) or "no reason given"
