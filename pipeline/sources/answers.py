"""What a run was told of articles: two sources that link one page ask for it once, and each reads it for itself."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Fetch, content_id
from pipeline.sources.conversation import Ask

KEPT_BYTES = 32 * 1024 * 1024
"""Bodies kept at once, in bytes; the oldest go first, and are asked for anew if need be."""


class Answers:
    """The answers of one run that may be given again, by URL."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._size = 0
        self._kept: dict[str, Fetch] = {}

    def keep(self, ask: Ask, fetch: Fetch) -> None:
        if not ask.may_share or ask.url in self._kept:
            return
        self._kept[ask.url] = fetch
        self._size += len(fetch.body)
        while self._size > self._most:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._size -= len(oldest.body)

    def to(self, ask: Ask) -> Fetch | None:
        """The answer to `ask` that was given already, as one of its own source."""
        fetch = self._kept.get(ask.url) if ask.may_share else None
        if fetch is None:
            return None
        fetch_id = content_id("fetch", ask.source.source_id, ask.url, fetch.requested_at.isoformat())
        return replace(fetch, fetch_id=fetch_id, source_id=ask.source.source_id, duration_ms=0)
