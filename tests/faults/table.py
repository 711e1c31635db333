"""Forty and more faults that a fetcher meets: what a hostile server answers, and what must come of it."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

from pipeline.categories import FailureKind as Kind
from pipeline.categories import Outcome

Answer = Callable[[], Iterator[bytes]]
"""The bytes of one answer as they are sent, piece by piece; the connection is closed after the last."""

RESET = b"<reset>"
"""A piece that resets the connection instead of being sent."""


@dataclass(frozen=True)
class Fault:
    """`reason` must be found in what is told of it. `url` and `addresses` are asked in place of the server's own."""

    name: str
    answer: Answer
    outcome: Outcome
    failure: Kind | None
    reason: str
    url: str = ""
    addresses: tuple[str, ...] = ()


def raw(*pieces: bytes) -> Answer:
    return lambda: iter(pieces)


def ok(body: bytes, *headers: str, kind: str = "application/rss+xml") -> Answer:
    fields = "".join(f"{line}\r\n" for line in (f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers))
    return raw(b"HTTP/1.1 200 OK\r\n" + fields.encode() + b"Connection: close\r\n\r\n" + body)


def head(status: str, *headers: str) -> Answer:
    fields = "".join(f"{line}\r\n" for line in (*headers, "Content-Length: 0", "Connection: close"))
    return raw(f"HTTP/1.1 {status}\r\n{fields}\r\n".encode())


def drip(start: bytes, piece: bytes) -> Answer:
    def answer() -> Iterator[bytes]:
        yield start
        while True:
            time.sleep(0.02)
            yield piece

    return answer


def endless(start: bytes, piece: bytes) -> Answer:
    def answer() -> Iterator[bytes]:
        yield start
        yield from repeat(piece)

    return answer


def feed(inside: bytes, before: bytes = b"") -> bytes:
    return b'<?xml version="1.0"?>' + before + b'<rss version="2.0"><channel>' + inside + b"</channel></rss>"


def elsewhere(location: str) -> Answer:
    return head("302 Found", f"Location: {location}")


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CLOSE = b"Connection: close\r\n"
ITEM = b"<item><title>A note</title><link>http://desk.example/note</link><description>It is said.</description></item>"
FEED = feed(ITEM)
ZEROS = bytes(64 * 1024 * 1024)
BOMB = gzip.compress(ZEROS, 9, mtime=0)
# Made by the brotli and zstd tools of 64 MiB of zeros; neither is asked for, so only their first bytes matter.
BROTLI = bytes.fromhex("5bffffff036019000055")
ZSTD = bytes.fromhex("28b52ffda40000000454000008000001000003")
ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 12 if n else b"ha" * 50) for n in range(9))
MANY = 200_000
ATTRIBUTES = b"".join(b' a%d="1"' % number for number in range(MANY))
# Eight megabytes of brackets become four million lists.
SWELLING = (
    b'{"version": "https://jsonfeed.org/version/1", "items": [' + (b"[" * 500 + b"]" * 500 + b",") * 8000 + b"1]}"
)


def _forbidden(name: str, url: str, reason: str, outcome: Outcome = Outcome.BLOCKED) -> Iterator[Fault]:
    """One address, asked directly and by a redirect."""
    yield Fault(f"{name}, direct", raw(), outcome, Kind.FORBIDDEN_ADDRESS, reason, url=url)
    yield Fault(f"{name}, by redirect", elsewhere(url), outcome, Kind.FORBIDDEN_ADDRESS, reason)


def _rebound(name: str, *addresses: str, reason: str) -> Fault:
    return Fault(
        name, raw(), Outcome.BLOCKED, Kind.FORBIDDEN_ADDRESS, reason, url="http://rebound.example/", addresses=addresses
    )


def _error(name: str, answer: Answer, failure: Kind, reason: str) -> Fault:
    return Fault(name, answer, Outcome.ERROR, failure, reason)


def _read(name: str, answer: Answer) -> Fault:
    """Odd, but a feed all the same: it is read."""
    return Fault(name, answer, Outcome.NEW, None, "")


