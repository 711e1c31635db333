"""What a channel is: it takes a message and gives a receipt; some can also edit what they took, and find it again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pipeline.model import Problem
from pipeline.notify.render import Message


class ReceiptState(StrEnum):
    """`retry`: not taken, and a later try may be; `failed`: this message will never be taken.

    `unknown`: the message was handed over and no answer came, so it may have been taken. Look it up, where the
    channel `Finds`, before it is sent again; a channel that is `idempotent` may simply be sent it again.
    """

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one send. `error` may stand beside `sent` too, where a part went wrong.

    `provider_id` is what the channel calls the message: what `edit` and, as `thread`, `send` take.
    `channel_down` says that the trouble is the channel's and not this message's, so that others need not try.
    """

    state: ReceiptState
    provider_id: str | None = None
    retry_after: dt.timedelta | None = None
    error: str | None = None
    channel_down: bool = False


class Channel(Protocol):
    """A place that messages are sent to. `send` never raises for what the network or the receiver does.

    Every message carries its alert id. `idempotent` channels have receivers that take one id once, by contract.
    """

    @property
    def idempotent(self) -> bool: ...

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:
        """Sends it, under the message `thread` (the provider_id of the event's first one) where the channel can."""
        ...


@runtime_checkable
class Edits(Protocol):
    """A channel that can change a message that it took."""

    def edit(self, provider_id: str, message: Message, /) -> Receipt:
        """Puts `message` in place of the one that was sent; like `send` it never raises."""
        ...


@runtime_checkable
class Finds(Protocol):
    """A channel that can say whether it took a message."""

    def find(self, alert_id: str, since: dt.datetime, /, *, thread: str | None = None) -> str | Problem | None:
        """The provider_id of the message with this alert id, posted at `since` or later, in `thread` where it was
        sent there; None where there is none, and a Problem where nobody could be asked."""
        ...
