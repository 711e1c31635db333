"""Slack by bot token, through slack_sdk: one event is one thread, and what was sent can be edited and found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from pipeline.model import Problem
from pipeline.notify.answers import down, reason, retry_after, unanswered
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.render import Message, worded
from pipeline.notify.slack import broken, quiet
from pipeline.notify.slack_blocks import bare, blocks

API = "https://slack.com/api/"
EVENT_TYPE = "qwen_watch_alert"
PAGES, PAGE = 20, 200
# Errors as Slack's reference of chat.postMessage names them. After these it may have posted the message.
UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout"})
BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"})
FIXES = {
    "not_in_channel": "invite the app to the channel: /invite @its-name",
    "channel_not_found": "write the channel's id (such as C0123456789) and invite the app to it",
    "is_archived": "the channel is archived; choose another",
    "missing_scope": "give the app the scopes chat:write and channels:history (groups:history for a private channel)",
}
WRONG_TOKEN = "check the bot token (xoxb-…) in the secret"
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found", "invalid_thread_ts"})
REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text"})


class SlackBotChannel:
    """Posts to one channel as an app. A provider_id is the channel's id and the message's time: `C01/1712.0001`."""

    idempotent = False

    def __init__(
        self,
        token: str,
        channel: str,
        timeout: dt.timedelta = dt.timedelta(seconds=20),
        language: str | None = None,
        api_url: str = API,
    ) -> None:
        seconds = int(timeout.total_seconds())
        self._client = WebClient(token, base_url=api_url, timeout=seconds, logger=quiet, retry_handlers=[])
        self._channel = channel
        self._language = language

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:
        """Posts the message, under `thread` while that is there; if Slack refuses its blocks, the bare words."""
        _, thread_ts = _parts(thread)
        receipt = self._post(message, thread_ts=thread_ts)
        if thread_ts is not None and receipt.error in NO_THREAD:
            receipt = self._post(message)
        return _explained(receipt)

    def edit(self, provider_id: str, message: Message, /) -> Receipt:
        """Puts the message in place of the one that was posted."""
        channel, ts = _parts(provider_id)
        if channel is None or ts is None:
            return Receipt(ReceiptState.FAILED, error=f"{provider_id!r} names no message in Slack")
        return _explained(self._post(message, update=(channel, ts)))

    def find(self, alert_id: str, since: dt.datetime, /, *, thread: str | None = None) -> str | Problem | None:
        """Looks the alert's id up in the metadata of what was posted since then, in the thread first."""
        try:
            for posted in self._posted(since, thread):
                payload = (posted.get("metadata") or {}).get("event_payload") or {}
                if payload.get("alert_id") == alert_id:
                    return f"{_parts(thread)[0] or self._channel}/{posted['ts']}"
        except SlackApiError as error:
            receipt = _explained(_refusal(error))
            return Problem("deliver", f"alert {alert_id}", f"cannot be looked up: {receipt.error}")
        # As in `send`: whatever slack_sdk's HTTP client raises.
        except Exception as error:  # noqa: BLE001
            return Problem("deliver", f"alert {alert_id}", f"cannot be looked up: {broken(error).error}")
        return None

    def _posted(self, since: dt.datetime, thread: str | None) -> Iterator[dict[str, Any]]:
        oldest = f"{since.timestamp():.6f}"
        channel, ts = _parts(thread)
        if ts is not None:
            yield from self._pages("conversations_replies", channel or self._channel, oldest, ts=ts)
        yield from self._pages("conversations_history", channel or self._channel, oldest)

    def _pages(self, method: str, channel: str, oldest: str, **more: str) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        for _ in range(PAGES):
            answer = getattr(self._client, method)(
                channel=channel, oldest=oldest, limit=PAGE, cursor=cursor, include_all_metadata=True, **more
            )
            yield from answer.get("messages") or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _post(
        self, message: Message, *, thread_ts: str | None = None, update: tuple[str, str] | None = None
    ) -> Receipt:
        message = worded(message, self._language)
        receipt = self._call(blocks(message), message, thread_ts, update)
        if receipt.error not in REFUSED:
            return receipt
        again = self._call(bare(message), message, thread_ts, update)
        if again.state is not ReceiptState.SENT:
            return again
        told = f"sent as bare words, as Slack refused it: {receipt.error}"
        return Receipt(ReceiptState.SENT, again.provider_id, error=told)

    def _call(
        self, payload: dict[str, Any], message: Message, thread_ts: str | None, update: tuple[str, str] | None
    ) -> Receipt:
        """One call; a refusal's `error` is Slack's own word for it."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"alert_id": message.alert_id}}
        try:
            if update is not None:
                channel, ts = update
                told = {key: payload[key] for key in ("text", "blocks")}
                answer = self._client.chat_update(channel=channel, ts=ts, metadata=metadata, **told)
            else:
                answer = self._client.chat_postMessage(
                    channel=self._channel, thread_ts=thread_ts, metadata=metadata, **payload
                )
        except SlackApiError as error:
            return _refusal(error)
        # slack_sdk lets through whatever its HTTP client raises at an answer that is no HTTP, and a send never raises.
        except Exception as error:  # noqa: BLE001
            return broken(error)
        return Receipt(ReceiptState.SENT, f"{answer['channel']}/{answer['ts']}")


def _refusal(error: SlackApiError) -> Receipt:
    answer = error.response
    status, headers = answer.status_code, dict(answer.headers or {})
    told = reason(str(answer.get("error", "")) if isinstance(answer.data, dict) else "")
    if status == 429 or told in BUSY:
        return down(told, retry_after(headers))
    if status >= 500:
        return down(f"Slack answered {status}", retry_after(headers))
    if told in UNSURE:
        return unanswered(told)
    if told in FIXES or "token" in told or told in ("invalid_auth", "not_authed", "account_inactive"):
        return down(told)
    return Receipt(ReceiptState.FAILED, error=told)


def _explained(receipt: Receipt) -> Receipt:
    """The receipt with what to do beside Slack's word for the trouble."""
    told = receipt.error
    if told is None or receipt.state is ReceiptState.SENT or " " in told:
        return receipt
    fix = FIXES.get(told) or (WRONG_TOKEN if "auth" in told or "token" in told or told == "account_inactive" else "")
    explained = f"Slack refuses: {told}" + (f"; {fix}" if fix else "")
    return Receipt(receipt.state, receipt.provider_id, receipt.retry_after, explained, receipt.channel_down)


def _parts(provider_id: str | None) -> tuple[str | None, str | None]:
    channel, _, ts = (provider_id or "").partition("/")
    return channel or None, ts or None
