"""Tells people: renders alerts for each channel, sends them, and says what became of each delivery."""

from pipeline.notify.channel import Channel, Edits, Finds, Receipt, ReceiptState
from pipeline.notify.digest import Digest, digest
from pipeline.notify.opening import open_channels
from pipeline.notify.outbox import attempt, deliver, given_up, route, settle
from pipeline.notify.render import Message, worded

__all__ = [
    "Channel",
    "Digest",
    "Edits",
    "Finds",
    "Message",
    "Receipt",
    "ReceiptState",
    "attempt",
    "deliver",
    "digest",
    "given_up",
    "open_channels",
    "route",
    "settle",
    "worded",
]
