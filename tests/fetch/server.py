"""A small server on loopback whose every path is written by the test that asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = Callable[["Exchange"], None]


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    connection: int


@dataclass
class Site:
    """The server's answers by path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SiteServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.asked.append(Asked(self.path, headers, self.client_address[1]))
        with suppress(ConnectionError):
            site.answers[self.path](self)

    def handle(self) -> None:
        # A client that hangs up in the middle is what many of these tests are about.
        with suppress(ConnectionError):
            super().handle()

    def drip(self, content: bytes, pause: float = 0.05) -> None:
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(pause)


class SiteServer(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


def reply(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    """An answer with its true Content-Length; `content_type="…"` becomes `Content-Type`."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(status)
        for name, value in headers.items():
            exchange.send_header(name.replace("_", "-"), value)
        if status != 304:
            exchange.send_header("Content-Length", str(len(body)))
        exchange.end_headers()
        exchange.wfile.write(body)

    return answer


def raw(content: bytes) -> Answer:
    """An answer of these very bytes, after which the connection is closed."""

    def answer(exchange: Exchange) -> None:
        exchange.wfile.write(content)
        exchange.close_connection = True

    return answer


def conditional(body: bytes, etag: str) -> Answer:
    """A page that honours If-None-Match."""

    def answer(exchange: Exchange) -> None:
        known = exchange.headers.get("If-None-Match") == etag
        reply(b"" if known else body, 304 if known else 200, ETag=etag)(exchange)

    return answer


@contextmanager
def serving() -> Iterator[Site]:
    server = SiteServer(("127.0.0.1", 0), Exchange)
    server.site = Site(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
