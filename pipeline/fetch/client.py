"""One HTTP exchange: conditional, bounded in bytes and time, never raising for what the network does."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from types import TracebackType

from pipeline.categories import FailureKind, Outcome
from pipeline.errors import ExchangeError
from pipeline.fetch.addresses import read_address
from pipeline.fetch.answers import NOT_MODIFIED, WITH_BODY, Answer, Failure, recorded
from pipeline.fetch.archive import Archive
from pipeline.fetch.conditions import (
    UNCONDITIONAL,
    beyond_redirect,
    conditions,
    is_conditional,
    same_origin,
)
from pipeline.fetch.cookies import Cookies
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import DeadlineError, UnreachableError
from pipeline.fetch.failures import failure_of
from pipeline.fetch.gate import Resolver, system_resolver
from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.inflate import Unreadable, inflate, size, too_large
from pipeline.fetch.limits import MAX_HEADER_BYTES, MAX_HEADER_FIELDS, MAX_REDIRECTS, FetchLimits
from pipeline.fetch.network import Request, Response, Transport, network_of
from pipeline.fetch.targets import not_public, redirect_target, refusal
from pipeline.fetch.wording import one_line, shortened
from pipeline.model import Fetch, Validators, content_id

_FOUND = 302
_DRAINED_BYTES = 16 * 1024
_HEAD_TOO_LARGE = f"sends more than {MAX_HEADER_FIELDS} header fields, or more than {size(MAX_HEADER_BYTES)} of them"
NO_HEADERS: Mapping[str, str] = {}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})

Onward = Callable[[str], str | None]
"""Asked before a redirect is followed to an address: waits for its turn there, or says why it is not asked."""


class Client:
    """Fetches for one group of hosts over one small pool of connections; one thread at a time uses it.

    `transport` stands in for the network and the gateway, as an archive does, and `resolver` for the look-up
    of host names. Bodies that are new go to `archive` where there is one.
    """

    def __init__(
        self,
        settings: FetchLimits,
        archive: Archive | None,
        transport: Transport | None = None,
        resolver: Resolver = system_resolver,
    ) -> None:
        self._limits = settings
        self._archive = archive
        self._deadline = Deadline()
        self._transport = transport or network_of(settings, self._deadline, resolver)
        self._cookies = Cookies()
        self._hops: list[tuple[str, int, str]] = []
        self._headers: Mapping[bytes, bytes] = {
            b"User-Agent": settings.user_agent.encode(),
            b"Accept": b"*/*",
            b"Accept-Encoding": b"gzip",
        }

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections; the archive is left to whoever made it."""
        self._transport.close()

    def fetch(
        self,
        source_id: str,
        url: str,
        validators: Validators | None,
        now: dt.datetime,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        onward: Onward | None = None,
        archived: bool = True,
    ) -> Fetch:
        """What `url` answers. Failures of the network and the server are in `error`, as one line.

        `validators` are those of the stored copy of `url`, if there is one: then an answer of 304, or of the
        same bytes, is UNCHANGED. `headers` may hold a token: they go to the origin of `url` and no further, and
        are kept nowhere. `onward` is asked before each redirect is followed. `now` becomes `requested_at`. Raises
        OSError where the archive cannot write.
        """
        onward = onward or (lambda _: None)
        started = time.monotonic()
        # JSON can spell half a surrogate pair, which no URL and no UTF-8 can hold.
        url = url.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._deadline.restart(self._limits.deadline.total_seconds(), self._limits.max_bytes)
        own = {name.encode(): value.encode() for name, value in headers.items()}
        answer = self._follow(url, conditions(validators), own, onward)
        if answer.status == NOT_MODIFIED and not (isinstance(answer, Answer) and answer.conditional):
            answer = self._follow(url, UNCONDITIONAL, own, onward)
        asked = Fetch(
            content_id("fetch", source_id, url, now.isoformat()),
            source_id,
            url,
            answer.url,
            now,
            round((time.monotonic() - started) * 1000),
            answer.status,
            Outcome.ERROR,
        )
        if isinstance(answer, Failure):
            return replace(asked, outcome=answer.outcome, error=answer.reason, failure=answer.kind)
        fetch = recorded(asked, answer, validators)
        return self._archived(fetch, answer) if archived else fetch

    def _follow(
        self, url: str, sent: Mapping[bytes, bytes], own: Mapping[bytes, bytes], onward: Onward
    ) -> Answer | Failure:
        # Cookies serve the redirects of one exchange; nothing is remembered from one fetch to the next.
        self._cookies.clear()
        self._hops.clear()
        refused = refusal(url, self._limits.allow_networks)
        if refused is not None:
            return Failure(url, None, refused.reason, refused.failure, refused.outcome)
        answer = self._get(url, {**own, **sent})
        for_good = True
        for followed in range(MAX_REDIRECTS):
            target = self._redirect(answer)
            if isinstance(target, Failure):
                return target
            if target is None:
                if isinstance(answer, Answer) and followed and for_good:
                    return replace(answer, moved=True)
                return answer
            self._hops.append((answer.url, answer.status or _FOUND, target))
            if isinstance(answer, Answer):
                self._cookies.take(answer.url, answer.headers)
            for_good = for_good and answer.status in _PERMANENT
            barred = self._wait_for(target, onward)
            if barred is not None:
                said = f"is redirected: {barred}"
                return Failure(answer.url, answer.status, said, FailureKind.ROBOTS, Outcome.BLOCKED)
            sent = beyond_redirect(sent)
            # Once the way has led elsewhere it stays without them: the way back is somebody else's word.
            own = own if same_origin(answer.url, target) else {}
            answer = self._get(target, {**own, **sent})
        target = self._redirect(answer)
        if isinstance(target, str):
            reason = f"was redirected more than {MAX_REDIRECTS} times, at last to {shortened(target)}"
            return Failure(answer.url, answer.status, reason, FailureKind.REDIRECTS)
        if isinstance(target, Failure):
            return target
        return replace(answer, moved=for_good) if isinstance(answer, Answer) else answer

    def _wait_for(self, target: str, onward: Onward) -> str | None:
        # Waiting for one's turn is no part of the exchange that the deadline bounds.
        left = 0.0 if self._deadline.passed else self._deadline.remaining()
        barred = onward(target)
        self._deadline.resume(left)
        return barred

    def _get(self, url: str, sent: Mapping[bytes, bytes]) -> Answer | Failure:
        status = None
        try:
            with closing(self._send(url, sent)) as response:
                status = response.status
                if _is_oversize(response.headers):
                    return Failure(url, status, _HEAD_TOO_LARGE, FailureKind.TOO_LARGE)
                body = self._read(response) if status in WITH_BODY else _drain(response)
                return Answer(url, status, response.headers, body, is_conditional(sent))
        except ExchangeError as error:
            return self._failure(url, status, error)

    def _failure(self, url: str, status: int | None, error: ExchangeError) -> Failure:
        kind = failure_of(error, status)
        if kind is FailureKind.FORBIDDEN_ADDRESS:
            return Failure(url, None, f"{read_address(url).host} {not_public(one_line(error))}", kind, Outcome.BLOCKED)
        if isinstance(error, DeadlineError):
            seconds = self._limits.deadline.total_seconds()
            return Failure(url, status, f"gave no complete answer within {seconds:g} s (fetch: deadline)", kind)
        if isinstance(error, UnreachableError):
            return Failure(url, status, f"could not connect to {self._peer(url)}: {one_line(error)}", kind)
        return Failure(url, status, f"the exchange broke off: {one_line(error)}", kind)

    def _send(self, url: str, sent: Mapping[bytes, bytes]) -> Response:
        fields = {**self._headers, **sent, **self._cookies.fields(url)}
        return self._transport.send(Request(read_address(url), fields))

    def _read(self, response: Response) -> bytes | Unreadable:
        limit = self._limits.max_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            return too_large(limit)
        return inflate(response.chunks(), response.headers.get("content-encoding", ""), limit)

    def _archived(self, fetch: Fetch, answer: Answer) -> Fetch:
        if self._archive is None or fetch.outcome is not Outcome.NEW:
            return fetch
        headers, at = answer.headers.items_as_text(), fetch.requested_at
        file, offset = self._archive.store(answer.url, answer.status, headers, fetch.body, at, revisited=True)
        for url, status, target in self._hops:
            self._archive.store_redirect(url, status, target, at)
        return replace(fetch, archive_file=file, archive_offset=offset)

    def _redirect(self, answer: Answer | Failure) -> str | Failure | None:
        """Where `answer` sends the client on to, or why it must not go there; None where it does not."""
        location = answer.headers.get("location") if isinstance(answer, Answer) else None
        if location is None or answer.status not in _REDIRECTS:
            return None
        target = redirect_target(answer.url, location, self._limits.allow_networks)
        if isinstance(target, str):
            return target
        return Failure(answer.url, answer.status, target.reason, target.failure, target.outcome)

    def _peer(self, url: str) -> str:
        host = read_address(url).host
        return host if self._limits.gateway is None else f"{host} through the gateway {self._limits.gateway}"


def _is_oversize(headers: HeaderFields) -> bool:
    sizes = [len(name) + len(value) for name, value in headers.raw]
    return len(sizes) > MAX_HEADER_FIELDS or sum(sizes) > MAX_HEADER_BYTES


def _drain(response: Response) -> bytes:
    """Reads the end of a response whose body does not matter: only then does its connection serve again."""
    with suppress(ExchangeError):
        unread = _DRAINED_BYTES
        for chunk in response.chunks():
            unread -= len(chunk)
            if unread < 0:
                break
    return b""
