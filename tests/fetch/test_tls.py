"""What holds of connections with TLS: the name that is asked for, where an answer ends, and a handshake that fails."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from pipeline.categories import FailureKind
from pipeline.fetch.address_ranges import EVERYWHERE
from pipeline.fetch.addresses import read_address
from pipeline.fetch.client import Client
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import BrokenOffError
from pipeline.fetch.failures import failure_of
from pipeline.fetch.gate import Gate
from pipeline.fetch.network import Network, Request
from tests.fetch.conftest import NOW, Limits
from tests.notify.mail_server import make_certificate

Talk = Callable[[ssl.SSLSocket], None]
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, which is its own authority."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "certificate.pem")


@contextmanager
def accepting(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on loopback for one connection; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                talk(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


@contextmanager
def secured(certificate: Path, talk: Talk, named: list[str | None]) -> Iterator[int]:
    """As above, with TLS; `named` is given the name that the client asks for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: named.append(name)

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as one:
            talk(one)

    with accepting(shake_hands) as port:
        yield port


def body(certificate: Path, port: int) -> bytes:
    """The body of the answer from 127.0.0.1, whose certificate is trusted."""
    trusting = ssl.create_default_context(cafile=certificate)
    deadline = Deadline()
    deadline.restart(20)
    with (
        closing(Network(deadline, Gate(EVERYWHERE), tls=lambda: trusting)) as network,
        closing(network.send(Request(read_address(f"https://127.0.0.1:{port}/"), {}))) as answer,
    ):
        return b"".join(answer.chunks())


def test_an_answer_that_ends_with_tls_is_whole_and_no_name_is_asked_for_at_an_address(certificate: Path) -> None:
    def talk(one: ssl.SSLSocket) -> None:
        one.recv(65536)
        one.sendall(UNTIL_CLOSED + b"a page")
        one.unwrap()

    named: list[str | None] = []
    with secured(certificate, talk, named) as port:
        assert body(certificate, port) == b"a page"
    assert named == [None]


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [(UNTIL_CLOSED + b"half a p", 200, FailureKind.TRUNCATED), (b"", None, FailureKind.RESET)],
    ids=["in its body", "before it"],
)
def test_an_answer_that_is_cut_off_below_tls_is_not_whole(
    certificate: Path, sent: bytes, status: int | None, kind: FailureKind
) -> None:
    def talk(one: ssl.SSLSocket) -> None:
        one.recv(65536)
        one.sendall(sent)
        socket.socket(fileno=one.detach()).close()

    with secured(certificate, talk, []) as port, pytest.raises(BrokenOffError, match="cut off") as broken:
        body(certificate, port)
    assert failure_of(broken.value, status) is kind


def test_the_dot_behind_a_name_is_not_part_of_what_tls_asks_for(certificate: Path) -> None:
    named: list[str | None] = []
    with (
        secured(certificate, lambda _: None, named) as port,
        Client(Limits(), None, resolver=lambda *_: ["127.0.0.1"]) as client,
    ):
        assert client.fetch("s", f"https://desk.example.:{port}/", None, NOW).failure is FailureKind.CERTIFICATE
    assert named == ["desk.example"]


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def plain(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("talk", "kind"),
    [
        (silent, FailureKind.TIMEOUT),
        (plain, FailureKind.TLS),
        (lambda connection: connection.recv(65536), FailureKind.TLS),
        (reset, FailureKind.RESET),
    ],
    ids=["nothing is said", "it is plain http", "it hangs up", "it resets"],
)
def test_a_handshake_that_fails_is_told_by_its_kind(talk: Callable[[socket.socket], None], kind: FailureKind) -> None:
    limits = Limits(deadline=dt.timedelta(seconds=0.4))
    with accepting(talk) as port, Client(limits, None) as client:
        assert client.fetch("source", f"https://127.0.0.1:{port}/", None, NOW).failure is kind