ADDRESSES = (
    *_forbidden("cloud metadata", "http://169.254.169.254/latest/", "link-local"),
    *_forbidden("private address", "http://10.0.0.1/", "private"),
    *_forbidden("carrier address", "http://100.64.0.1/", "CGNAT"),
    *_forbidden("IPv4 mapped into IPv6", "http://[::ffff:a00:1]/", "mapped"),
    *_forbidden("NAT64", "http://[64:ff9b::a00:1]/", "NAT64"),
    *_forbidden("hexadecimal address", "http://0x0a.1/", "odd form", Outcome.ERROR),
    *_forbidden("address as one number", "http://167772161/", "odd form", Outcome.ERROR),
    *_forbidden("user info", "http://desk.example@10.0.0.1/", "user info"),
    *_forbidden("file", "file:///etc/hosts", "only http and https"),
    Fault("backslash", elsewhere("\\\\10.0.0.1\\"), Outcome.ERROR, Kind.FORBIDDEN_ADDRESS, "backslash"),
    _rebound("name of a private address", "192.168.1.1", reason="192.168.1.1 is private"),
    _rebound("name of a public and a private address", "93.184.216.34", "10.0.0.1", reason="10.0.0.1 is private"),
    _rebound("name of an inner IPv6 address", "fd00:ec2::254", reason="unique-local"),
)
EXCHANGES = (
    _error("redirects to itself", elsewhere("/"), Kind.REDIRECTS, "redirected more than 5 times"),
    _error("headers drip", drip(OK, b"X-Slow: 1\r\n"), Kind.TIMEOUT, "no complete answer within"),
    _error("a header line drips", drip(OK + b"X-Slow: ", b"x"), Kind.TIMEOUT, "no complete answer within"),
    _error("the body drips", drip(OK + b"Content-Length: 90000\r\n\r\n", b"x"), Kind.TIMEOUT, "no complete answer"),
    _error("interim answers drip", drip(b"", b"HTTP/1.1 103 Hints\r\n\r\n"), Kind.TIMEOUT, "no complete answer"),
    _error("interim answers without end", endless(b"", b"HTTP/1.1 103 Hints\r\nX: " + b"x" * 9999 + b"\r\n\r\n"),
           Kind.TOO_LARGE, "sends without end"),
    _error("headers without end", endless(OK, b"X-Many: 1\r\n" * 999), Kind.TOO_LARGE, "too long"),
    _error("2,000 headers", ok(FEED, *["X: 1"] * 2000), Kind.TOO_LARGE, "header fields"),
    _error("a body without end", endless(OK + CLOSE + b"\r\n", b"x" * 65536), Kind.TOO_LARGE, "larger than the bound"),
    _error("chunks without end", endless(CHUNKED, b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
           Kind.TOO_LARGE, "larger than the bound"),
    _error("garbage in place of HTTP", raw(b"\x00\xffSSH-2.0-nothing\r\n\r\n"), Kind.NOT_HTTP, "broke off"),
    _error("hangs up at once", raw(), Kind.RESET, "broke off"),
    _error("resets at once", raw(RESET), Kind.RESET, "broke off"),
    _error("resets within the body", raw(OK + b"Content-Length: 900\r\n\r\n<rss", RESET), Kind.TRUNCATED, "broke off"),
    _error("shorter than announced", raw(OK + b"Content-Length: 9000\r\n\r\n" + FEED), Kind.TRUNCATED, "broke off"),
    _error("chunked body cut short", raw(OK + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n<rss"), Kind.TRUNCATED,
           "broke off"),
    _error("chunk sizes of nonsense", raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<rss"), Kind.TRUNCATED,
           "broke off"),
    _error("two lengths that differ", ok(FEED, "Content-Length: 3"), Kind.NOT_HTTP, "broke off"),
    _error("a length that is too small", raw(OK + b"Content-Length: 30\r\n\r\n" + FEED), Kind.UNREADABLE, "no feed"),
    _error("a 40-digit length", raw(OK + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n"), Kind.NOT_HTTP, "broke off"),
    _error("204", head("204 No Content"), Kind.STATUS, "answered 204"),
    _error("205", head("205 Reset Content"), Kind.STATUS, "answered 205"),
    _error("304 unasked", head("304 Not Modified"), Kind.STATUS, "not told of a stored copy"),
    _error("429 for ever", head("429 Too Many Requests", "Retry-After: 99999999999999999"), Kind.STATUS, "429"),
    _error("429 of nonsense", head("429 Too Many Requests", "Retry-After: -1e99 soon"), Kind.STATUS, "answered 429"),
    _error("503 until the year 9999", head("503 Service Unavailable", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
           Kind.STATUS, "answered 503"),
)  # fmt: skip
CODINGS = (
    _error("gzip bomb", ok(BOMB, "Content-Encoding: gzip"), Kind.TOO_LARGE, "larger than the bound"),
    _error("deflate bomb", ok(zlib.compress(ZEROS, 9), "Content-Encoding: deflate"), Kind.TOO_LARGE, "larger"),
    _error("gzip within gzip", ok(gzip.compress(BOMB), "Content-Encoding: gzip"), Kind.UNREADABLE, "more than once"),
    _error(
        "gzip twice, as announced", ok(gzip.compress(BOMB), "Content-Encoding: gzip, gzip"), Kind.UNREADABLE, "gzip"
    ),
    _error("brotli bomb", ok(BROTLI, "Content-Encoding: br"), Kind.UNREADABLE, "encoded as 'br'"),
    _error("zstd bomb", ok(ZSTD, "Content-Encoding: zstd"), Kind.UNREADABLE, "encoded as 'zstd'"),
    _error("corrupt gzip", ok(BOMB[:20] + b"?" * 99, "Content-Encoding: gzip"), Kind.UNREADABLE, "not valid gzip"),
    _error("gzip cut short", ok(gzip.compress(FEED)[:-9], "Content-Encoding: gzip"), Kind.TRUNCATED, "in the middle"),
    _error("gzip that is none", ok(FEED, "Content-Encoding: gzip"), Kind.UNREADABLE, "not valid gzip"),
)
BODIES = (
    _error("HTML in place of a feed", ok(b"<!doctype html><title>Sorry</title>"), Kind.UNREADABLE, "an HTML page"),
    _error("JSON that is no feed", ok(b'{"a": 1}'), Kind.UNREADABLE, "no JSON Feed"),
    _error("JSON nested deeply", ok(b"[" * 500_000), Kind.UNREADABLE, "JSON"),
    _error("a picture", ok(b"\x89PNG\r\n\x1a\n" + bytes(999)), Kind.UNREADABLE, "no feed"),
    _read("entity bomb", ok(feed(ITEM + b"<title>&e8;</title>", b"<!DOCTYPE rss [" + ENTITIES + b"]>"))),
    _read("entity of a file", ok(feed(ITEM, b'<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/hosts">]>'))),
    _read("200,000 attributes", ok(feed(b"<item" + ATTRIBUTES + b">" + ITEM[6:]))),
    _read("NULs", ok(feed(ITEM.replace(b"It is", b"It\0 is\0")))),
    _read("half surrogate pairs", ok(feed(ITEM.replace(b"It is", b"It &#xD800; \xed\xa0\x80 is")))),
    _read("a character set that is a program", ok(FEED.replace(b'"1.0"', b'"1.0" encoding="punycode"'))),
)
HEAVY = (
    _read("200,000 comments", ok(feed(ITEM + b"<!--x-->" * MANY + b"<!--" * MANY))),
    _error("elements nested deeply", ok(feed(b"<item>" * MANY)), Kind.UNREADABLE, "to read"),
    _error("a body that swells in memory", ok(SWELLING), Kind.UNREADABLE, "of memory"),
)
FAULTS: tuple[Fault, ...] = (*ADDRESSES, *EXCHANGES, *CODINGS, *BODIES, *HEAVY)
