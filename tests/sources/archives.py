"""A server on loopback, reached as a gateway, that answers as the Wayback Machine and Common Crawl do."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

FIELDS = ("timestamp", "original", "mimetype", "digest")
Sent = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Kept:
    """One capture that the archive holds; `moved_to` is where the site sent on, in place of a body."""

    stamp: str
    url: str
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    moved_to: str | None = None


@dataclass
class Archives:
    """What the archives hold, what they were asked, and the faults that an address meets before it answers.

    A fault is a status, given with `Retry-After: 1`, or `cut`: a body that ends too early.
    """

    gateway: str = ""
    captures: list[Kept] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    robots: str = ""
    page: int = 1000
    faults: dict[str, list[int | str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "1"})
    asked: list[str] = field(default_factory=list)

    def taken(self, part: str = "") -> list[str]:
        """The addresses that were asked since the last time this was, of those with `part` in them."""
        taken, self.asked[:] = list(self.asked), []
        return [url for url in taken if part in url]

    def news(self, name: str, body: bytes) -> None:
        """A file of Common Crawl's news, entered into the list of its month."""
        year, month = name.removeprefix("CC-NEWS-")[:4], name.removeprefix("CC-NEWS-")[4:6]
        folder = f"/crawl-data/CC-NEWS/{year}/{month}/"
        listed = gzip.decompress(self.files.get(f"{folder}warc.paths.gz", gzip.compress(b"")))
        self.files[f"{folder}warc.paths.gz"] = gzip.compress(listed + f"{folder[1:]}{name}\n".encode())
        self.files[folder + name] = body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ArchiveServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        archives = self.server.archives
        url = f"https://{self.headers['Host']}{self.path}"
        archives.asked.append(url)
        status, headers, body = self.answer(archives, url)
        waiting = archives.faults.get(url)
        fault = waiting.pop(0) if waiting else None
        if isinstance(fault, int):
            status, headers, body = fault, archives.headers, b"slow down"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault == "cut" else body)
        self.close_connection = fault == "cut"

    def answer(self, archives: Archives, url: str) -> Sent:
        path = urlsplit(url).path
        if path == "/robots.txt":
            return (200, {"Content-Type": "text/plain"}, archives.robots.encode()) if archives.robots else missing()
        if self.headers["Host"] == "web.archive.org":
            return index(archives, url) if path == "/cdx/search/cdx" else capture(archives, url)
        body = archives.files.get(path)
        return (200, {"Content-Type": "application/octet-stream"}, body) if body is not None else missing()


class ArchiveServer(ThreadingHTTPServer):
    daemon_threads = True
    archives: Archives


def missing() -> Sent:
    return 404, {"Content-Type": "text/plain"}, b"nothing of that"


def index(archives: Archives, url: str) -> Sent:
    """The rows that fit, in the order of the index, with the key that goes on where there are more."""
    query = parse_qs(urlsplit(url).query)
    wanted, below = query["url"][0], query.get("matchType") == ["prefix"]
    rows = [
        each
        for each in sorted(archives.captures, key=lambda each: (key_of(each.url), each.stamp))
        if each.moved_to is None
        and query["from"][0] <= each.stamp <= query["to"][0]
        and (key_of(each.url).startswith(key_of(wanted)) if below else key_of(each.url) == key_of(wanted))
    ]
    rows = [one for before, one in zip([None, *rows], rows, strict=False) if before is None or before.body != one.body]
    start = int(query.get("resumeKey", ["0"])[0])
    end = start + min(archives.page, int(query["limit"][0]))
    named: list[Sequence[str]] = [FIELDS]
    found = [
        *named,
        *([one.stamp, one.url, one.kind.partition(";")[0], str(hash(one.body))] for one in rows[start:end]),
    ]
    more: list[Sequence[str]] = [[], [str(end)]] if end < len(rows) and query["showResumeKey"] == ["true"] else []
    return 200, {"Content-Type": "application/json"}, json.dumps([*found, *more] if rows else []).encode()


def capture(archives: Archives, url: str) -> Sent:
    """A capture as it was taken; from any other moment on to the one nearest to it."""
    found = re.fullmatch(r"https://web\.archive\.org/web/(\d{14})id_/(.+)", url)
    assert found is not None, url
    same = [each for each in archives.captures if key_of(each.url) == key_of(found[2])]
    if not same:
        return missing()
    near = min(same, key=lambda each: abs(moment(each.stamp) - moment(found[1])))
    if near.moved_to is not None:
        return 302, {"Location": f"https://web.archive.org/web/{near.stamp}id_/{near.moved_to}"}, b""
    if near.stamp != found[1]:
        return 302, {"Location": f"https://web.archive.org/web/{near.stamp}id_/{near.url}"}, b""
    return 200, {"Content-Type": near.kind}, near.body


def key_of(url: str) -> str:
    """What the archive takes for one address, by http and https, with a default port and without."""
    return re.sub(r"^https?://(www\.)?", "", url).replace(":80/", "/")


def moment(stamp: str) -> dt.datetime:
    return dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


@contextmanager
def serving_archives() -> Iterator[Archives]:
    server = ArchiveServer(("127.0.0.1", 0), Handler)
    server.archives = Archives(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.archives
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
