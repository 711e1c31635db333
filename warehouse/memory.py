"""What earlier runs left behind for the next fetches. What is long past is looked up only where it is asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb

from pipeline.categories import Outcome
from pipeline.memory import Memory
from pipeline.model import Fetch, Validators
from warehouse import quarantine, rows
from warehouse.connect import open_published

R = TypeVar("R")
V = TypeVar("V")

_ASKED = """
    asked.source_id, asked.url, epoch_us(asked.first_asked_at), epoch_us(asked.first_answered_at),
    epoch_us(asked.answered_at), asked.etag, asked.last_modified, asked.sha256,
    asked.url IS NOT DISTINCT FROM sources.url AS own
    FROM asked LEFT JOIN sources ON sources.source_id = asked.source_id
"""
_VERSIONS = "SELECT url, max_by(coalesce(version, text_sha256), (fetched_at, document_id)) FROM documents"


def memory(connection: duckdb.DuckDBPyConnection, published: Path, since: dt.datetime | None = None) -> Memory:
    """What the next requests must know, as `Memory` tells: of every address, or of those that were new `since`.

    The others are recalled from the copy at `published`, which must be of the same state.
    """
    givers = connection.execute("SELECT DISTINCT source_id FROM documents").fetchall()
    broken = quarantine.broken_bodies(connection)
    if since is None:
        asked = connection.execute(f"SELECT {_ASKED}").fetchall()
        versions = connection.execute(f"{_VERSIONS} GROUP BY url").fetchall()
        return replace(_made(asked, versions, frozenset(id for (id,) in givers)), broken=broken)
    moment = since.isoformat()
    recent = f"""
        SELECT {_ASKED}
        WHERE asked.first_asked_at >= $1 OR asked.first_answered_at >= $1 OR asked.url = sources.url
            OR asked.first_asked_at = sources.last_checked_at
        """
    asked = connection.execute(recent, [moment]).fetchall()
    versions = connection.execute(f"{_VERSIONS} WHERE fetched_at >= $1 GROUP BY url", [moment]).fetchall()
    made = _made(asked, versions, frozenset(id for (id,) in givers), partial(_recalled, published))
    return replace(made, broken=broken, texts=partial(_text_at, published))


def note_fetches(connection: duckdb.DuckDBPyConnection, fetches: Sequence[Fetch]) -> None:
    """Takes the exchanges into what is remembered of their addresses."""
    if not fetches:
        return
    found = connection.execute(
        f"""
        SELECT source_id, url, epoch_us(first_asked_at), epoch_us(first_answered_at), epoch_us(answered_at),
            etag, last_modified, sha256
        FROM asked WHERE url IN {rows.LISTED}
        """,
        [rows.as_list({one.url for one in fetches})],
    ).fetchall()
    held: dict[tuple[object, ...], dict[str, Any]] = {(row[0], row[1]): _held(*row) for row in found}
    noted: dict[tuple[str, str], dict[str, Any]] = {}
    for fetch in sorted(fetches, key=lambda one: (one.requested_at, one.fetch_id)):
        key = (fetch.source_id, fetch.url)
        noted[key] = _noted(noted.get(key) or held.get(key), fetch)
    rows.revise(connection, "asked", ["source_id", "url"], held, noted.values())


def _held(
    source_id: str, url: str, asked: int, first: int | None, last: int | None, *validators: Any
) -> dict[str, Any]:
    etag, last_modified, sha256 = validators
    return {
        "source_id": source_id,
        "url": url,
        "first_asked_at": rows.from_epoch(asked),
        "first_answered_at": rows.maybe_from_epoch(first),
        "answered_at": rows.maybe_from_epoch(last),
        "etag": etag,
        "last_modified": last_modified,
        "sha256": sha256,
    }


def _noted(held: Mapping[str, Any] | None, fetch: Fetch) -> dict[str, Any]:
    at = fetch.requested_at
    row: dict[str, Any] = dict.fromkeys(("first_answered_at", "answered_at", "etag", "last_modified", "sha256"))
    row |= {"source_id": fetch.source_id, "url": fetch.url, "first_asked_at": at} | dict(held or {})
    row["first_asked_at"] = min(row["first_asked_at"], at)
    if fetch.outcome in (Outcome.NEW, Outcome.UNCHANGED) and fetch.sha256 is not None:
        row["first_answered_at"] = min(row["first_answered_at"] or at, at)
        if row["answered_at"] is None or row["answered_at"] <= at:
            latest = {"etag": fetch.etag, "last_modified": fetch.last_modified, "sha256": fetch.sha256}
            row |= {"answered_at": at} | latest
    return row


def _text_at(published: Path, url: str) -> str | None:
    with open_published(published) as connection:
        query = "SELECT text FROM documents WHERE url = $1 ORDER BY fetched_at DESC, document_id DESC LIMIT 1"
        found = connection.execute(query, [url]).fetchone()
    return str(found[0]) if found else None


def _recalled(published: Path, urls: Collection[str]) -> Memory:
    with open_published(published) as connection:
        wanted = [rows.as_list(urls)]
        asked = connection.execute(f"SELECT {_ASKED} WHERE asked.url IN {rows.LISTED}", wanted).fetchall()
        versions = connection.execute(f"{_VERSIONS} WHERE url IN {rows.LISTED} GROUP BY url", wanted).fetchall()
    return _made(asked, versions)


def _made(
    asked: Iterable[tuple[Any, ...]],
    versions: Iterable[tuple[Any, ...]],
    givers: frozenset[str] = frozenset(),
    recall: Callable[[Collection[str]], Memory] | None = None,
) -> Memory:
    latest: dict[str, tuple[Any, ...]] = {}
    articles: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for source_id, url, first_asked, first, last, *validators, own in asked:
        if not own:
            articles[source_id][url] = first_asked
        if last is not None:
            known = latest.get(url)
            if known is not None:
                first = min(first, known[1])
            latest[url] = (*known[:1], first, *known[2:]) if known and known[0] > last else (last, first, *validators)
    return Memory(
        validators=_MadeOnDemand(latest, _validators),
        versions=dict(versions),
        articles={id: _MadeOnDemand(found, _moment) for id, found in articles.items()},
        givers=givers,
        recall=recall,
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


def _validators(url: str, stored: tuple[Any, ...]) -> Validators:
    _, first_seen, etag, last_modified, sha256 = stored
    return Validators(url, etag, last_modified, sha256, rows.from_epoch(first_seen))


def _moment(_: str, microseconds: int) -> dt.datetime:
    return rows.from_epoch(microseconds)
