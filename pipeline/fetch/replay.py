"""A server made of WARC files: it answers as the archived sites did at a chosen moment."""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import format_datetime
from operator import attrgetter
from pathlib import Path

from pipeline.errors import InputError
from pipeline.fetch.addresses import Address, read_address
from pipeline.fetch.conditions import IF_MODIFIED_SINCE, IF_NONE_MATCH
from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.headers import http_date
from pipeline.fetch.network import Request
from pipeline.fetch.responses import ArchivedResponse, archived_responses, responses_at, revisits
from pipeline.model import Problem

# Recomputed for each version, so that two versions of a page can never pass for one.
_REPLACED = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "etag", "last-modified"}
)
_DEFAULT_PORTS = frozenset({None, 80, 443})
_OK, _NOT_MODIFIED = 200, 304


@dataclass(frozen=True, slots=True)
class _Version:
    """Where one version of a URL is: `rank` counts the responses that share `offset` in `path`."""

    archived_at: dt.datetime
    path: Path
    offset: int
    rank: int
    etag: str


@dataclass(frozen=True, slots=True)
class ArchivedAnswer:
    """A response out of an archive."""

    status: int
    headers: HeaderFields
    body: bytes

    def chunks(self) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        """There is nothing to close."""


class ArchiveTransport:
    """Answers from WARC files with the newest version of a URL that is not later than `at`, otherwise 404.

    `at` may be moved between requests. http and https are one space. Answers carry ETag and Last-Modified
    and honour conditional requests. Bodies stay on disk. `problems` are the records that cannot be read.
    What was archived before `since` is left out. Raises InputError for a file that is no WARC file.
    """

    def __init__(self, paths: Sequence[Path], at: dt.datetime, since: dt.datetime | None = None) -> None:
        self.at = at
        self.problems: tuple[Problem, ...] = ()
        self._versions: dict[str, list[_Version]] = {}
        bodies: dict[str, _Version] = {}
        for path in paths:
            self._load(path, bodies)
        for path in paths:
            self._load_revisits(path, bodies)
        for key, versions in self._versions.items():
            self._versions[key] = [one for one in versions if since is None or one.archived_at >= since]
        for versions in self._versions.values():
            versions.sort(key=attrgetter("archived_at"))

    def send(self, request: Request) -> ArchivedAnswer:
        """The answer of the moment `at`."""
        if request.method != "GET":
            return _answer(405, [("Allow", "GET")], b"")
        versions = self._versions.get(_key(request.address), [])
        index = bisect.bisect_right(versions, self.at, key=attrgetter("archived_at"))
        if index == 0:
            return _answer(404, [("Content-Type", "text/plain")], b"not archived at this time\n")
        version = versions[index - 1]
        response = _response(version)
        headers = [
            *((name, value) for name, value in response.headers if name.lower() not in _REPLACED),
            ("ETag", version.etag),
            ("Last-Modified", format_datetime(version.archived_at, usegmt=True)),
        ]
        if response.status == _OK and _unchanged(request.fields, version):
            return _answer(_NOT_MODIFIED, headers, b"")
        return _answer(response.status, headers, response.body)

    def close(self) -> None:
        """There is nothing to close."""

    @property
    def moments(self) -> tuple[dt.datetime, ...]:
        """The moments at which anything was archived, in order."""
        return tuple(sorted({one.archived_at for versions in self._versions.values() for one in versions}))

    def _load_revisits(self, path: Path, bodies: Mapping[str, _Version]) -> None:
        for visit in revisits(path):
            version = bodies.get(visit.sha256)
            if version is None:
                message = f"the body of {visit.url} as of {visit.archived_at.isoformat()} is in no file of the archive"
                self.problems += (Problem("archive", str(path), message),)
            else:
                found = self._versions.setdefault(_key(read_address(visit.url)), [])
                found.append(replace(version, archived_at=visit.archived_at))

    def _load(self, path: Path, bodies: dict[str, _Version]) -> None:
        ranks: dict[int, int] = {}
        for item in archived_responses(path):
            if isinstance(item, Problem):
                self.problems += (item,)
                continue
            rank = ranks[item.offset] = ranks.get(item.offset, -1) + 1
            try:
                key = _key(read_address(item.url))
            except InputError as error:
                where = f"{path} at byte {item.offset}"
                self.problems += (Problem("archive", where, f"{item.url!r} is not an address: {error}"),)
                continue
            sha256 = hashlib.sha256(item.body).hexdigest()
            version = _Version(item.archived_at, path, item.offset, rank, f'"{sha256[:20]}"')
            if item.status == _OK:
                bodies.setdefault(sha256, version)
            self._versions.setdefault(key, []).append(version)


def _answer(status: int, headers: list[tuple[str, str]], body: bytes) -> ArchivedAnswer:
    if status != _NOT_MODIFIED:
        headers = [*headers, ("Content-Length", str(len(body)))]
    return ArchivedAnswer(
        status, HeaderFields([(name.lower().encode(), value.encode()) for name, value in headers]), body
    )


def _response(version: _Version) -> ArchivedResponse:
    found = responses_at(version.path, version.offset)
    return [item for item in found if isinstance(item, ArchivedResponse)][version.rank]


def _unchanged(asked: Mapping[bytes, bytes], version: _Version) -> bool:
    names = asked.get(IF_NONE_MATCH)
    if names is not None:
        known = {name.strip().removeprefix("W/") for name in names.decode("latin-1").split(",")}
        return version.etag in known or "*" in known
    since = http_date(asked.get(IF_MODIFIED_SINCE, b"").decode("latin-1"))
    return since is not None and version.archived_at.replace(microsecond=0) <= since


def _key(address: Address) -> str:
    port = "" if address.port in _DEFAULT_PORTS else f":{address.port}"
    return f"{address.host.lower()}{port}{address.target}"
