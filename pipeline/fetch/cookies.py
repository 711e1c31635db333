"""Cookies on the way through redirects (RFC 6265); httpx's are used, and imported where one is set on that way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.fetch.header_fields import HeaderFields

if TYPE_CHECKING:
    import httpx


class Cookies:
    """What the servers of one exchange have set so far; nothing is remembered from one exchange to the next."""

    def __init__(self) -> None:
        self._kept: httpx.Cookies | None = None

    def clear(self) -> None:
        self._kept = None

    def take(self, url: str, status: int, headers: HeaderFields) -> None:
        """Keeps what the answer from `url` sets."""
        if "set-cookie" not in headers:
            return
        import httpx

        kept = self._kept = self._kept or httpx.Cookies()
        kept.extract_cookies(httpx.Response(status, headers=list(headers.raw), request=httpx.Request("GET", url)))

    def fields(self, url: str) -> Mapping[bytes, bytes]:
        """The header field with what is for `url`, if there is anything."""
        if self._kept is None:
            return {}
        import httpx

        request = httpx.Request("GET", url)
        self._kept.set_cookie_header(request)
        said = request.headers.get("cookie")
        return {b"Cookie": said.encode("latin-1", "replace")} if said else {}
