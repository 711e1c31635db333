"""What an exchange came to, and the record of it: pure decisions over status, header fields and body."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from pipeline.categories import FailureKind, Outcome
from pipeline.fetch.conditions import as_it_came, same_origin
from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.headers import asked_wait, freshness, next_page
from pipeline.fetch.inflate import Unreadable
from pipeline.fetch.targets import redirect_target
from pipeline.fetch.wording import status_line
from pipeline.model import Fetch, Validators

NOT_MODIFIED = 304
WITH_BODY = frozenset({200, 203})
"""The answers whose body is the page; what others say is drained and left."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last response of an exchange. `conditional` tells whether its request named a stored copy.

    `moved` tells whether it was reached by permanent redirects alone.
    """

    url: str
    status: int
    headers: HeaderFields
    body: bytes | Unreadable
    conditional: bool
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there was no response worth judging."""

    url: str
    status: int | None
    reason: str
    kind: FailureKind
    outcome: Outcome = Outcome.ERROR


def recorded(asked: Fetch, answer: Answer, validators: Validators | None) -> Fetch:
    """`asked` with what `answer` says; `validators` are those of the stored copy that it may be the same as."""
    fetch = _with_headers(asked, answer)
    if answer.status == NOT_MODIFIED:
        return _not_modified(fetch, answer, validators)
    if answer.status not in WITH_BODY:
        return replace(fetch, error=status_line(answer.status, fetch.retry_after), failure=FailureKind.STATUS)
    if isinstance(answer.body, Unreadable):
        return replace(fetch, error=f"the answer {answer.body.reason}", failure=answer.body.failure)
    if not answer.body.strip():
        said = f"answered {answer.status} with an empty body"
        return replace(fetch, error=said, failure=FailureKind.UNREADABLE)
    sha256 = hashlib.sha256(answer.body).hexdigest()
    if validators is not None and validators.sha256 == sha256:
        return replace(fetch, outcome=Outcome.UNCHANGED, size=len(answer.body), sha256=sha256)
    return replace(fetch, outcome=Outcome.NEW, size=len(answer.body), sha256=sha256, body=answer.body)


def _not_modified(fetch: Fetch, answer: Answer, validators: Validators | None) -> Fetch:
    if validators is None or not answer.conditional:
        said = "answered 304 Not Modified, though it was not told of a stored copy"
        return replace(fetch, error=said, failure=FailureKind.STATUS)
    return replace(
        fetch,
        outcome=Outcome.UNCHANGED,
        sha256=validators.sha256,
        etag=fetch.etag or validators.etag,
        last_modified=fetch.last_modified or validators.last_modified,
    )


def _with_headers(fetch: Fetch, answer: Answer) -> Fetch:
    headers = answer.headers
    return replace(
        fetch,
        moved_to=answer.url if answer.moved else None,
        content_type=headers.get("content-type", ""),
        etag=as_it_came(headers, b"etag"),
        last_modified=as_it_came(headers, b"last-modified"),
        retry_after=asked_wait(headers, fetch.requested_at),
        max_age=freshness(headers, fetch.requested_at),
        next_page=_within_origin(fetch.final_url, next_page(headers)),
    )


def _within_origin(url: str, link: str | None) -> str | None:
    """Where the list at `url` goes on; another origin's word is not taken for the same list."""
    target = redirect_target(url, link) if link else None
    return target if isinstance(target, str) and same_origin(url, target) else None
