"""One large answer, taken piece by piece: for files of gigabytes, of which no more than a piece is ever held."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

from pipeline.categories import FailureKind, Outcome
from pipeline.errors import ExchangeError
from pipeline.fetch.addresses import read_address
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import OversizeError
from pipeline.fetch.failures import failure_of
from pipeline.fetch.gate import Resolver, system_resolver
from pipeline.fetch.headers import asked_wait
from pipeline.fetch.inflate import PLAIN, size
from pipeline.fetch.limits import FetchLimits
from pipeline.fetch.network import Request, Response, network_of
from pipeline.fetch.targets import refusal
from pipeline.fetch.wording import one_line, shortened, status_line
from pipeline.model import Fetch, content_id

_OK = 200
PIECE = 1024 * 1024
"""So many bytes have to come within each deadline: a server that drips is left, one that is slow is not."""

Take = Callable[[Iterator[bytes]], None]
"""Given the pieces of the body; what it leaves is fetched all the same, so that the file is known to be whole."""


def stream(
    limits: FetchLimits,
    source_id: str,
    url: str,
    now: dt.datetime,
    take: Take,
    most: int,
    resolver: Resolver = system_resolver,
) -> Fetch:
    """What `url` answers, with its body of at most `most` bytes given to `take` as it comes, and kept nowhere.

    Failures of the network and the server are in `error`; what `take` was given then is not the whole. `deadline`
    bounds each piece. Redirects are not followed, and content codings are not undone: archives have none.
    """
    fetch_id = content_id("fetch", source_id, url, now.isoformat())
    asked = Fetch(fetch_id, source_id, url, url, now, 0, None, Outcome.ERROR)
    refused = refusal(url, limits.allow_networks)
    if refused is not None:
        return replace(asked, outcome=refused.outcome, error=refused.reason, failure=refused.failure)
    started, deadline = time.monotonic(), Deadline()
    seconds = limits.deadline.total_seconds()
    deadline.restart(seconds, most)
    fields = {b"User-Agent": limits.user_agent.encode(), b"Accept": b"*/*", b"Accept-Encoding": b"identity"}
    with closing(network_of(limits, deadline, resolver)) as network:
        try:
            with closing(network.send(Request(read_address(url), fields))) as response:
                fetch = _taken(asked, response, take, most, deadline, seconds)
        except ExchangeError as error:
            kind = failure_of(error, None)
            outcome = Outcome.BLOCKED if kind is FailureKind.FORBIDDEN_ADDRESS else Outcome.ERROR
            fetch = replace(asked, outcome=outcome, error=f"gave no answer: {one_line(error)}", failure=kind)
    return replace(fetch, duration_ms=round((time.monotonic() - started) * 1000))


def _taken(asked: Fetch, response: Response, take: Take, most: int, deadline: Deadline, seconds: float) -> Fetch:
    fetch = replace(asked, status=response.status, content_type=response.headers.get("content-type", ""))
    fetch = replace(fetch, retry_after=asked_wait(response.headers, asked.requested_at))
    if response.status != _OK:
        said = status_line(response.status, fetch.retry_after)
        return replace(fetch, error=said, failure=FailureKind.STATUS)
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in PLAIN:
        said = f"the answer is encoded as '{shortened(coding)}', which was not asked for"
        return replace(fetch, error=said, failure=FailureKind.UNREADABLE)
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        return replace(fetch, error=f"is larger than {size(most)}", failure=FailureKind.TOO_LARGE)
    pieces = _Pieces(response, deadline, seconds, most)
    try:
        take(iter(pieces))
        for _ in pieces:
            pass
    except ExchangeError as error:
        said = f"broke off after {size(pieces.size)}: {one_line(error)}"
        return replace(fetch, error=said, failure=failure_of(error, fetch.status))
    if not pieces.size:
        return replace(fetch, error="answered 200 with an empty body", failure=FailureKind.UNREADABLE)
    return replace(fetch, outcome=Outcome.NEW, size=pieces.size, sha256=pieces.digest.hexdigest())


class _Pieces:
    """The body as it comes, with what it came to so far; each piece has the deadline for itself.

    Raises OversizeError beyond `most` bytes.
    """

    def __init__(self, response: Response, deadline: Deadline, seconds: float, most: int) -> None:
        self._chunks = response.chunks()
        self._deadline = deadline
        self._seconds = seconds
        self._most = most
        self._piece = 0
        self.size = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        if self.size + len(chunk) > self._most:
            # The bound on the wire leaves room for heads and the sizes of chunks.
            raise OversizeError(f"it is larger than {size(self._most)}")
        self.size += len(chunk)
        self.digest.update(chunk)
        self._piece += len(chunk)
        if self._piece >= PIECE:
            self._piece = 0
            self._deadline.resume(self._seconds)
        return chunk
