"""The worker processes in which this process has bodies read."""

from __future__ import annotations

import atexit
import functools
import os

from pipeline.isolation.workers import Workers


def warm_up() -> None:
    """Imports everything that reading needs; called in a worker before its first piece of work."""
    # Imported here, for the workers alone: a cycle that meets nothing new reads nothing.
    from pipeline.sources import reading

    reading.warm_up()


@functools.cache
def shared_workers() -> Workers:
    """The workers of this process: started with the first body, kept from cycle to cycle, ended when long idle."""
    workers = Workers(warm_up=warm_up)
    atexit.register(workers.close)
    return workers


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared_workers.cache_clear)
