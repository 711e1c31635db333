"""What a channel is: it takes a message and gives a receipt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.notify.render import Message


class ReceiptState(StrEnum):
    """`retry`: not taken, and a later try may be; `failed`: this message will never be taken."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one send. `error` may stand beside `sent` too, where a part went wrong.

    `channel_down` says that the trouble is the channel's and not this message's, so that others need not try.
    """

    state: ReceiptState
    provider_id: str | None = None
    retry_after: dt.timedelta | None = None
    error: str | None = None
    channel_down: bool = False


class Channel(Protocol):
    """A place that messages are sent to. `send` never raises for what the network or the receiver does."""

    def send(self, message: Message, /) -> Receipt: ...
