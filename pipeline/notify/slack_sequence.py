"""Posts a message that takes several of Slack's, in order and at Slack's pace, and says what became of the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.slack_blocks import Payload

Post = Callable[[int, Payload], Receipt]
Pause = Callable[[float], None]

# Slack takes a message a second and place; begun messages wait out a short 429 rather than be begun again.
BETWEEN_SECONDS = 1.0
LONGEST_PAUSE = dt.timedelta(seconds=30)
MOST_PAUSES = 3


def post_in_order(parts: Sequence[Payload], post: Post, pause: Pause) -> Receipt:
    """One receipt for all parts, with the first one's id: `sent` once every part was taken or refused for good."""
    first, *others = parts
    receipt = post(1, first)
    if receipt.state is not ReceiptState.SENT:
        return receipt
    notes = [receipt.error]
    for number, payload in enumerate(others, 2):
        pause(BETWEEN_SECONDS)
        further = _patiently(number, payload, post, pause)
        told = f"part {number} of {len(parts)}: {further.error}"
        if further.state in (ReceiptState.RETRY, ReceiptState.UNKNOWN):
            return replace(further, provider_id=receipt.provider_id, error=told)
        notes.append(told if further.error else None)
    return replace(receipt, error="; ".join(note for note in notes if note) or None)


def _patiently(number: int, payload: Payload, post: Post, pause: Pause) -> Receipt:
    receipt = post(number, payload)
    for _ in range(MOST_PAUSES):
        wait = receipt.retry_after
        if receipt.state is not ReceiptState.RETRY or wait is None or wait > LONGEST_PAUSE:
            break
        pause(wait.total_seconds())
        receipt = post(number, payload)
    return receipt
