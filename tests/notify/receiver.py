"""A receiver on loopback for any channel over HTTP: keeps what is posted and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, str, dict[str, str]]


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body, as JSON or as a form, with what the address asks."""
        asked = urlsplit(self.path).query
        if self.body[:1] in (b"{", b""):
            return _form(asked) | json.loads(self.body or b"{}")
        return _form(asked) | _form(self.body.decode())


def _form(text: str) -> dict[str, Any]:
    return {key: values[0] for key, values in parse_qs(text).items()}


@dataclass
class Receiver:
    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answer: Callable[[Post], Answer] = lambda _: (200, "{}", {})


@contextmanager
def receiver() -> Iterator[Receiver]:
    """One until the end of the block."""
    running = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            post = Post(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
            running.posts.append(post)
            status, told, headers = running.answer(post)
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
    running.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
