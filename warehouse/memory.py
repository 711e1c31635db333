"""What earlier runs left behind for the next fetches. It stays cheap with a hundred thousand documents."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import duckdb

from pipeline.memory import Memory
from pipeline.model import Validators

R = TypeVar("R")
V = TypeVar("V")


def memory(connection: duckdb.DuckDBPyConnection) -> Memory:
    """What the next requests must know: validators, versions and articles, as `Memory` tells."""
    validators = connection.execute(
        """
        SELECT url, latest.etag, latest.last_modified, latest.sha256, first_seen
        FROM (
            SELECT
                url, max_by(struct_pack(etag, last_modified, sha256), (requested_at, fetch_id)) AS latest,
                epoch_us(min(requested_at)) AS first_seen
            FROM fetches
            WHERE outcome IN ('new', 'unchanged') AND sha256 IS NOT NULL
            GROUP BY url
        )
        """
    ).fetchall()
    versions = connection.execute(
        "SELECT url, max_by(coalesce(version, text_sha256), (fetched_at, document_id)) FROM documents GROUP BY url"
    ).fetchall()
    articles = connection.execute(
        """
        SELECT fetches.source_id, fetches.url, epoch_us(min(fetches.requested_at))
        FROM fetches LEFT JOIN sources ON sources.source_id = fetches.source_id
        WHERE fetches.url IS DISTINCT FROM sources.url
        GROUP BY fetches.source_id, fetches.url
        """
    ).fetchall()
    first_asked: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for source_id, url, microseconds in articles:
        first_asked[source_id][url] = microseconds
    return Memory(
        validators=_MadeOnDemand({row[0]: row for row in validators}, _validators),
        versions=dict(versions),
        articles={id: _MadeOnDemand(found, _moment) for id, found in first_asked.items()},
    )


class _MadeOnDemand(Mapping[str, V], Generic[R, V]):
    """Values by URL, each made of what is stored when it is asked for: a cycle asks for few of very many."""

    def __init__(self, stored: Mapping[str, R], make: Callable[[str, R], V]) -> None:
        self._stored = stored
        self._make = make

    def __getitem__(self, url: str) -> V:
        return self._make(url, self._stored[url])

    def __contains__(self, url: object) -> bool:
        return url in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def _validators(_: str, stored: tuple[Any, ...]) -> Validators:
    url, etag, last_modified, sha256, first_seen = stored
    return Validators(url, etag, last_modified, sha256, _moment(url, first_seen))


def _moment(_: str, microseconds: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=microseconds)
