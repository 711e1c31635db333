"""One HTTP exchange: conditional, bounded in bytes and time, never raising for what the network does."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from types import TracebackType

import httpx

from pipeline.categories import Outcome
from pipeline.fetch.archive import Archive
from pipeline.fetch.conditions import (
    UNCONDITIONAL,
    as_it_came,
    beyond_redirect,
    conditions,
    is_conditional,
)
from pipeline.fetch.headers import freshness, retry_after
from pipeline.fetch.inflate import Unreadable, inflate, too_large
from pipeline.fetch.limits import MAX_REDIRECTS, FetchLimits
from pipeline.fetch.network import Deadline, network_transport
from pipeline.fetch.targets import redirect_target, refusal
from pipeline.fetch.wording import one_line, status_line
from pipeline.model import Fetch, Validators, content_id

_WITH_BODY = frozenset({200, 203})
_DRAINED_BYTES = 16 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})

Onward = Callable[[str], str | None]
"""Asked before a redirect is followed to an address: waits for its turn there, or says why it is not asked."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The last response of an exchange. `conditional` tells whether its request named a stored copy.

    `moved` tells whether it was reached by permanent redirects alone.
    """

    url: str
    status: int
    headers: httpx.Headers
    body: bytes | Unreadable
    conditional: bool
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why there was no response worth judging."""

    url: str
    status: int | None
    reason: str
    outcome: Outcome = Outcome.ERROR


