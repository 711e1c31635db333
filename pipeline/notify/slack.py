"""Slack by incoming webhook, through slack_sdk; every retry is ours, so that none is hidden."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any
from urllib.error import URLError

from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from pipeline.notify.answers import down, reason, retry_after, unanswered
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.inert import one_line, shorten
from pipeline.notify.render import Message, worded
from pipeline.notify.slack_blocks import Payload, bare, payloads
from pipeline.notify.slack_sequence import Pause, post_in_order

# The webhook is gone or closed to us: the operator can put that right, so it is worth further tries.
WRONG_ADDRESS = frozenset({401, 403, 404, 410})
# At debug level slack_sdk writes the webhook's address into the log, and that address is a secret.
quiet = logging.getLogger("qwen_watch.slack")
quiet.setLevel(logging.INFO)


class SlackChannel:
    """Sends to one incoming webhook, or to a receiver that answers as Slack does; it knows neither threads nor ids."""

    idempotent = False

    def __init__(
        self,
        webhook_url: str,
        timeout: dt.timedelta = dt.timedelta(seconds=20),
        language: str | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        self._client = WebhookClient(webhook_url, timeout=int(timeout.total_seconds()), logger=quiet, retry_handlers=[])
        self._language = language
        self._pause = pause

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Posts the message, in several parts where it is long; if Slack refuses its blocks, the bare words instead.

        A webhook gives no ids: where it fails between two parts, the next try begins with the first again.
        """
        message = worded(message, self._language)
        return post_in_order(payloads(message), lambda number, part: self._part(message, number, part), self._pause)

    def _part(self, message: Message, number: int, payload: Payload) -> Receipt:
        answer = self._post(payload)
        if isinstance(answer, Receipt):
            return answer
        if answer.status_code == 400 and number == 1:
            refusal = reason(answer.body)
            again = self._post(bare(message))
            if isinstance(again, WebhookResponse) and again.status_code == 200:
                return Receipt(ReceiptState.SENT, error=f"sent as bare words, as Slack refused it: {refusal}")
            if isinstance(again, WebhookResponse) and again.status_code == 400:
                return Receipt(ReceiptState.FAILED, error=f"Slack refuses this message: {refusal}")
            answer = again
        return answer if isinstance(answer, Receipt) else receipt_for(answer)

    def _post(self, payload: dict[str, Any]) -> WebhookResponse | Receipt:
        try:
            return self._client.send_dict(payload)
        # slack_sdk lets through whatever its HTTP client raises at an answer that is no HTTP, and a send never raises.
        except Exception as error:  # noqa: BLE001
            return broken(error)


def broken(error: Exception) -> Receipt:
    """What a failed exchange means: urllib wraps what went wrong before the request was out in URLError."""
    if isinstance(error, URLError):
        return down(f"cannot reach Slack: {shorten(one_line(str(error.reason)), 200)}")
    # Only an OSError's words are told, as those of other errors may hold the webhook's address.
    told = shorten(one_line(str(error)), 200) if isinstance(error, OSError) else ""
    return unanswered(f"no answer from Slack: {told or type(error).__name__}")


def receipt_for(answer: WebhookResponse) -> Receipt:
    """What an answer of Slack's means for the message."""
    status = answer.status_code
    if 200 <= status < 300 and not answer.body.lstrip().startswith("<"):
        return Receipt(ReceiptState.SENT)
    told = f"Slack answered {status}: {reason(answer.body)}"
    if status < 300:
        # A sign-in page in between answers 200 to everything.
        return down(f"not Slack but a page answered: {reason(answer.body)}")
    if status == 429 or status >= 500:
        return down(told, retry_after(answer.headers))
    if status in WRONG_ADDRESS:
        return down(f"{told}; make a new webhook in Slack and put its address into the secret")
    return Receipt(ReceiptState.FAILED, error=told)
