"""Which kind of failure an error of the network is, told from what caused it and never from its wording."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import h11

from pipeline.categories import FailureKind
from pipeline.errors import ExchangeError
from pipeline.fetch.exchange_errors import (
    DeadlineError,
    ForbiddenAddressError,
    NameLookupError,
    OversizeError,
    UnreachableError,
)

_HEAD_TOO_LARGE = 431
_KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (ForbiddenAddressError, FailureKind.FORBIDDEN_ADDRESS),
    (NameLookupError, FailureKind.DNS),
    (OversizeError, FailureKind.TOO_LARGE),
    (ssl.SSLCertVerificationError, FailureKind.CERTIFICATE),
    (DeadlineError, FailureKind.TIMEOUT),
    (TimeoutError, FailureKind.TIMEOUT),
    (ssl.SSLError, FailureKind.TLS),
    (ConnectionRefusedError, FailureKind.REFUSED),
    (UnreachableError, FailureKind.REFUSED),
)


def failure_of(error: ExchangeError, status: int | None) -> FailureKind:
    """The kind of failure that `error` is; `status` is that of the answer, where its head had come."""
    causes = tuple(_causes(error))
    if status is None and any(isinstance(cause, ConnectionResetError) for cause in causes):
        return FailureKind.RESET  # in the TLS handshake, too, which a server that refuses never comes to
    for type, kind in _KINDS:
        if any(isinstance(cause, type) for cause in causes):
            return kind
    broken = next((cause for cause in causes if isinstance(cause, h11.RemoteProtocolError)), None)
    if broken is None:
        return FailureKind.RESET if status is None else FailureKind.TRUNCATED
    if broken.error_status_hint == _HEAD_TOO_LARGE:
        return FailureKind.TOO_LARGE
    return FailureKind.NOT_HTTP if status is None else FailureKind.TRUNCATED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
