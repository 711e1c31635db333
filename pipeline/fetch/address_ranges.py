"""Addresses that no public page lives at, as an explicit list: nothing there is asked without leave.

The standard library's `is_global` follows another list with every Python, and calls some of these global
(NAT64, 6to4 relays). An IPv4 address inside an IPv6 one is not decoded and judged: its whole range is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Range:
    """A range of addresses, what it is for, and the document that says so."""

    network: Network
    use: str
    stated_in: str


def _range(network: str, use: str, stated_in: str) -> Range:
    return Range(ip_network(network), use, stated_in)


# The first range that holds an address names it, so narrow ones stand before those around them.
FORBIDDEN: tuple[Range, ...] = (
    _range("0.0.0.0/8", "this network, unspecified", "RFC 1122"),
    _range("10.0.0.0/8", "private", "RFC 1918"),
    _range("100.64.0.0/10", "shared by carriers (CGNAT)", "RFC 6598"),
    _range("127.0.0.0/8", "loopback", "RFC 1122"),
    _range("168.63.129.16/32", "a cloud's own services", "Azure: WireServer"),
    _range("169.254.0.0/16", "link-local", "RFC 3927"),
    _range("172.16.0.0/12", "private", "RFC 1918"),
    _range("192.0.0.0/24", "reserved for protocols", "RFC 6890"),
    _range("192.0.2.0/24", "documentation", "RFC 5737"),
    _range("192.31.196.0/24", "reserved (AS112)", "RFC 7535"),
    _range("192.52.193.0/24", "multicast relays (AMT)", "RFC 7450"),
    _range("192.88.99.0/24", "6to4 relays", "RFC 7526"),
    _range("192.168.0.0/16", "private", "RFC 1918"),
    _range("192.175.48.0/24", "reserved (AS112)", "RFC 7534"),
    _range("198.18.0.0/15", "benchmarking", "RFC 2544"),
    _range("198.51.100.0/24", "documentation", "RFC 5737"),
    _range("203.0.113.0/24", "documentation", "RFC 5737"),
    _range("224.0.0.0/4", "multicast", "RFC 5771"),
    _range("255.255.255.255/32", "broadcast", "RFC 919"),
    _range("240.0.0.0/4", "reserved", "RFC 1112"),
    _range("::/128", "unspecified", "RFC 4291"),
    _range("::1/128", "loopback", "RFC 4291"),
    _range("::/96", "IPv4 in IPv6 (compatible)", "RFC 4291"),
    _range("::ffff:0:0/96", "IPv4 in IPv6 (mapped)", "RFC 4291"),
    _range("::ffff:0:0:0/96", "IPv4 in IPv6 (translated)", "RFC 2765"),
    _range("64:ff9b::/96", "NAT64", "RFC 6052"),
    _range("64:ff9b:1::/48", "NAT64 of a local network", "RFC 8215"),
    _range("100::/64", "discarded", "RFC 6666"),
    _range("100:0:0:1::/64", "a dummy prefix", "RFC 9780"),
    _range("2001::/32", "Teredo", "RFC 4380"),
    _range("2001:2::/48", "benchmarking", "RFC 5180"),
    _range("2001::/23", "reserved for protocols", "RFC 2928"),
    _range("2001:db8::/32", "documentation", "RFC 3849"),
    _range("2002::/16", "6to4", "RFC 3056"),
    _range("2620:4f:8000::/48", "reserved (AS112)", "RFC 7534"),
    _range("3fff::/20", "documentation", "RFC 9637"),
    _range("5f00::/16", "segment routing", "RFC 9602"),
    _range("fc00::/7", "unique-local", "RFC 4193"),
    _range("fe80::/10", "link-local", "RFC 4291"),
    _range("fec0::/10", "site-local", "RFC 3879"),
    _range("ff00::/8", "multicast", "RFC 4291"),
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
EVERYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""What is allowed where an operator has named the address: a gateway, a channel, a language model."""


def forbidden(address: str, allowed: Sequence[Network]) -> str | None:
    """Why `address` is not connected to unless one of the networks in `allowed` holds it; None where it may be.

    Raises ValueError for what is no address.
    """
    parsed = _parsed(address)
    if any(parsed in network for network in allowed):
        return None
    for each in FORBIDDEN:
        if parsed in each.network:
            return f"{address} is {each.use} ({each.network}, {each.stated_in})"
    if isinstance(parsed, IPv6Address) and parsed not in GLOBAL_UNICAST:
        return f"{address} is outside of what is given out for public use ({GLOBAL_UNICAST}, RFC 4291)"
    return None


@lru_cache(maxsize=4096)
def _parsed(address: str) -> Address:
    return ip_address(address)
