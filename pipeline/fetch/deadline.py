"""The bounds of one exchange that hold below HTTP: its time, and its bytes on the wire."""

from __future__ import annotations

import math
import time

from pipeline.fetch.exchange_errors import DeadlineError, OversizeError
from pipeline.fetch.limits import MAX_WIRE_OVERHEAD


class Deadline:
    """The moment by which the running exchange must be over, and the bytes it may still bring."""

    def __init__(self) -> None:
        self._end = math.inf
        self._bytes_left = math.inf

    def restart(self, seconds: float, max_bytes: float = math.inf) -> None:
        """The next exchange begins: `max_bytes` are those of its bodies, on the wire."""
        self._end = time.monotonic() + seconds
        self._bytes_left = max_bytes + MAX_WIRE_OVERHEAD

    def resume(self, seconds: float) -> None:
        """The exchange goes on after a pause, with the time that it had left before."""
        self._end = time.monotonic() + seconds

    def spend(self, count: int) -> None:
        """Notes that `count` bytes came. Raises OversizeError where those are too many."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise OversizeError("it sends without end")

    def remaining(self) -> float:
        """Seconds left, more than 0. Raises DeadlineError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise DeadlineError("the deadline has passed")
        return left

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end
