"""Hosts and their robots.txt: what the next requests must know to be polite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

from pipeline.model import HostState, RobotsFile
from warehouse import rows

# What is older bears on nothing: spacing is seconds, and hosts rest for a day at most.
_HOSTS_FOR = dt.timedelta(days=2)
# Rules that were known hold on while robots.txt cannot be had.
_ROBOTS_FOR = dt.timedelta(days=30)


def hosts(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> dict[str, HostState]:
    """The hosts asked lately, or failing, by name."""
    found = connection.execute(
        """
        SELECT host, epoch_us(last_asked_at), failures, epoch_us(open_until), spacing_seconds, last_error FROM hosts
        WHERE last_asked_at >= $1 OR failures > 0
        """,
        [(now - _HOSTS_FOR).isoformat()],
    ).fetchall()
    return {
        host: HostState(
            host, rows.maybe_from_epoch(asked), failures, rows.maybe_from_epoch(until), rows.maybe_span(spacing), error
        )
        for host, asked, failures, until, spacing, error in found
    }


def robots(connection: duckdb.DuckDBPyConnection, now: dt.datetime) -> dict[str, RobotsFile]:
    """The robots.txt files had lately, by origin."""
    found = connection.execute(
        """
        SELECT origin, access, epoch_us(fresh_until), body, etag, last_modified, sha256, error FROM robots
        WHERE fresh_until >= $1
        """,
        [(now - _ROBOTS_FOR).isoformat()],
    ).fetchall()
    return {origin: RobotsFile(origin, access, rows.from_epoch(until), *more) for origin, access, until, *more in found}


def put_hosts(connection: duckdb.DuckDBPyConnection, changed: Sequence[HostState]) -> None:
    rows.replace(connection, "hosts", ["host"], map(_host_row, changed))


def put_robots(connection: duckdb.DuckDBPyConnection, changed: Sequence[RobotsFile]) -> None:
    rows.replace(connection, "robots", ["origin"], map(_robots_row, changed))


def _host_row(state: HostState) -> rows.Row:
    return {
        "host": state.host,
        "last_asked_at": state.last_asked_at,
        "spacing_seconds": rows.seconds(state.spacing),
        "failures": state.failures,
        "open_until": state.open_until,
        "last_error": state.last_error,
    }


def _robots_row(robots: RobotsFile) -> rows.Row:
    return {
        "origin": robots.origin,
        "access": robots.access,
        "fresh_until": robots.fresh_until,
        "body": robots.body,
        "etag": robots.etag,
        "last_modified": robots.last_modified,
        "sha256": robots.sha256,
        "error": robots.error,
    }
