"""One chat completion over HTTP, tried again a little while where the endpoint asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from pipeline.config.settings import LlmSettings
from pipeline.fetch.headers import retry_after
from pipeline.fetch.post import NoReply, Poster, Reply

RETRIES = 2
LONGEST_WAIT = dt.timedelta(seconds=60)
"""Where an endpoint asks for a longer wait, the document is given up."""
MAX_BYTES = 4 * 1024 * 1024
_FIRST_WAIT = dt.timedelta(seconds=1)
_TOO_MANY_REQUESTS = 429
REDACTED = b"[key]"


class ModelClient:
    """Asks one endpoint. `sleep` waits that many seconds between two tries."""

    def __init__(self, settings: LlmSettings, key: str | None, user_agent: str, sleep: Callable[[float], None]) -> None:
        self._key = key
        self._sleep = sleep
        self._poster = Poster(f"{settings.base_url}/chat/completions", user_agent, settings.timeout, MAX_BYTES)

    def close(self) -> None:
        self._poster.close()

    def ask(self, body: bytes, now: dt.datetime) -> Reply | NoReply:
        """The endpoint's last answer, whatever its status; one that repeats the key has it taken out.

        After 429 and 5xx it is asked up to twice more, as late as it wishes. `now` is what a date in
        `Retry-After` is held against.
        """
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        reply, wait = self._poster.post(body, headers), _FIRST_WAIT
        for _ in range(RETRIES):
            if isinstance(reply, NoReply) or not _is_passing(reply.status):
                break
            asked = retry_after(dict(reply.headers), now)
            wanted = wait if asked is None else asked
            if wanted > LONGEST_WAIT:
                break
            self._sleep(wanted.total_seconds())
            reply, wait = self._poster.post(body, headers), 2 * wait
        return reply if isinstance(reply, NoReply) else self._without_key(reply)

    def _without_key(self, reply: Reply) -> Reply:
        if not self._key:
            return reply
        body, headers = reply.body, reply.headers
        # JSON may write a slash with a backslash before it.
        for form in {self._key, self._key.replace("/", "\\/")}:
            body = body.replace(form.encode(), REDACTED)
            headers = tuple((name, value.replace(form, REDACTED.decode())) for name, value in headers)
        return replace(reply, body=body, headers=headers)


def _is_passing(status: int) -> bool:
    return status == _TOO_MANY_REQUESTS or 500 <= status < 600
