"""The way to a server: sockets that all end by one deadline, or a gateway in place of every server."""

from __future__ import annotations

import functools
import math
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from pipeline.fetch.limits import FetchLimits

_LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=15.0)


class Deadline:
    """The moment by which the running exchange must be over; one exchange at a time."""

    def __init__(self) -> None:
        self._end = math.inf

    def restart(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, more than 0. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end


def network_transport(limits: FetchLimits, deadline: Deadline) -> httpx.BaseTransport:
    """The transport that the client uses unless it is given another: the network, or the gateway."""
    if limits.gateway is None:
        return DeadlineTransport(deadline, certificates())
    # Everything goes to the gateway over plain http, so no certificates are read.
    return GatewayTransport(limits.gateway, DeadlineTransport(deadline, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)))


class DeadlineTransport(httpx.HTTPTransport):
    """httpx's transport, whose every wait on a socket ends by `deadline`.

    httpx's own timeouts bound one read each, so a server that sends a byte of a header now and then would
    hold a connection for ever. Looking up a host name is bounded by the resolver's own settings only.
    """

    def __init__(self, deadline: Deadline, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False, limits=_LIMITS)
        # httpx has no parameter for the network backend of the pool it makes.
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=_LIMITS.max_connections,
            max_keepalive_connections=_LIMITS.max_keepalive_connections,
            keepalive_expiry=_LIMITS.keepalive_expiry,
            network_backend=_DeadlineBackend(deadline),
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


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
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
        addresses = _addresses(host, port)
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
        return self._stream.read(max_bytes, self._deadline.remaining())

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


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"its name is not known ({error})") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@functools.cache
def certificates() -> ssl.SSLContext:
    """The certificates of this machine's store, without what the environment adds to them."""
    # Reading the certificate store takes longer than a fetch, and a context may be shared by threads.
    return httpx.create_ssl_context(trust_env=False)
