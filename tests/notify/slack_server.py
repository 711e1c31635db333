"""A receiver on loopback that answers as Slack's incoming webhooks do, down to the limits of Block Kit."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.notify.block_kit import faults


@dataclass
class Webhook:
    """`script` answers first, an entry a post: (status, body, headers), "reset", "garbage" or "slow"; then Slack's."""

    url: str = ""
    script: list[Any] = field(default_factory=list)
    posts: int = 0
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    patience: threading.Event = field(default_factory=threading.Event)

    def answer(self, body: bytes) -> tuple[int, str]:
        payload = json.loads(body)
        wrong = faults(payload)
        if wrong:
            return 400, "invalid_blocks"
        self.kept.setdefault(alert_id(payload), payload)
        return 200, "ok"


@contextmanager
def slack() -> Iterator[Webhook]:
    """A webhook that takes messages until the end of the block."""
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            webhook.posts += 1
            scripted = webhook.script.pop(0) if webhook.script else None
            if scripted == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            if scripted == "garbage":
                self.wfile.write(b"no HTTP at all\r\n\r\n")
                self.close_connection = True
                return
            if scripted == "slow":
                webhook.patience.wait(10)
                self.close_connection = True
                return
            status, told, headers = scripted if scripted else (*webhook.answer(body), {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.encode())))
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    webhook.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/made-for-the-test"
    try:
        yield webhook
    finally:
        webhook.patience.set()
        server.shutdown()
        thread.join()
        server.server_close()


def alert_id(payload: dict[str, Any]) -> str:
    """The id that a receiver keys on."""
    context = payload["blocks"][-1]
    (found,) = [each["text"] for each in context["elements"] if each["text"].startswith("alert ")]
    return str(found).removeprefix("alert ")
