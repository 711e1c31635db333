"""POST to one address that an operator configured: bounded in bytes and time, no redirects, no proxies.

A language model of one's own stands on the same machine or in the intranet, and the address comes from the
configuration alone, never from a page: so any address is allowed here, as it is for Slack and SMTP.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from pipeline.errors import ExchangeError
from pipeline.fetch.address_ranges import EVERYWHERE
from pipeline.fetch.addresses import read_address
from pipeline.fetch.deadline import Deadline
from pipeline.fetch.exchange_errors import DeadlineError, UnreachableError
from pipeline.fetch.gate import Gate
from pipeline.fetch.inflate import Unreadable, inflate
from pipeline.fetch.network import Network, Request, Response
from pipeline.fetch.targets import refusal
from pipeline.fetch.wording import one_line


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered, whatever its status; `body` is inflated."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no answer to read, as one line. `late` is true where the time ran out.

    `connected` is false where nothing was handed over, so that the receiver cannot have taken it.
    """

    reason: str
    late: bool = False
    connected: bool = True


class Poster:
    """Posts to `url` over one small pool of connections; one thread at a time uses it.

    `timeout` bounds a whole exchange, `max_bytes` an answer before and after inflating.
    """

    def __init__(self, url: str, user_agent: str, timeout: dt.timedelta, max_bytes: int) -> None:
        self._url = url
        self._user_agent = user_agent
        self._seconds = timeout.total_seconds()
        self._max_bytes = max_bytes
        self._deadline = Deadline()
        self._network = Network(self._deadline, Gate(EVERYWHERE))

    def close(self) -> None:
        self._network.close()

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply | NoReply:
        """What is answered to `body`; what the network does wrong is a `NoReply`."""
        refused = refusal(self._url, EVERYWHERE)
        if refused is not None:
            return NoReply(refused.reason, connected=False)
        self._deadline.restart(self._seconds)
        try:
            with closing(self._send(body, headers)) as response:
                read = inflate(response.chunks(), response.headers.get("content-encoding", ""), self._max_bytes)
        except DeadlineError:
            return NoReply(f"gave no complete answer within {self._seconds:g} s", late=True)
        except UnreachableError as error:
            return NoReply(f"could not be connected to: {one_line(error)}", connected=False)
        except ExchangeError as error:
            return NoReply(f"broke the exchange off: {one_line(error)}")
        if isinstance(read, Unreadable):
            # The bound of fetched pages is a setting of theirs, which does not hold here.
            return NoReply(f"gave an answer that {read.reason.removesuffix(' (fetch: max_bytes)')}")
        return Reply(response.status, tuple(response.headers.items_as_text()), read)

    def _send(self, body: bytes, headers: Mapping[str, str]) -> Response:
        sent = {"User-Agent": self._user_agent, "Accept": "application/json", "Accept-Encoding": "gzip", **headers}
        fields = {name.encode(): value.encode() for name, value in sent.items()}
        return self._network.send(Request(read_address(self._url), fields, "POST", body))
