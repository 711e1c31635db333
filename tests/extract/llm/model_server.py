"""A language model of the tests' own: a server on loopback that answers chat completions from a script."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[["Exchange"], None]


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def document(self) -> Any:
        """The document that was sent as data."""
        return json.loads(self.body["messages"][-1]["content"])


@dataclass
class Model:
    """The server's answers in their order, the last one again and again, and what it was asked."""

    port: int = 0
    script: deque[Answer] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def answers(self, *script: Answer) -> None:
        self.script = deque(script)
        self.asked.clear()


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer
    asked: Asked

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        model = self.server.model
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Asked(self.path, headers, json.loads(body))
        model.asked.append(self.asked)
        answer = model.script.popleft() if len(model.script) > 1 else model.script[0]
        with suppress(ConnectionError):
            answer(self)

    def handle(self) -> None:
        # A client that hangs up is what some of these tests are about.
        with suppress(ConnectionError):
            super().handle()


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True
    model: Model


def reply(body: bytes, status: int = 200, content_type: str = "application/json", **headers: str) -> Answer:
    """An answer of these bytes; `retry_after="1"` becomes `Retry-After`."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(status)
        exchange.send_header("Content-Type", content_type)
        exchange.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            exchange.send_header(name.replace("_", "-"), value)
        exchange.end_headers()
        exchange.wfile.write(body)

    return answer


def completion(
    content: str | None, *, tokens: int | None = 100, finish: str = "stop", refusal: str | None = None
) -> bytes:
    """The body of a chat completion with this content."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    usage = {"usage": {"total_tokens": tokens}} if tokens is not None else {}
    return json.dumps(
        {"id": "c1", "choices": [{"index": 0, "message": message, "finish_reason": finish}], **usage}
    ).encode()


def says(*claims: Mapping[str, Any], tokens: int | None = 100) -> Answer:
    """A model that makes these claims, whatever it is asked."""
    return reply(completion(json.dumps({"claims": list(claims)}), tokens=tokens))


def slowly(seconds: float, then: Answer) -> Answer:
    def answer(exchange: Exchange) -> None:
        time.sleep(seconds)
        then(exchange)

    return answer


def dripping(body: bytes) -> Answer:
    """An answer of which every byte takes a while."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(body)))
        exchange.end_headers()
        for byte in body:
            exchange.wfile.write(bytes([byte]))
            exchange.wfile.flush()
            time.sleep(0.05)

    return answer


def obeying(answers: Callable[[str], list[Mapping[str, Any]]]) -> Answer:
    """A model that takes the document's text for its orders."""

    def answer(exchange: Exchange) -> None:
        says(*answers(exchange.asked.document["text"]))(exchange)

    return answer


@contextmanager
def serving() -> Iterator[Model]:
    server = ModelServer(("127.0.0.1", 0), Exchange)
    server.model = Model(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
