"""How connections are used again, and what happens when a server drops one that rests."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_network
from threading import Thread

import pytest

from pipeline.categories import FailureKind, Outcome
from pipeline.fetch.client import Client
from pipeline.fetch.header_fields import HeaderFields
from tests.fetch.conftest import NOW, Limits

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"


@contextmanager
def answering(*connections: Sequence[bytes]) -> Iterator[str]:
    """A server that gives each connection its answers, hanging up where the request has come and none is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answers in connections:
                with listening.accept()[0] as one:
                    for answer in answers:
                        if not one.recv(65536):
                            break
                        one.sendall(answer)
                    else:
                        one.recv(65536)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)


def twice(url: str) -> list[Outcome]:
    with Client(Limits(), None) as client:
        return [client.fetch("source", url, None, NOW).outcome for _ in range(2)]


def test_a_server_that_hangs_up_on_a_resting_connection_is_asked_on_a_new_one() -> None:
    with answering([PAGE], [PAGE]) as url:
        assert twice(url) == [Outcome.NEW, Outcome.NEW]


def test_a_server_that_hangs_up_on_a_new_connection_is_not_asked_again() -> None:
    with answering([PAGE], [], [PAGE]) as url, Client(Limits(), None) as client:
        assert client.fetch("source", url, None, NOW).outcome is Outcome.NEW
        assert client.fetch("source", url, None, NOW).failure is FailureKind.RESET
        assert client.fetch("source", url, None, NOW).outcome is Outcome.NEW


@pytest.mark.parametrize(
    "last",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage",
        b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\npage",
        PAGE + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
    ],
    ids=["said to be the last", "HTTP/1.0", "more than was asked for"],
)
def test_a_connection_that_is_not_clean_afterwards_is_not_used_again(last: bytes) -> None:
    with answering([last], [PAGE]) as url, Client(Limits(), None) as client:
        client.fetch("source", url, None, NOW)
        assert client.fetch("source", url, None, NOW).body == b"page"


def test_an_address_that_refuses_is_passed_by_for_the_next_one_of_its_name() -> None:
    with answering([PAGE]) as url, Client(Limits(), None, resolver=lambda *_: ["127.0.0.2", "127.0.0.1"]) as client:
        assert client.fetch("source", url.replace("127.0.0.1", "desk.example"), None, NOW).body == b"page"


def test_an_address_of_version_6_is_connected_to_and_named_in_brackets() -> None:
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 here")
    asked: list[bytes] = []

    def serve() -> None:
        with listening.accept()[0] as one:
            asked.append(one.recv(65536))
            one.sendall(PAGE)

    limits = Limits(allow_networks=(ip_network("::1/128"),))
    with listening, Client(limits, None) as client:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        assert client.fetch("source", f"http://[::1]:{port}/", None, NOW).body == b"page"
        thread.join(10)
    assert f"Host: [::1]:{port}\r\n".encode() in asked[0]


def test_an_answer_that_is_announced_is_waited_for() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    with answering([early + PAGE]) as url, Client(Limits(), None) as client:
        assert client.fetch("source", url, None, NOW).body == b"page"


def test_header_fields_are_found_in_any_case_and_joined() -> None:
    fields = HeaderFields([(b"link", b"<a>"), (b"etag", b"caf\xe9"), (b"link", b"<b>"), (b"date", "März".encode())])
    assert fields["Link"] == "<a>, <b>"
    assert (fields["ETAG"], fields["date"], fields.get("age")) == ("café", "März", None)
    assert list(fields) == ["link", "etag", "date"]
    assert fields.items_as_text()[2] == ("link", "<b>")
