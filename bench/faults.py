"""The forty faults with the default limits: longest fetch, longest parse and peak resident memory over all of them.

    python bench/faults.py

The bounds are 30 s for a fetch, 10 s for a parse and 512 MB of memory of any one process.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.config.settings import FetchSettings
from pipeline.fetch.client import Client
from pipeline.isolation.workers import Workers
from pipeline.memory import Memory
from pipeline.sources.harvest import converse
from pipeline.sources.owners import owners_of
from pipeline.sources.reading import warm_up
from pipeline.sources.unpaced import held_at_once
from tests.faults.hostile import ARTICLES, GOOD, Names, address_of, hostile
from tests.faults.table import FAULTS
from tests.sources.site import NOW, source


class Timed(Workers):
    """Workers that note how long each piece of work took, the start of a process not counted."""

    longest = 0.0

    def run(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        super().run(warm_up)  # so that a process that has to be started is started now
        began = time.perf_counter()
        try:
            return super().run(function, *arguments, **named)
        finally:
            self.longest = max(self.longest, time.perf_counter() - began)


def main() -> None:
    limits = replace(FetchSettings(), allow_networks=(ip_network("127.0.0.1/32"),))
    longest_fetch, arrived = 0.0, 0
    with hostile(FAULTS) as server, Timed(warm_up=warm_up) as workers:
        for number, fault in enumerate(FAULTS):
            bad, good = address_of(number, fault, server.port), f"http://{GOOD}:{server.port}/feed"
            sources = [source(bad, name="bad", options={"articles": "entry"}), source(good, name="good")]
            with Client(limits, None, resolver=Names(FAULTS)) as client:
                shared = (Memory(), limits, NOW, owners_of(sources))
                found = held_at_once((converse(each, None, *shared, workers=workers) for each in sources), client, NOW)
            longest_fetch = max(longest_fetch, *(fetch.duration_ms / 1000 for fetch in found.fetches))
            arrived += sum(document.url.startswith(f"http://{GOOD}") for document in found.documents)
            met = next(fetch for fetch in found.fetches if fetch.url == bad)
            print(
                f"{fault.name:40} {met.outcome:10} {met.failure or '':18} {met.duration_ms / 1000:6.2f} s", flush=True
            )
        longest_parse = workers.longest
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{len(FAULTS)} faults; good documents: {arrived} of {ARTICLES * len(FAULTS)}")
    print(f"longest fetch {longest_fetch:.2f} s (bound 30 s), longest parse {longest_parse:.2f} s (bound 10 s)")
    print(f"peak resident memory {own:.0f} MiB here, {children:.0f} MiB in a worker (bound 512 MB)")


if __name__ == "__main__":
    main()
