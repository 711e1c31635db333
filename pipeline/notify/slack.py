"""Slack by incoming webhook, through slack_sdk; every retry is ours, so that none is hidden."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.inert import one_line, shorten
from pipeline.notify.render import Message
from pipeline.notify.slack_blocks import bare, blocks

LONGEST_WAIT = dt.timedelta(hours=24)
# The webhook is gone or closed to us: the operator can put that right, so it is worth further tries.
WRONG_ADDRESS = frozenset({401, 403, 404, 410})
# At debug level slack_sdk writes the webhook's address into the log, and that address is a secret.
quiet = logging.getLogger("qwen_watch.slack")
quiet.setLevel(logging.INFO)


class SlackChannel:
    """Sends to one incoming webhook, or to a receiver that answers as Slack does; it knows neither threads nor ids."""

    idempotent = False

    def __init__(self, webhook_url: str, timeout: dt.timedelta = dt.timedelta(seconds=20)) -> None:
        self._client = WebhookClient(webhook_url, timeout=int(timeout.total_seconds()), logger=quiet, retry_handlers=[])

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Posts the message; if Slack refuses its blocks, posts the bare words instead."""
        answer = self._post(blocks(message))
        if isinstance(answer, Receipt):
            return answer
        if answer.status_code == 400:
            refusal = _reason(answer)
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
        except OSError as error:
            reason = getattr(error, "reason", None) or error
            return _unreachable(shorten(one_line(str(reason)), 200) or type(error).__name__)
        # slack_sdk lets through whatever its HTTP client raises at an answer that is no HTTP, and a send never
        # raises. Only the name of the error is told, as its text may hold the webhook's address.
        except Exception as error:  # noqa: BLE001
            return _unreachable(type(error).__name__)


def _unreachable(reason: str) -> Receipt:
    return Receipt(ReceiptState.RETRY, error=f"cannot reach Slack: {reason}", channel_down=True)


def receipt_for(answer: WebhookResponse) -> Receipt:
    """What an answer of Slack's means for the message."""
    status = answer.status_code
    if 200 <= status < 300 and not answer.body.lstrip().startswith("<"):
        return Receipt(ReceiptState.SENT)
    told = f"Slack answered {status}: {_reason(answer)}"
    if status < 300:
        # A sign-in page in between answers 200 to everything.
        return Receipt(ReceiptState.RETRY, error=f"not Slack but a page answered: {_reason(answer)}", channel_down=True)
    if status == 429 or status >= 500:
        return Receipt(ReceiptState.RETRY, retry_after=_retry_after(answer), error=told, channel_down=True)
    if status in WRONG_ADDRESS:
        fix = f"{told}; make a new webhook in Slack and put its address into the secret"
        return Receipt(ReceiptState.RETRY, error=fix, channel_down=True)
    return Receipt(ReceiptState.FAILED, error=told)


def _retry_after(answer: WebhookResponse) -> dt.timedelta | None:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    written = str(headers.get("retry-after", "")).strip()
    seconds = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else None
    return min(dt.timedelta(seconds=seconds), LONGEST_WAIT) if seconds is not None else None


def _reason(answer: WebhookResponse) -> str:
    return shorten(one_line(answer.body), 120) or "no reason given"
