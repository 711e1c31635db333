"""What is posted arrives whole and once, and what comes back is a value, whatever the receiver does."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Thread

import pytest

from pipeline.fetch.post import NoReply, Poster, Reply

Talk = Callable[[socket.socket], None]
TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken"
# More than the buffers of a connection hold.
LARGE = b"x" * 8_000_000


@contextmanager
def receiving(*talks: Talk) -> Iterator[str]:
    """A receiver that talks in its own way on each connection, and hangs up then."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for talk in talks:
                with listening.accept()[0] as one, suppress(OSError):
                    talk(one)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        thread.join(10)


def body_of_one(connection: socket.socket) -> bytes:
    """The body of the next request, once it is whole; b"" where none comes."""
    with connection.makefile("rb") as stream:
        length = 0
        while line := stream.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.removeprefix(b"content-length:"))
        return stream.read(length)


def posted(url: str, *bodies: bytes) -> list[Reply | NoReply]:
    with closing(Poster(url, "qwen-watch-test/1", dt.timedelta(seconds=10), 1024)) as poster:
        return [poster.post(body, {"Content-Type": "text/plain"}) for body in bodies]


@pytest.mark.parametrize("bodies", [[LARGE], [b"first", b"second"]], ids=["large", "two on one connection"])
def test_every_body_arrives_as_it_is(bodies: Sequence[bytes]) -> None:
    came: list[bytes] = []

    def take(connection: socket.socket) -> None:
        for _ in bodies:
            came.append(body_of_one(connection))
            connection.sendall(TAKEN)

    with receiving(take) as url:
        assert [answer.body for answer in posted(url, *bodies) if isinstance(answer, Reply)] == [b"taken"] * len(bodies)
    assert came == bodies


def test_what_may_have_been_taken_is_not_posted_again() -> None:
    came: list[bytes] = []

    def take_two_and_answer_one(connection: socket.socket) -> None:
        came.append(body_of_one(connection))
        connection.sendall(TAKEN)
        came.append(body_of_one(connection))

    def take(connection: socket.socket) -> None:
        came.append(body_of_one(connection))
        connection.sendall(TAKEN)

    with receiving(take_two_and_answer_one, take) as url:
        first, second, third = posted(url, b"first", b"second", b"third")
    assert isinstance(first, Reply)
    assert second == NoReply("broke the exchange off: the server hung up without an answer", connected=True)
    assert isinstance(third, Reply)
    assert came == [b"first", b"second", b"third"]


def test_an_answer_that_comes_before_the_body_is_read_is_heard() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    with receiving(refuse) as url:
        (answer,) = posted(url, LARGE)
    assert isinstance(answer, Reply)
    assert (answer.status, answer.body) == (413, b"big")


def test_a_receiver_that_is_not_there_has_taken_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    (answer,) = posted(f"http://127.0.0.1:{port}/hook", b"lost")
    assert answer == NoReply("could not be connected to: Connection refused", connected=False)
