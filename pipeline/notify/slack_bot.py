"""Slack by bot token, through slack_sdk: one event is one thread, and what was sent can be edited and found."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from pipeline.model import Problem
from pipeline.notify.answers import down, reason, retry_after, unanswered
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.render import Message, worded
from pipeline.notify.slack import broken, quiet
from pipeline.notify.slack_blocks import Payload, bare, payloads
from pipeline.notify.slack_sequence import Pause, post_in_order

API = "https://slack.com/api/"
EVENT_TYPE = "qwen_watch_alert"
PAGES, PAGE = 20, 200
CLOCKS_APART = dt.timedelta(hours=1)
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
        pause: Pause = time.sleep,
    ) -> None:
        seconds = int(timeout.total_seconds())
        self._client = WebClient(token, base_url=api_url, timeout=seconds, logger=quiet, retry_handlers=[])
        self._channel = channel
        self._language = language
        self._pause = pause

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:
        """Posts the message, under `thread` while that is there; if Slack refuses its blocks, the bare words.

        A long message goes on below its first part. Parts that an earlier try has posted are not posted again.
        """
        message = worded(message, self._language)
        parts = payloads(message)
        there = self._parts_there(message, thread) if len(parts) > 1 else {}
        return self._put(message, parts, there, root=_parts(thread)[1])

    def edit(self, provider_id: str, message: Message, /) -> Receipt:
        """Puts the message in place of the one that was posted, part by part."""
        channel, ts = _parts(provider_id)
        if channel is None or ts is None:
            return Receipt(ReceiptState.FAILED, error=f"{provider_id!r} names no message in Slack")
        message = worded(message, self._language)
        parts = payloads(message)
        there = self._parts_there(message, provider_id) if len(parts) > 1 else {}
        return self._put(message, parts, there | {1: ts}, edited=channel)

    def find(self, alert_id: str, since: dt.datetime, /, *, thread: str | None = None) -> str | Problem | None:
        """Looks the alert's id up in the metadata of what was posted since then, in the thread first.

        A message that lacks one of its parts is not there yet: `send` posts what is missing.
        """
        found = self._lookup(alert_id, since, thread)
        if isinstance(found, Problem):
            return found
        there, total = found
        return f"{_parts(thread)[0] or self._channel}/{there[1]}" if len(there) == total and 1 in there else None

    def _lookup(self, alert_id: str, since: dt.datetime, thread: str | None) -> tuple[dict[int, str], int] | Problem:
        """The times of an alert's parts by their numbers, and how many there ought to be."""
        there: dict[int, str] = {}
        total = 1
        try:
            for ts, part, total in _of_alert(alert_id, self._posted(since, thread)):
                there.setdefault(part, ts)
                if total == 1:
                    break
            if len(there) < total and 1 in there:
                below = self._pages("conversations_replies", self._channel, f"{since.timestamp():.6f}", ts=there[1])
                for ts, part, _ in _of_alert(alert_id, below):
                    there.setdefault(part, ts)
        except SlackApiError as error:
            receipt = _explained(_refusal(error))
            return Problem("deliver", f"alert {alert_id}", f"cannot be looked up: {receipt.error}")
        # As in `send`: whatever slack_sdk's HTTP client raises.
        except Exception as error:  # noqa: BLE001
            return Problem("deliver", f"alert {alert_id}", f"cannot be looked up: {broken(error).error}")
        return there, total

    def _parts_there(self, message: Message, thread: str | None) -> dict[int, str]:
        found = self._lookup(message.alert_id, message.created_at - CLOCKS_APART, thread)
        return {} if isinstance(found, Problem) else found[0]

    def _put(
        self,
        message: Message,
        parts: tuple[Payload, ...],
        there: Mapping[int, str],
        *,
        root: str | None = None,
        edited: str | None = None,
    ) -> Receipt:
        """Posts every part that is not there, the later ones below `root` or the first.

        Those that are there are put anew in the channel `edited`, or else left.
        """
        head = there.get(1)

        def put(number: int, payload: Payload) -> Receipt:
            nonlocal head, root
            ts = there.get(number)
            if ts is not None and edited is None:
                return Receipt(ReceiptState.SENT, f"{self._channel}/{ts}")
            under = root or (head if number > 1 else None)
            update = (edited, ts) if edited is not None and ts is not None else None
            receipt = self._post(message, payload, (number, len(parts)), thread_ts=under, update=update)
            if number == 1 and root is not None and receipt.error in NO_THREAD:
                root = None
                receipt = self._post(message, payload, (number, len(parts)))
            if number == 1:
                head = _parts(receipt.provider_id)[1]
            return _explained(receipt)

        return post_in_order(parts, put, self._pause)

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
        self,
        message: Message,
        payload: Payload,
        part: tuple[int, int],
        *,
        thread_ts: str | None = None,
        update: tuple[str, str] | None = None,
    ) -> Receipt:
        receipt = self._call(payload, message, part, thread_ts, update)
        if receipt.error not in REFUSED or part[0] > 1:
            return receipt
        again = self._call(bare(message), message, part, thread_ts, update)
        if again.state is not ReceiptState.SENT:
            return again
        told = f"sent as bare words, as Slack refused it: {receipt.error}"
        return Receipt(ReceiptState.SENT, again.provider_id, error=told)

    def _call(
        self,
        payload: Payload,
        message: Message,
        part: tuple[int, int],
        thread_ts: str | None,
        update: tuple[str, str] | None,
    ) -> Receipt:
        """One call; a refusal's `error` is Slack's own word for it."""
        number, total = part
        told = {"alert_id": message.alert_id, "part": number, "parts": total}
        metadata = {"event_type": EVENT_TYPE, "event_payload": told}
        try:
            if update is not None:
                channel, ts = update
                shown = {key: payload[key] for key in ("text", "blocks")}
                answer = self._client.chat_update(channel=channel, ts=ts, metadata=metadata, **shown)
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


def _of_alert(alert_id: str, posted: Iterator[dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """Time, number and count of the parts among what was posted that belong to one alert."""
    for one in posted:
        told = (one.get("metadata") or {}).get("event_payload") or {}
        if told.get("alert_id") == alert_id:
            yield str(one["ts"]), int(told.get("part", 1)), int(told.get("parts", 1))


def _refusal(error: SlackApiError) -> Receipt:
    answer = error.response
    status, headers = answer.status_code, dict(answer.headers or {})
    said = answer.data if isinstance(answer.data, dict) else {}
    told = reason(str(said.get("error", "")))
    if status == 429 or told in BUSY:
        return down(told, retry_after(headers))
    if status >= 500:
        return down(f"Slack answered {status}", retry_after(headers))
    if told in UNSURE:
        return unanswered(told)
    if told == "missing_scope" and said.get("needed"):
        needed = reason(str(said["needed"]))
        return down(f"Slack refuses: missing_scope; give the app the scope {needed} and install it again")
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
