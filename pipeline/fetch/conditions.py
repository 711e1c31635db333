"""Conditional requests: what is sent back of a stored copy, byte for byte as it came (RFC 9110, 13)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import InputError
from pipeline.fetch.addresses import read_address
from pipeline.fetch.header_fields import HeaderFields
from pipeline.model import Validators

IF_NONE_MATCH = b"If-None-Match"
IF_MODIFIED_SINCE = b"If-Modified-Since"
UNCONDITIONAL: Mapping[bytes, bytes] = {b"Cache-Control": b"no-cache"}
"""Headers that ask every cache on the way for the whole answer."""


def conditions(validators: Validators | None) -> Mapping[bytes, bytes]:
    """The header fields that make a request conditional; none without a stored copy that has validators."""
    if validators is None:
        return {}
    pairs = ((IF_NONE_MATCH, validators.etag), (IF_MODIFIED_SINCE, validators.last_modified))
    return {name: value.encode("latin-1", "replace") for name, value in pairs if value}


def beyond_redirect(sent: Mapping[bytes, bytes]) -> Mapping[bytes, bytes]:
    """What of `sent` may go on to the target of a redirect.

    It may be another page than last time, so a date would say nothing about the stored copy. An ETag does.
    """
    return {name: value for name, value in sent.items() if name != IF_MODIFIED_SINCE}


def same_origin(url: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common (RFC 6454): what one is told the other may know.

    What cannot be read as an address has no origin.
    """
    try:
        return read_address(url).origin == read_address(other).origin
    except InputError:
        return False


def is_conditional(sent: Mapping[bytes, bytes]) -> bool:
    """Whether a request with these fields may be answered with 304."""
    return IF_NONE_MATCH in sent or IF_MODIFIED_SINCE in sent


def as_it_came(headers: HeaderFields, name: bytes) -> str | None:
    """A header field as Latin-1 text, so that no byte of it is lost; `name` is in lower case."""
    found = (value for key, value in headers.raw if key == name)
    return next(found, b"").decode("latin-1") or None
