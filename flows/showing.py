"""The report, the API and /health while `serve` runs."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.addresses import Address
from flows.clock import utc_now


@dataclass(frozen=True, slots=True)
class Window:
    """What is shown of a data directory, where, and under which names beside the address itself."""

    data_dir: Path
    address: Address
    names: tuple[str, ...]
    stale_after: dt.timedelta

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve until the block ends; gives the page's address. Raises QwenWatchError where it cannot listen."""
        from flows.live.app import create_app
        from flows.live.listening import listening
        from flows.live.security import allowed_hosts, is_loopback

        if not is_loopback(self.address.host):
            print(
                f"warning: {self.address} can be reached from other machines, and nobody is asked for a password; "
                "put a proxy with a login before it, or leave --listen at 127.0.0.1",
                file=sys.stderr,
            )
        hosts = allowed_hosts(self.address.host, self.names)
        app = create_app(self.data_dir, utc_now, hosts=hosts, stale_after=self.stale_after)
        with listening(app, self.address) as url:
            print(f"the report: {url}")
            sys.stdout.flush()
            yield url


def show_page(window: Window) -> int:
    """Show the window until Ctrl-C; gives the exit code."""
    with window.open():
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")
    return 0
