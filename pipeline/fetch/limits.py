"""What the client must be told before it may ask anything of anybody."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

MAX_REDIRECTS = 5
"""Redirects followed in one exchange; RFC 9309 asks for at least as many of a robots.txt fetcher."""

MAX_WAIT = dt.timedelta(days=365)
"""The longest wait taken from a header; longer ones are a slip of the server and would overflow dates."""


class FetchLimits(Protocol):
    """How to present oneself, through where, and the bounds of one exchange.

    `gateway` is an http address that gets every request, whatever its host, or None. `max_bytes` bounds a
    body before and after inflating; `deadline` bounds the whole exchange: connecting, redirects and body.
    """

    @property
    def user_agent(self) -> str: ...

    @property
    def gateway(self) -> str | None: ...

    @property
    def max_bytes(self) -> int: ...

    @property
    def deadline(self) -> dt.timedelta: ...
