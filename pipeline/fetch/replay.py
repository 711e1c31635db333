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

import httpx

from pipeline.fetch.headers import http_date
from pipeline.fetch.responses import ArchivedResponse, archived_responses, responses_at, revisits
from pipeline.model import Problem

# Recomputed for each version, so that two versions of a page can never pass for one.
_REPLACED = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "etag", "last-modified"}
)
_DEFAULT_PORTS = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class _Version:
    """Where one version of a URL is: `rank` counts the responses that share `offset` in `path`."""

    archived_at: dt.datetime
    path: Path
    offset: int
    rank: int
    etag: str


class ArchiveTransport(httpx.BaseTransport):
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

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method not in ("GET", "HEAD"):
            return _answer(request, 405, [("Allow", "GET, HEAD")], b"")
        versions = self._versions.get(_key(request.url), [])
        index = bisect.bisect_right(versions, self.at, key=attrgetter("archived_at"))
        if index == 0:
            return _answer(request, 404, [("Content-Type", "text/plain")], b"not archived at this time\n")
        version = versions[index - 1]
        response = _response(version)
        headers = [
            *((name, value) for name, value in response.headers if name.lower() not in _REPLACED),
            ("ETag", version.etag),
            ("Last-Modified", format_datetime(version.archived_at, usegmt=True)),
        ]
        if response.status == httpx.codes.OK and _unchanged(request.headers, version):
            return _answer(request, 304, headers, b"")
        return _answer(request, response.status, headers, response.body)

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
                found = self._versions.setdefault(_key(httpx.URL(visit.url)), [])
                found.append(replace(version, archived_at=visit.archived_at))

    def _load(self, path: Path, bodies: dict[str, _Version]) -> None:
        ranks: dict[int, int] = {}
        for item in archived_responses(path):
            if isinstance(item, Problem):
                self.problems += (item,)
                continue
            rank = ranks[item.offset] = ranks.get(item.offset, -1) + 1
            try:
                key = _key(httpx.URL(item.url))
            except (httpx.InvalidURL, UnicodeError) as error:
                where = f"{path} at byte {item.offset}"
                self.problems += (Problem("archive", where, f"{item.url!r} is not an address: {error}"),)
                continue
            sha256 = hashlib.sha256(item.body).hexdigest()
            version = _Version(item.archived_at, path, item.offset, rank, f'"{sha256[:20]}"')
            if item.status == httpx.codes.OK:
                bodies.setdefault(sha256, version)
            self._versions.setdefault(key, []).append(version)


class _Body(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


def _answer(request: httpx.Request, status: int, headers: list[tuple[str, str]], body: bytes) -> httpx.Response:
    if status != httpx.codes.NOT_MODIFIED:
        headers = [*headers, ("Content-Length", str(len(body)))]
    content = b"" if request.method == "HEAD" else body
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    return httpx.Response(status, headers=encoded, stream=_Body(content), request=request)


def _response(version: _Version) -> ArchivedResponse:
    found = responses_at(version.path, version.offset)
    return [item for item in found if isinstance(item, ArchivedResponse)][version.rank]


def _unchanged(asked: httpx.Headers, version: _Version) -> bool:
    names = asked.get("if-none-match")
    if names is not None:
        known = {name.strip().removeprefix("W/") for name in names.split(",")}
        return version.etag in known or "*" in known
    since = http_date(asked.get("if-modified-since"))
    return since is not None and version.archived_at.replace(microsecond=0) <= since


def _key(url: httpx.URL) -> str:
    port = "" if url.port in _DEFAULT_PORTS else f":{url.port}"
    return f"{url.host.lower()}{port}{url.raw_path.decode('latin-1')}"
