"""What keeps other pages of the same browser out: the Host header is checked, and every answer says how it is used."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1", "[::1]")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers to every answer. A page brings its own policy for scripts and styles."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                page = headers.get("content-type", "").startswith("text/html")
                policy = "frame-ancestors 'none'" if page else "default-src 'none'; frame-ancestors 'none'"
                headers["Content-Security-Policy"] = policy
            await send(message)

        await self._app(scope, receive, answer)


def allowed_hosts(host: str, others: tuple[str, ...] = ()) -> list[str]:
    """The names under which the server may be asked for: a page of another name cannot read it by renaming itself.

    (DNS rebinding: a site points its own name at 127.0.0.1.) Listening everywhere, the names people use must be given.
    """
    own = () if _everywhere(host) else (host,)
    return [name.lower() for name in dict.fromkeys((*LOOPBACK_NAMES, *own, *others))]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
