"""A webhook of one's own: signed JSON as Standard Webhooks lays down, with the alert's id as idempotency key."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Callable

from pipeline.fetch.post import NoReply, Poster, Reply
from pipeline.notify.answers import down, reason, retry_after, unanswered
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.payload import payload
from pipeline.notify.render import Message, worded

Clock = Callable[[], dt.datetime]

LATER = frozenset({408, 425, 429})
WRONG_ADDRESS = frozenset({401, 403, 404, 405, 410})
ALREADY_THERE = 409
MOST_READ = 64 * 1024


class WebhookChannel:
    """Posts to one address. Its receiver takes one `Idempotency-Key` once, and may answer 409 to it from then on."""

    idempotent = True

    def __init__(
        self,
        url: str,
        key: str,
        clock: Clock,
        timeout: dt.timedelta = dt.timedelta(seconds=20),
        language: str | None = None,
    ) -> None:
        self._poster = Poster(url, "qwen-watch", timeout, MOST_READ)
        self._key = key
        self._clock = clock
        self._language = language

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Posts the message; its `event_id` says which others it belongs to."""
        told = payload(worded(message, self._language))
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.alert_id,
            **signed(self._key, message.alert_id, self._clock(), body),
        }
        answer = self._poster.post(body, headers)
        if isinstance(answer, NoReply):
            why = f"the webhook {answer.reason}"
            return unanswered(why) if answer.connected else down(why)
        return receipt_for(answer, message.alert_id)


def signed(key: str, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The headers that prove who sent `body`, and when: HMAC-SHA256 over id, Unix time and body, dots between."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.digest(secret_bytes(key), b".".join((message_id.encode(), timestamp.encode(), body)), "sha256")
    signature = base64.b64encode(digest).decode()
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def secret_bytes(key: str) -> bytes:
    """The key: `whsec_` and base64, as the libraries of Standard Webhooks take it, or any other text as it is."""
    encoded = key.removeprefix("whsec_")
    return base64.b64decode(encoded) if encoded != key else key.encode()


def receipt_for(answer: Reply, alert_id: str) -> Receipt:
    """What an answer means for the message."""
    status = answer.status
    if 200 <= status < 300 or status == ALREADY_THERE:
        return Receipt(ReceiptState.SENT, provider_id=alert_id)
    told = f"the webhook answered {status}: {reason(answer.body.decode('utf-8', 'replace'))}"
    if status in LATER or status >= 500:
        return down(told, retry_after(dict(answer.headers)))
    if 300 <= status < 400:
        return down(f"{told}; redirects are not followed: put the new address into the secret")
    if status in WRONG_ADDRESS:
        return down(f"{told}; check the address and the key in the secrets")
    return Receipt(ReceiptState.FAILED, error=told)
