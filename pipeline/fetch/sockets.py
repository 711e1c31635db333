"""Connections to servers: through the gate, and with every wait on them ended by the deadline of the exchange."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable

from pipeline.errors import ExchangeError
from pipeline.fetch.addresses import Address
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import BrokenOffError, DeadlineError, UnreachableError
from pipeline.fetch.gate import Gate

_READ_BYTES = 64 * 1024
_TOLERANCE = 0.05  # seconds by which a wait may outlast the deadline


class Wire:
    """An open connection. Its methods raise DeadlineError, OversizeError and BrokenOffError."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline
        self._limited_to = connected.gettimeout() or 0.0

    def read(self) -> bytes:
        """The bytes that come next; none where the server has hung up."""
        content = self._received()
        if content is None:
            raise BrokenOffError("the connection was cut off without an end of TLS")
        self._deadline.spend(len(content))
        return content

    def write(self, content: bytes) -> None:
        """Sends all of `content`."""
        try:
            self._limit()
            self._socket.sendall(content)
        except OSError as error:
            raise _broken(error) from error

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing has come that nobody asked for, as the server's hanging up would be."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self._socket.close()

    def _received(self) -> bytes | None:
        try:
            self._limit()
            return self._socket.recv(_READ_BYTES)
        except ssl.SSLEOFError:
            # Anybody on the way can end a TCP connection, so what it cuts off is not whole (RFC 9112, 9.8).
            return None
        except OSError as error:
            raise _broken(error) from error

    def _limit(self) -> None:
        left = self._deadline.remaining()
        # Each change is a system call, at which another thread takes over: some milliseconds more are let pass.
        if not left <= self._limited_to <= left + _TOLERANCE:
            self._socket.settimeout(left)
            self._limited_to = left


def connect(address: Address, gate: Gate, deadline: Deadline, tls: Callable[[], ssl.SSLContext]) -> Wire:
    """A connection to the first address behind `address` that answers; each gets its share of the time left.

    TLS keeps the name; only the connection takes what the gate has checked. Raises UnreachableError and DeadlineError.
    """
    host, port = address.origin[1:]
    found = gate.addresses(host, port, deadline.remaining())
    failure: ExchangeError = UnreachableError(f"no address for {host}")
    for tried, each in enumerate(found):
        share = deadline.remaining() / (len(found) - tried)
        try:
            connected = _connected(each, port, share)
        except OSError as error:
            failure = _not_connected(error)
        else:
            secured = connected if address.scheme == "http" else _secured(connected, host, deadline, tls())
            return Wire(secured, deadline)
    raise failure


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    # The address has been looked up already, which socket.create_connection would do once more.
    connected = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connected.settimeout(seconds)
        connected.connect((address, port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:  # an interrupt, too, must leave no socket behind
        connected.close()
        raise
    return connected


def _secured(connected: socket.socket, host: str, deadline: Deadline, tls: ssl.SSLContext) -> socket.socket:
    try:
        connected.settimeout(deadline.remaining())
        # The dot at the end of a name is for name servers alone (RFC 6066, 3).
        return tls.wrap_socket(connected, server_hostname=host.removesuffix("."), suppress_ragged_eofs=False)
    except (OSError, ExchangeError) as error:
        connected.close()
        if isinstance(error, ExchangeError):
            raise
        raise _not_connected(error) from error
    except ValueError as error:  # a name that no certificate can be for
        connected.close()
        raise UnreachableError(str(error)) from error


def _not_connected(error: OSError) -> ExchangeError:
    failure = DeadlineError(str(error)) if isinstance(error, TimeoutError) else UnreachableError(str(error))
    failure.__cause__ = error
    return failure


def _broken(error: OSError) -> ExchangeError:
    return DeadlineError(str(error)) if isinstance(error, TimeoutError) else BrokenOffError(str(error))
