"""The gate that every outgoing connection passes: a name is looked up once, and only what was checked is used."""

from __future__ import annotations

import queue
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread

from pipeline.fetch.address_ranges import Network, forbidden
from pipeline.fetch.exchange_errors import ForbiddenAddressError, NameLookupError

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, best first. Raises OSError or UnicodeError where there are none."""

LONGEST_LOOKUP = 10.0
"""Seconds that a name server may take, or less where the exchange has less time left."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What this machine's own resolver says, hosts file included."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Gate:
    """Where connections may go: to public addresses, and to those of `allowed`."""

    allowed: Sequence[Network] = ()
    resolver: Resolver = system_resolver

    def addresses(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """The addresses of `host`, every one of them checked; the caller connects to these and looks up no more.

        Raises NameLookupError and ForbiddenAddressError: one forbidden address among several is enough, since
        a name that points into somebody's network is not to be trusted with the rest.
        """
        found = self._lookup(host, port, min(seconds, LONGEST_LOOKUP))
        for address in found:
            reason = forbidden(address, self.allowed)
            if reason is not None:
                raise ForbiddenAddressError(reason)
        return found

    def _lookup(self, host: str, port: int, seconds: float) -> Sequence[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]
        # The resolver knows no time limit: it is left behind in a thread of its own, which ends with its answer.
        answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answer.put(self.resolver(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        Thread(target=look_up, name=f"lookup {host}", daemon=True).start()
        try:
            found = answer.get(timeout=seconds)
        except queue.Empty:
            raise NameLookupError(f"its name was not found within {seconds:.3g} s") from None
        if isinstance(found, Exception):
            said = getattr(found, "strerror", None) or str(found)
            raise NameLookupError(f"its name is not known ({said})") from found
        if not found:
            raise NameLookupError("its name has no address")
        return found
