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

    def __init__(self, connected: socket.socket, deadline: Deadline, limited_to: float) -> None:
        self._socket = connected
        self._deadline = deadline
        self._limited_to = limited_to

    def read(self) -> bytes:
        """The bytes that come next; none where the server has hung up."""
        try:
            self._limit()
            content = self._socket.recv(_READ_BYTES)
        except OSError as error:
            raise _broken(error) from error
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
            return Wire(secured, deadline, share)
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
        return tls.wrap_socket(connected, server_hostname=host)
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
