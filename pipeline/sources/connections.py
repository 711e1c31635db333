"""Clients that wait for the next turn of their host, so that its connection is used again."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.fetch.client import Client

KEPT_HOSTS = 256
"""For so many hosts connections are kept; more would use up the process's file descriptors."""


class Connections:
    """The clients of a round, by host; `make` makes one. Used by one thread."""

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._idle: dict[str, list[Client]] = {}

    def take(self, host: str) -> Client:
        """A client for one exchange with `host`: one that was there already, where there is one."""
        kept = self._idle.get(host)
        return kept.pop() if kept else self._make()

    def put_back(self, host: str, client: Client, *, wanted: bool) -> None:
        """Keeps `client` where more is wanted of its host, and closes it otherwise."""
        self._idle.setdefault(host, []).append(client)
        if not wanted:
            self._drop(host)
        elif len(self._idle) > KEPT_HOSTS:
            self._drop(next(iter(self._idle)))

    def close(self) -> None:
        """Closes every client that is not in use."""
        for host in list(self._idle):
            self._drop(host)

    def _drop(self, host: str) -> None:
        for client in self._idle.pop(host):
            client.close()