class Client:
    """Fetches for one group of hosts over one small pool of connections; one thread at a time uses it.

    `transport` stands in for the network and the gateway, as an archive does. Bodies that are new go to
    `archive` where there is one.
    """

    def __init__(
        self, settings: FetchLimits, archive: Archive | None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._limits = settings
        self._archive = archive
        self._deadline = Deadline()
        self._transport = transport or network_transport(settings, self._deadline)
        self._cookies = httpx.Cookies()
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
        *,
        onward: Onward | None = None,
        archived: bool = True,
    ) -> Fetch:
        """What `url` answers. Failures of the network and the server are in `error`, as one line.

        `validators` are those of the stored copy of `url`, if there is one: then an answer of 304, or of the
        same bytes, is UNCHANGED. `now` becomes `requested_at`. `onward` is asked before each redirect is
        followed. Raises OSError where the archive cannot write.
        """
        onward = onward or (lambda _: None)
        started = time.monotonic()
        # JSON can spell half a surrogate pair, which no URL and no UTF-8 can hold.
        url = url.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._deadline.restart(self._limits.deadline.total_seconds())
        answer = self._follow(url, conditions(validators), onward)
        if answer.status == httpx.codes.NOT_MODIFIED and not (isinstance(answer, _Answer) and answer.conditional):
            answer = self._follow(url, UNCONDITIONAL, onward)
        fetch_id = content_id("fetch", source_id, url, now.isoformat())
        asked = Fetch(fetch_id, source_id, url, answer.url, now, 0, answer.status, Outcome.ERROR)
        if isinstance(answer, _Failure):
            fetch = replace(asked, outcome=answer.outcome, error=answer.reason)
        else:
            asked = replace(asked, moved_to=answer.url if answer.moved else None)
            fetch = self._judge(_with_headers(asked, answer.headers), answer, validators, archived)
        return replace(fetch, duration_ms=round((time.monotonic() - started) * 1000))

    def _follow(self, url: str, sent: Mapping[bytes, bytes], onward: Onward) -> _Answer | _Failure:
        # Cookies serve the redirects of one exchange; nothing is remembered from one fetch to the next.
        self._cookies.clear()
        refused = refusal(url)
        if refused is not None:
            return _Failure(url, None, refused.reason, refused.outcome)
        answer = self._get(url, sent)
        for_good = True
        for followed in range(MAX_REDIRECTS):
            target = _redirect(answer)
            if isinstance(target, _Failure):
                return target
            if target is None:
                return replace(answer, moved=followed > 0 and for_good) if isinstance(answer, _Answer) else answer
            for_good = for_good and answer.status in _PERMANENT
            barred = self._wait_for(target, onward)
            if barred is not None:
                return _Failure(answer.url, answer.status, f"is redirected: {barred}", Outcome.BLOCKED)
            sent = beyond_redirect(sent)
            answer = self._get(target, sent)
        target = _redirect(answer)
        if isinstance(target, str):
            reason = f"was redirected more than {MAX_REDIRECTS} times, at last to {target}"
            return _Failure(answer.url, answer.status, reason)
        if isinstance(target, _Failure):
            return target
        return replace(answer, moved=for_good) if isinstance(answer, _Answer) else answer

    def _wait_for(self, target: str, onward: Onward) -> str | None:
        # Waiting for one's turn is no part of the exchange that the deadline bounds.
        left = 0.0 if self._deadline.passed else self._deadline.remaining()
        barred = onward(target)
        self._deadline.restart(left)
        return barred

    def _get(self, url: str, sent: Mapping[bytes, bytes]) -> _Answer | _Failure:
        status = None
        seconds = self._limits.deadline.total_seconds()
        try:
            with closing(self._send(url, sent, seconds)) as response:
                status = response.status_code
                body = self._read(response) if status in _WITH_BODY else _drain(response)
                return _Answer(url, status, response.headers, body, is_conditional(sent))
        except httpx.TimeoutException:
            return _Failure(url, status, f"gave no complete answer within {seconds:g} s (fetch: deadline)")
        except httpx.ConnectError as error:
            return _Failure(url, status, f"could not connect to {self._peer(url)}: {one_line(error)}")
        except httpx.RequestError as error:
            return _Failure(url, status, f"the exchange broke off: {one_line(error)}")

    def _send(self, url: str, sent: Mapping[bytes, bytes], seconds: float) -> httpx.Response:
        # The transport is asked itself: httpx.Client makes requests of its own out of odd redirects.
        extensions = {"timeout": httpx.Timeout(None, pool=seconds).as_dict()}
        request = httpx.Request("GET", url, headers={**self._headers, **sent}, extensions=extensions)
        self._cookies.set_cookie_header(request)
        response = self._transport.handle_request(request)
        response.request = request
        self._cookies.extract_cookies(response)
        return response

    def _read(self, response: httpx.Response) -> bytes | Unreadable:
        limit = self._limits.max_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            return too_large(limit)
        if response.is_stream_consumed:
            # A transport that stands in for the network may hand over a body that httpx has inflated already.
            return inflate([response.content], "", limit)
        return inflate(self._chunks(response), response.headers.get("content-encoding", ""), limit)

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        for chunk in response.iter_raw():
            if self._deadline.passed:
                raise httpx.ReadTimeout("the deadline has passed")
            yield chunk

    def _judge(self, fetch: Fetch, answer: _Answer, validators: Validators | None, archived: bool) -> Fetch:
        if answer.status == httpx.codes.NOT_MODIFIED:
            if validators is None or not answer.conditional:
                return replace(fetch, error="answered 304 Not Modified, though it was not told of a stored copy")
            return replace(
                fetch,
                outcome=Outcome.UNCHANGED,
                sha256=validators.sha256,
                etag=fetch.etag or validators.etag,
                last_modified=fetch.last_modified or validators.last_modified,
            )
        if answer.status not in _WITH_BODY:
            return replace(fetch, error=status_line(answer.status, fetch.retry_after))
        if isinstance(answer.body, Unreadable):
            return replace(fetch, error=f"the answer {answer.body.reason}")
        if not answer.body.strip():
            return replace(fetch, error=f"answered {answer.status} with an empty body")
        return self._keep(fetch, answer, answer.body, validators, archived)

    def _keep(self, fetch: Fetch, answer: _Answer, body: bytes, validators: Validators | None, archived: bool) -> Fetch:
        fetch = replace(fetch, size=len(body), sha256=hashlib.sha256(body).hexdigest())
        if validators is not None and validators.sha256 == fetch.sha256:
            return replace(fetch, outcome=Outcome.UNCHANGED)
        file, offset = None, None
        if self._archive is not None and archived:
            headers = answer.headers.multi_items()
            file, offset = self._archive.store(answer.url, answer.status, headers, body, fetch.requested_at)
        return replace(fetch, outcome=Outcome.NEW, archive_file=file, archive_offset=offset, body=body)

    def _peer(self, url: str) -> str:
        host = httpx.URL(url).host
        return host if self._limits.gateway is None else f"{host} through the gateway {self._limits.gateway}"


def _redirect(answer: _Answer | _Failure) -> str | _Failure | None:
    """Where `answer` sends the client on to, or why it must not go there; None where it does not."""
    location = answer.headers.get("location") if isinstance(answer, _Answer) else None
    if location is None or answer.status not in _REDIRECTS:
        return None
    target = redirect_target(answer.url, location)
    if isinstance(target, str):
        return target
    return _Failure(answer.url, answer.status, target.reason, target.outcome)


def _drain(response: httpx.Response) -> bytes:
    """Reads the end of a response whose body does not matter: only then does its connection serve again."""
    if response.is_stream_consumed:
        return b""
    with suppress(httpx.RequestError):
        unread = _DRAINED_BYTES
        for chunk in response.iter_raw():
            unread -= len(chunk)
            if unread < 0:
                break
    return b""


def _with_headers(fetch: Fetch, headers: httpx.Headers) -> Fetch:
    return replace(
        fetch,
        content_type=headers.get("content-type", ""),
        etag=as_it_came(headers, b"etag"),
        last_modified=as_it_came(headers, b"last-modified"),
        retry_after=retry_after(headers, fetch.requested_at),
        max_age=freshness(headers, fetch.requested_at),
    )
