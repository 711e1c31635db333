"""Tells people: renders alerts for each channel, sends them, and says what became of each delivery."""

from pipeline.notify.channel import Channel, Edits, Finds, Receipt, ReceiptState
from pipeline.notify.digest import Digest, digest
from pipeline.notify.opening import open_channels
from pipeline.notify.outbox import attempt, given_up, send_parcels, settle
from pipeline.notify.render import Message, worded
from pipeline.notify.routing import route

__all__ = [
    "Channel",
    "Digest",
    "Edits",
    "Finds",
    "Message",
    "Receipt",
    "ReceiptState",
    "attempt",
    "digest",
    "given_up",
    "open_channels",
    "route",
    "send_parcels",
    "settle",
    "worded",
]
