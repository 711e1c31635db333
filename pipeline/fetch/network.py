"""The way to a server: sockets that all end by one deadline, or a gateway in place of every server."""

from __future__ import annotations

import functools
import math
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from pipeline.fetch.address_ranges import EVERYWHERE
from pipeline.fetch.gate import Gate, Resolver, system_resolver
from pipeline.fetch.limits import MAX_WIRE_OVERHEAD, FetchLimits

_LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=15.0)


class OversizeError(httpcore.ReadError):
    """An exchange brought more bytes than it may, whatever they were."""


class Deadline:
    """The moment by which the running exchange must be over, and the bytes it may still bring."""

    def __init__(self) -> None:
        self._end = math.inf
        self._bytes_left = math.inf

    def restart(self, seconds: float, max_bytes: float = math.inf) -> None:
        """The next exchange begins: `max_bytes` are those of its bodies, on the wire."""
        self._end = time.monotonic() + seconds
        self._bytes_left = max_bytes + MAX_WIRE_OVERHEAD

    def resume(self, seconds: float) -> None:
        """The exchange goes on after a pause, with the time that it had left before."""
        self._end = time.monotonic() + seconds

    def spend(self, count: int) -> None:
        """Notes that `count` bytes came. Raises OversizeError where those are too many."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise OversizeError("it sends without end")

    def remaining(self) -> float:
        """Seconds left, more than 0. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end


def network_transport(
    limits: FetchLimits, deadline: Deadline, resolver: Resolver = system_resolver
) -> httpx.BaseTransport:
    """The transport that the client uses unless it is given another: the network, or the gateway."""
    if limits.gateway is None:
        return DeadlineTransport(deadline, certificates(), Gate(limits.allow_networks, resolver))
    # Everything goes to the gateway over plain http, so no certificates are read.
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return GatewayTransport(limits.gateway, DeadlineTransport(deadline, tls, Gate(EVERYWHERE)))


class DeadlineTransport(httpx.HTTPTransport):
    """httpx's transport through `gate`, whose every wait, for a name or on a socket, ends by `deadline`.

    httpx's own timeouts bound one read each, so a server that sends a byte of a header now and then would
    hold a connection for ever. TLS and the Host header keep the name; only the connection takes the address.
    """

    def __init__(self, deadline: Deadline, tls: ssl.SSLContext, gate: Gate) -> None:
        super().__init__(verify=tls, trust_env=False, limits=_LIMITS)
        # httpx has no parameter for the network backend of the pool it makes.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=_GatedBackend(deadline, gate),
        )


class GatewayTransport(httpx.BaseTransport):
    """Sends every request to the `gateway` address, keeping its path and its Host header."""

    def __init__(self, gateway: str, inner: httpx.BaseTransport) -> None:
        self._gateway = httpx.URL(gateway)
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = self._gateway.copy_with(raw_path=request.url.raw_path)
        headers, stream, extensions = request.headers, request.stream, request.extensions
        return self._inner.handle_request(
            httpx.Request(request.method, url, headers=headers, stream=stream, extensions=extensions)
        )

    def close(self) -> None:
        self._inner.close()


class _GatedBackend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, gate: Gate) -> None:
        self._deadline = deadline
        self._gate = gate
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the deadline takes its place
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first address of `host` that answers; each gets its share of the time left."""
        addresses = self._gate.addresses(host, port, self._deadline.remaining())
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for tried, address in enumerate(addresses):
            share = self._deadline.remaining() / (len(addresses) - tried)
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        content = self._stream.read(max_bytes, self._deadline.remaining())
        self._deadline.spend(len(content))
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.remaining())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return _DeadlineStream(secured, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@functools.cache
def certificates() -> ssl.SSLContext:
    """The certificates of this machine's store, without what the environment adds to them."""
    # Reading the certificate store takes longer than a fetch, and a context may be shared by threads.
    return httpx.create_ssl_context(trust_env=False)
