"""What the client must be told before it may ask anything of anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from pipeline.fetch.address_ranges import Network

MAX_REDIRECTS = 5
"""Redirects followed in one exchange; RFC 9309 asks for at least as many of a robots.txt fetcher."""

MAX_WAIT = dt.timedelta(days=365)
"""The longest wait taken from a header; longer ones are a slip of the server and would overflow dates."""


MAX_HEADER_BYTES = 64 * 1024
"""The largest head of an answer that is taken, in bytes; h11 itself gives up at 100 KiB."""

MAX_HEADER_FIELDS = 256
"""The most header fields of an answer; each costs more to look through than its bytes tell."""

MAX_WIRE_OVERHEAD = 512 * 1024
"""Bytes of an exchange on the wire beyond those of the body: TLS, redirects, heads, chunk sizes."""


class FetchLimits(Protocol):
    """How to present oneself, through where, and the bounds of one exchange.

    `gateway` is an http address that gets every request, whatever its host, or None. `max_bytes` bounds a
    body before and after inflating; `deadline` bounds the whole exchange: connecting, redirects and body.
    `allow_networks` are asked though they are not public.
    """

    @property
    def user_agent(self) -> str: ...

    @property
    def gateway(self) -> str | None: ...

    @property
    def max_bytes(self) -> int: ...

    @property
    def deadline(self) -> dt.timedelta: ...

    @property
    def allow_networks(self) -> Sequence[Network]: ...
