"""A server on loopback that sends raw bytes, whatever they are, and one good feed with its articles beside them."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from tests.faults.table import RESET, Answer, Fault
from tests.sources.site import article, rss

GOOD = "good.example"
ARTICLES = 3


class Hostile(StreamRequestHandler):
    """The host that is asked for says which fault is wanted: `f7.example` is the fault numbered 7."""

    timeout = 30
    server: HostileServer

    def handle(self) -> None:
        with suppress(OSError):
            path, host = self._request()
            for piece in self.server.answer(path, host)():
                if piece == RESET:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return
                self.wfile.write(piece)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def _request(self) -> tuple[str, str]:
        path, host = self.rfile.readline().split(b" ")[1].decode(), ""
        while line := self.rfile.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"host":
                host = value.strip().decode().partition(":")[0]
        return path, host


class HostileServer(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    faults: Sequence[Fault] = ()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer(self, path: str, host: str) -> Answer:
        if host == GOOD:
            return lambda: iter([_good(path, self.port)])
        number = host.partition(".")[0].removeprefix("f")
        return self.faults[int(number)].answer if number.isdecimal() else lambda: iter(())


def _good(path: str, port: int) -> bytes:
    if path == "/feed":
        date = "Mon, 04 May 2026 08:00:00 +0800"
        links = [f"http://{GOOD}:{port}/{number}" for number in range(ARTICLES)]
        body, kind = rss(*((link, f"Story {link[-1]}", date) for link in links)), "application/rss+xml"
    else:
        body = article(f"This is story {path} of the desk, told at some length by people who were there. " * 6)
        kind = "text/html; charset=utf-8"
    content = body.encode()
    length = f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{length}".encode() + content


@dataclass(frozen=True)
class Names:
    """The name server of the cycle: a fault's own addresses, loopback for all others."""

    faults: Sequence[Fault]

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        number = host.partition(".")[0].removeprefix("r")
        return self.faults[int(number)].addresses if number.isdecimal() else ["127.0.0.1"]


def address_of(number: int, fault: Fault, port: int) -> str:
    """The URL of the source that meets a fault."""
    if fault.addresses:
        return f"http://r{number}.example:{port}/"
    return fault.url or f"http://f{number}.example:{port}/"


@contextmanager
def hostile(faults: Sequence[Fault]) -> Iterator[HostileServer]:
    server = HostileServer(("127.0.0.1", 0), Hostile)
    server.faults = faults
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
