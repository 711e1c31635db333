"""The way to servers: a few connections that are kept open, or a gateway in place of every server."""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.fetch.address_ranges import EVERYWHERE
from pipeline.fetch.addresses import Address, read_address
from pipeline.fetch.connection import Connection
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import BrokenOffError, OversizeError
from pipeline.fetch.gate import Gate, Resolver, system_resolver
from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.limits import FetchLimits
from pipeline.fetch.sockets import connect

KEPT_OPEN = 4
"""Connections that wait for another exchange, at most."""

KEPT_FOR = 15.0
"""Seconds that one waits; servers hang up after some more."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the server at `address`; the Host header and the length of the body are added."""

    address: Address
    fields: Mapping[bytes, bytes]
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)


class Response(Protocol):
    """An answer whose body is still to come. It has to be closed."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> HeaderFields: ...

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes, content codings not undone. Raises ExchangeError."""

    def close(self) -> None: ...


class Transport(Protocol):
    """Takes a request to its server, or stands in for all servers."""

    def send(self, request: Request) -> Response:
        """The answer, once its head is there. Raises ExchangeError."""

    def close(self) -> None: ...


class Network:
    """Sends requests to the servers that they are for, or all of them to `gateway`; one thread at a time uses it.

    Every connection passes `gate`, and every wait, for a name or on a socket, ends by `deadline`.
    """

    def __init__(
        self,
        deadline: Deadline,
        gate: Gate,
        gateway: Address | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._deadline = deadline
        self._gate = gate
        self._gateway = gateway
        self._tls = tls or certificates
        self._idle: dict[tuple[str, str, int], _Idle] = {}

    def send(self, request: Request) -> Response:
        """The answer, once its head is there. Raises ExchangeError."""
        to = self._gateway or request.address
        kept = self._kept(to.origin)
        if kept is not None:
            try:
                return self._exchange(kept, to, request)
            except OversizeError:
                raise
            except BrokenOffError:
                # A server may have hung up on a connection just now because it rested (RFC 9112, 9.3.1).
                if request.method != "GET":
                    raise
        return self._exchange(Connection(connect(to, self._gate, self._deadline, self._tls)), to, request)

    def close(self) -> None:
        """Closes the connections that wait."""
        while self._idle:
            self._idle.popitem()[1].connection.close()

    def _exchange(self, connection: Connection, to: Address, request: Request) -> Response:
        fields = [(b"Host", request.address.authority.encode()), *request.fields.items()]
        if request.method != "GET":
            fields.append((b"Content-Length", str(len(request.body)).encode()))
        try:
            connection.send(request.method, request.address.target, fields, request.body)
            status, headers = connection.receive()
        except BaseException:  # an interrupt, too, leaves an exchange in the middle
            connection.close()
            raise
        return _Answer(status, headers, connection, lambda: self._put_back(to.origin, connection))

    def _kept(self, origin: tuple[str, str, int]) -> Connection | None:
        idle = self._idle.pop(origin, None)
        if idle is None:
            return None
        if time.monotonic() < idle.until and idle.connection.is_at_rest:
            return idle.connection
        idle.connection.close()
        return None

    def _put_back(self, origin: tuple[str, str, int], connection: Connection) -> None:
        if origin in self._idle or not connection.begin_again():
            connection.close()
            return
        while len(self._idle) >= KEPT_OPEN:
            self._idle.pop(next(iter(self._idle))).connection.close()
        self._idle[origin] = _Idle(connection, time.monotonic() + KEPT_FOR)


def network_of(limits: FetchLimits, deadline: Deadline, resolver: Resolver = system_resolver) -> Network:
    """The network as the settings open it: to public addresses and the allowed ones, or to the gateway alone."""
    if limits.gateway is None:
        return Network(deadline, Gate(limits.allow_networks, resolver))
    return Network(deadline, Gate(EVERYWHERE), read_address(limits.gateway))


@functools.cache
def certificates() -> ssl.SSLContext:
    """The authorities of the certifi package, whatever the environment says of others."""
    import certifi

    # Reading them takes longer than a fetch, and a context may be shared by threads.
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True, slots=True)
class _Idle:
    connection: Connection
    until: float


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: HeaderFields
    connection: Connection
    done: Callable[[], None]

    def chunks(self) -> Iterator[bytes]:
        return self.connection.body()

    def close(self) -> None:
        self.done()
