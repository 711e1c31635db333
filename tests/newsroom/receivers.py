"""Where alerts arrive: a receiver that answers as Slack's incoming webhook does, and a mail server.

Both keep what they take by alert id, so that a test can tell whether one alert came twice.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern_policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notify.block_kit import faults

ALERT_ID = re.compile(r"\b[0-9a-f]{16}\b")
ALERT_HEADER = "X-Qwen-Watch-Alert"
WEBHOOK_PATH = "/services/T0NEWSROOM/B0DESK/hook"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a receiver answers instead of taking a message."""

    status: int
    text: str
    retry_after: int | None = None


class SlackReceiver:
    """Takes Block Kit messages. `messages[alert_id]` are the payloads; `refusals` are used up first."""

    def __init__(self, port: int = 0) -> None:
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.posts = 0
        self.refusals: deque[Refusal] = deque()
        self._server = _SlackServer(("127.0.0.1", port), _SlackHandler)
        self._server.receiver = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{WEBHOOK_PATH}"

    def take(self, path: str, body: bytes) -> Refusal:
        """What Slack would answer to this post; a good one is kept and answered with 200 `ok`."""
        self.posts += 1
        if self.refusals:
            return self.refusals.popleft()
        if path != WEBHOOK_PATH:
            return Refusal(404, "no_service")
        try:
            payload = json.loads(body)
        except ValueError:
            return Refusal(400, "invalid_payload")
        if not isinstance(payload, dict):
            return Refusal(400, "invalid_payload")
        if not payload.get("text") and not payload.get("blocks"):
            return Refusal(400, "no_text")
        if "blocks" in payload and faults(payload):
            return Refusal(400, "invalid_blocks")
        self.messages[alert_id_of(payload)].append(payload)
        return Refusal(200, "ok")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def alert_id_of(payload: dict[str, Any]) -> str:
    """The alert id that a message carries in a context block; empty where there is none."""
    contexts = [block for block in payload.get("blocks", []) if block.get("type") == "context"]
    found = ALERT_ID.findall(json.dumps(contexts))
    return found[-1] if found else ""


class _SlackServer(ThreadingHTTPServer):
    daemon_threads = True
    receiver: SlackReceiver


class _SlackHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _SlackServer

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.server.receiver.take(self.path, body)
        self.send_response(given.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(given.text)))
        if given.retry_after is not None:
            self.send_header("Retry-After", str(given.retry_after))
        self.end_headers()
        self.wfile.write(given.text.encode())


class MailServer:
    """Takes mail. `messages[alert_id]` are the messages; `refusals` (SMTP replies) are used up first."""

    def __init__(self) -> None:
        self.messages: dict[str, list[EmailMessage]] = defaultdict(list)
        self.refusals: deque[str] = deque()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)

    # The name and arguments are aiosmtpd's.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        if self.refusals:
            return self.refusals.popleft()
        message = message_from_bytes(bytes(envelope.content or b""), policy=modern_policy)
        assert isinstance(message, EmailMessage)
        self.messages[str(message.get(ALERT_HEADER, ""))].append(message)
        return "250 OK"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()
