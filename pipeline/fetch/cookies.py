"""Cookies on the way through redirects (RFC 6265); the jar is imported where one is set on that way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.fetch.addresses import read_address
from pipeline.fetch.header_fields import HeaderFields

if TYPE_CHECKING:
    from http.cookiejar import CookieJar
    from urllib.request import Request

_SET_COOKIE = b"set-cookie"


class Cookies:
    """What the servers of one exchange have set so far; nothing is remembered from one exchange to the next."""

    def __init__(self) -> None:
        self._kept: CookieJar | None = None

    def clear(self) -> None:
        self._kept = None

    def take(self, url: str, headers: HeaderFields) -> None:
        """Keeps what the answer from `url` sets."""
        if "set-cookie" not in headers:
            return
        from http.cookiejar import CookieJar

        self._kept = self._kept or CookieJar()
        answer: Any = _Answer(headers)  # the jar wants no more of a urllib answer than this
        self._kept.extract_cookies(answer, _request(url))

    def fields(self, url: str) -> Mapping[bytes, bytes]:
        """The header field with what is for `url`, if there is anything."""
        if self._kept is None:
            return {}
        request = _request(url)
        self._kept.add_cookie_header(request)
        said = request.get_header("Cookie")
        return {b"Cookie": said.encode("latin-1")} if said else {}


class _Answer:
    def __init__(self, headers: HeaderFields) -> None:
        # As Latin-1, so that a server gets back the bytes that it sent, whatever character set they are in.
        self._said = [value.decode("latin-1") for name, value in headers.raw if name == _SET_COOKIE]

    def info(self) -> _Answer:
        return self

    def get_all(self, name: str, default: list[str]) -> list[str]:
        return self._said if name == "Set-Cookie" else default


def _request(url: str) -> Request:
    from urllib.request import Request

    # In ASCII: the jar compares hosts as they are written.
    address = read_address(url)
    return Request(f"{address.scheme}://{address.authority}{address.target}")
