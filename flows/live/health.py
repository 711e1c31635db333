"""Whether the watch is alive: when the last good cycle was, which sources fail, and how old the copy is."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, Field

from pipeline.errors import WarehouseError
from warehouse import Published

_LAST_GOOD = "SELECT max(coalesce(finished_at, started_at)) FROM runs WHERE flow = 'monitor' AND state = 'completed'"
_SOURCES = "SELECT count(*), list(name ORDER BY name) FILTER (WHERE status NOT IN ('ok', 'disabled')) FROM sources"


class Verdict(StrEnum):
    OK = "ok"
    STALE = "stale"
    EMPTY = "empty"
    BROKEN = "broken"


class Health(BaseModel):
    """How the watch is doing."""

    status: Verdict
    reason: str | None = Field(default=None, description="What is wrong and what to do; null while all is well.")
    last_good_cycle: dt.datetime | None = None
    copy_published_at: dt.datetime | None = None
    copy_age_seconds: int | None = None
    sources: int = 0
    failing_sources: list[str] = []


def health_of(published: Published, now: dt.datetime, stale_after: dt.timedelta) -> Health:
    """The watch's health at `now`: stale where the last good cycle is longer ago than `stale_after`."""
    try:
        with published.reading() as reader:
            [(last,)] = reader.query(_LAST_GOOD).rows
            [(sources, failing)] = reader.query(_SOURCES).rows
        written = dt.datetime.fromtimestamp(published.path.stat().st_mtime, dt.UTC)
    except (WarehouseError, OSError) as error:
        verdict = Verdict.BROKEN if published.path.exists() else Verdict.EMPTY
        return Health(status=verdict, reason=str(error))
    known = {
        "last_good_cycle": last,
        "copy_published_at": written,
        "copy_age_seconds": max(0, round((now - written).total_seconds())),
        "sources": sources,
        "failing_sources": failing or [],
    }
    if last is None:
        return Health(status=Verdict.EMPTY, reason="no cycle has been completed; `qwen-watch run` makes one", **known)
    if now - last > stale_after:
        ago = _minutes(now - last)
        reason = f"the last good cycle was {ago} ago, more than {_minutes(stale_after)}; see `qwen-watch sources`"
        return Health(status=Verdict.STALE, reason=reason, **known)
    return Health(status=Verdict.OK, **known)


def _minutes(span: dt.timedelta) -> str:
    return f"{round(span.total_seconds() / 60)} minutes"
