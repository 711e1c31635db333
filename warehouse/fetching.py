"""Sources with their state, and fetches: what was asked and what came."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from pipeline.categories import SourceStatus, Tier
from pipeline.errors import WarehouseError
from pipeline.model import Fetch, Source, SourceState
from warehouse import rows

_SOURCE = "source_id, name, kind, url, publisher, language, tier, every_seconds, enabled, options"
_STATE = """
    source_id, status, epoch_us(last_checked_at), epoch_us(last_changed_at), epoch_us(next_check_at),
    consecutive_failures, last_error, failure, epoch_us(failing_since), epoch_us(last_good_at),
    epoch_us(last_news_at), news, longest_silence_seconds, epoch_us(quiet_since),
    interval_seconds, ttl_seconds, moved_to, moved_checks, epoch_us(own_address_at)
"""


def stored_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Source]:
    """Every source that was ever configured, by id."""
    found = connection.execute(f"SELECT {_SOURCE} FROM sources").fetchall()
    return {row[0]: _source(*row) for row in found}


def states(connection: duckdb.DuckDBPyConnection) -> dict[str, SourceState]:
    """What the last checks left behind, by source id."""
    found = connection.execute(f"SELECT {_STATE} FROM sources").fetchall()
    return {row[0]: _state(*row) for row in found}


def put_sources(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[Source], changed: Sequence[SourceState]
) -> None:
    """Writes the sources' configuration and the changed states; each keeps what is not given of it.

    Raises WarehouseError for the state of a source that is neither given nor stored.
    """
    if not sources and not changed:
        return
    stored, checked = stored_sources(connection), states(connection)
    known = stored | {source.source_id: source for source in sources}
    held = checked | {state.source_id: state for state in changed}
    touched = {source.source_id for source in sources} | {state.source_id for state in changed}
    unknown = touched - known.keys()
    if unknown:
        raise WarehouseError(
            f"sources: state given for {', '.join(sorted(unknown))}, which is not among the sources: "
            "commit the source together with its state"
        )
    before: dict[tuple[object, ...], rows.Row] = {
        (id,): _source_row(stored[id], checked[id]) for id in touched & stored.keys()
    }
    after = [_source_row(known[id], _switched(known[id], held.get(id, SourceState(id)))) for id in sorted(touched)]
    rows.revise(connection, "sources", ["source_id"], before, after)


def retire_sources(connection: duckdb.DuckDBPyConnection, configured: Iterable[str]) -> None:
    """Switches off every stored source whose id is not among those given."""
    connection.execute(
        f"UPDATE sources SET enabled = false, status = ? WHERE source_id NOT IN {rows.LISTED}",
        [SourceStatus.DISABLED.value, rows.as_list(configured)],
    )


def put_fetches(connection: duckdb.DuckDBPyConnection, fetches: Sequence[Fetch]) -> None:
    rows.replace(connection, "fetches", ["fetch_id"], map(_fetch_row, fetches))


def _source(*row: Any) -> Source:
    source_id, name, kind, url, publisher, language, tier, every_seconds, enabled, options = row
    return Source(
        source_id=source_id,
        name=name,
        kind=kind,
        url=url,
        publisher=publisher,
        language=language,
        tier=Tier(tier),
        every=dt.timedelta(seconds=every_seconds),
        enabled=enabled,
        options=json.loads(options),
    )


def _state(*row: Any) -> SourceState:
    source_id, status, checked, changed, following, failures, error, *more = row
    failure, failing_since, good, last_news, news, silence, quiet, interval, ttl, moved_to, moved_checks, own = more
    return SourceState(
        source_id=source_id,
        status=SourceStatus(status),
        last_checked_at=rows.maybe_from_epoch(checked),
        last_changed_at=rows.maybe_from_epoch(changed),
        next_check_at=rows.maybe_from_epoch(following),
        consecutive_failures=failures,
        last_error=error,
        failure=failure,
        failing_since=rows.maybe_from_epoch(failing_since),
        last_good_at=rows.maybe_from_epoch(good),
        last_news_at=rows.maybe_from_epoch(last_news),
        news=news or 0,
        longest_silence=rows.maybe_span(silence),
        quiet_since=rows.maybe_from_epoch(quiet),
        interval=rows.maybe_span(interval),
        ttl=rows.maybe_span(ttl),
        moved_to=moved_to,
        moved_checks=moved_checks or 0,
        own_address_at=rows.maybe_from_epoch(own),
    )


def _source_row(source: Source, state: SourceState) -> rows.Row:
    return {
        "source_id": source.source_id,
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "publisher": source.publisher,
        "language": source.language,
        "tier": source.tier,
        "every_seconds": int(source.every.total_seconds()),
        "enabled": source.enabled,
        "options": dict(source.options),
        "status": state.status,
        "last_checked_at": state.last_checked_at,
        "last_changed_at": state.last_changed_at,
        "next_check_at": state.next_check_at,
        "consecutive_failures": state.consecutive_failures,
        "last_error": state.last_error,
        "failure": state.failure,
        "failing_since": state.failing_since,
        "last_good_at": state.last_good_at,
        "last_news_at": state.last_news_at,
        "news": state.news,
        "longest_silence_seconds": rows.seconds(state.longest_silence),
        "quiet_since": state.quiet_since,
        "interval_seconds": rows.seconds(state.interval),
        "ttl_seconds": rows.seconds(state.ttl),
        "moved_to": state.moved_to,
        "moved_checks": state.moved_checks,
        "own_address_at": state.own_address_at,
    }


def _switched(source: Source, state: SourceState) -> SourceState:
    if not source.enabled:
        return replace(state, status=SourceStatus.DISABLED)
    if state.status is SourceStatus.DISABLED:
        # Switched on again: the failures it was switched off for say nothing about today.
        return replace(
            state,
            status=SourceStatus.OK,
            next_check_at=None,
            consecutive_failures=0,
            last_error=None,
            failure=None,
            failing_since=None,
            quiet_since=None,
        )
    return state


def _fetch_row(fetch: Fetch) -> rows.Row:
    return {
        "fetch_id": fetch.fetch_id,
        "source_id": fetch.source_id,
        "url": fetch.url,
        "final_url": fetch.final_url,
        "requested_at": fetch.requested_at,
        "duration_ms": fetch.duration_ms,
        "status": fetch.status,
        "outcome": fetch.outcome,
        "bytes": fetch.size,
        "sha256": fetch.sha256,
        "content_type": fetch.content_type,
        "etag": fetch.etag,
        "last_modified": fetch.last_modified,
        "archive_file": fetch.archive_file,
        "archive_offset": fetch.archive_offset,
        "error": fetch.error,
        "failure": fetch.failure,
    }
