"""HTTP/1.1 over one connection (RFC 9112), with h11 as its grammar."""

from __future__ import annotations

from collections.abc import Iterator

import h11

from pipeline.fetch.exchange_errors import BrokenOffError
from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.sockets import Wire

_LONGEST_HEAD = 100 * 1024
_HUNG_UP = "the server hung up without an answer"


class Connection:
    """A connection on which one exchange follows another. Its methods raise ExchangeError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    def send(self, method: str, target: str, fields: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
        """Sends a whole request; `fields` say how long `body` is."""
        try:
            head = self._state.send(h11.Request(method=method, target=target, headers=fields)) or b""
            content = (self._state.send(h11.Data(data=body)) or b"") if body else b""
            end = self._state.send(h11.EndOfMessage()) or b""
        except h11.LocalProtocolError as error:
            # Without its text, which may hold a token.
            raise BrokenOffError("a header field holds what cannot be sent") from error
        try:
            self._wire.write(head + content + end)
        except BrokenOffError:
            # A server may answer before it has read everything, and hang up then.
            if not body:
                raise

    def receive(self) -> tuple[int, HeaderFields]:
        """Status and header fields of the answer, once its head is there."""
        while True:
            event = self._next()
            if isinstance(event, h11.Response):
                return event.status_code, HeaderFields(list(event.headers))

    def body(self) -> Iterator[bytes]:
        """The body as it comes, with content codings and without those of the transfer."""
        while True:
            event = self._next()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return

    def begin_again(self) -> bool:
        """Makes ready for the next exchange; False where the last one is not over, or was said to be the last."""
        if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
            return False
        # What came unasked would be taken for the next answer.
        if self._state.trailing_data[0]:
            return False
        self._state.start_next_cycle()
        return True

    @property
    def is_at_rest(self) -> bool:
        return self._wire.is_at_rest

    def close(self) -> None:
        self._wire.close()

    def _next(self) -> object:
        while True:
            try:
                event = self._state.next_event()
            except h11.RemoteProtocolError as error:
                raise BrokenOffError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event
            content = self._wire.read()
            if not content and self._state.their_state is h11.SEND_RESPONSE:
                raise BrokenOffError(_HUNG_UP)
            self._state.receive_data(content)
