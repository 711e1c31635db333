"""Addresses of http and https as requests need them: whom to connect to, and what to ask for there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import InputError

DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65535
_LONGEST = 8192  # characters; what is longer is left to the library, which has a bound of its own
# What every reader of addresses reads the same way: a plain ASCII name, no dots as steps, nothing to escape or fold.
_PLAIN = re.compile(
    r"(https?)://((?!xn--)[a-z0-9-]+(?:\.(?!xn--)[a-z0-9-]+)*)(?::([1-9][0-9]{0,4}))?"
    r"((?:/(?!\.)(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)"
    r"(\?(?:[A-Za-z0-9._~!$&()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_FOUR_NUMBERS = re.compile(
    r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}"
)
_IN_NUMBERS = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """An address read: `host` in ASCII, without brackets; `target` is path and query as they are sent.

    `port` is None where it is the scheme's own, and `authority` is what a Host header says.
    """

    scheme: str
    host: str
    port: int | None
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454)."""
        return self.scheme, self.host, self.port or DEFAULT_PORTS.get(self.scheme, 0)


def read_address(url: str) -> Address:
    """The parts of `url`, escaped and in ASCII. Raises InputError where it cannot be read (RFC 3986, RFC 5891)."""
    plain = plain_address(url)
    if plain is not None:
        return plain
    import httpx  # the library reads whatever is not plain; most runs meet none of that

    try:
        parts = httpx.URL(url)
        host = parts.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InputError(str(error)) from error
    return Address(parts.scheme, host, parts.port, parts.raw_path.decode("ascii"))


def join_address(base: str, reference: str) -> str:
    """Where `reference` leads from the page at `base`, absolute. Raises InputError (RFC 3986, 5.2)."""
    if plain_address(reference) is not None:
        return reference
    import httpx

    try:
        return str(httpx.URL(base).join(reference))
    except (httpx.InvalidURL, ValueError) as error:  # the latter from urllib, which does the joining
        raise InputError(str(error)) from error


def plain_address(url: str) -> Address | None:
    """The parts of an address that leaves nothing to interpret; None for any other."""
    found = _PLAIN.fullmatch(url) if len(url) <= _LONGEST else None
    if found is None:
        return None
    scheme, host, written, path, query = found.groups()
    port = int(written) if written else None
    if port is not None and (port > _MAX_PORT or port == DEFAULT_PORTS[scheme]):
        return None
    # A name that ends in a number is an address, perhaps in an odd form.
    if _IN_NUMBERS.match(host.rpartition(".")[2]) and not _FOUR_NUMBERS.fullmatch(host):
        return None
    return Address(scheme, host, port, (path or "/") + (query or ""))
