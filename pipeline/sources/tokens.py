"""Tokens of sources: named in the configuration, looked up when a source is asked, and sent nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Protocol

from pipeline.categories import FailureKind, Outcome
from pipeline.config.secrets import not_set
from pipeline.model import Fetch, Problem, Source, content_id

TOKEN_OPTION = "token_secret"
TOKEN_MEANING = "the name of the secret with the token that is sent along; left out, none is"
Secret = Callable[[str], str | None]
"""Finds a secret by its name."""

# What a header's value may hold (RFC 9110, 5.5); a line break in it would be a second header.
_USABLE = re.compile(r"[\x21-\x7e]+")


class HeaderKind(Protocol):
    """A kind of source that sends header fields of its own with the request for a source's address."""

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem: ...


def no_secret(_name: str) -> str | None:
    """Finds none: for runs that have no secrets."""
    return None


def request_headers(kind: HeaderKind | None, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
    """What `kind` adds to the request for `source`; a problem where a secret that it names cannot be had."""
    return kind.headers(source, secret) if kind else {}


def bearer(source: Source, secret: Secret) -> Mapping[str, str] | Problem:
    """The Authorization field with the token that `token_secret` names (RFC 6750); nothing where it names none."""
    name = source.options.get(TOKEN_OPTION)
    if not name:
        return {}
    token = (secret(name) or "").strip()
    if not token:
        return Problem("secrets", source.name, not_set(name))
    if not _USABLE.fullmatch(token):
        message = f"the secret {name} is no token: it holds white space or other characters than ASCII; set it again"
        return Problem("secrets", source.name, message)
    return {"Authorization": f"Bearer {token}"}


def unasked(source: Source, problem: Problem, now: dt.datetime) -> Fetch:
    """The exchange that did not take place because of `problem`."""
    fetch_id = content_id("fetch", source.source_id, source.url, now.isoformat())
    return Fetch(
        fetch_id,
        source.source_id,
        source.url,
        source.url,
        now,
        0,
        None,
        Outcome.ERROR,
        error=problem.message,
        failure=FailureKind.SECRET,
    )
