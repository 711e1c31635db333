"""What the network and servers do wrong: each time one line of error, never an exception."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
from pathlib import Path

import pytest

from pipeline.categories import Outcome
from pipeline.fetch.client import Client
from tests.fetch.conftest import NOW, Ask, Limits
from tests.fetch.server import Answer, Exchange, Site, raw, reply

SHORT = dt.timedelta(seconds=0.4)
PAGE = b"<p>A page about a model.</p>"


def drip_header(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\n")
    exchange.drip(b"X-Slow: very slow indeed, this one\r\nContent-Length: 1\r\n\r\nx")


def drip_body(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
    exchange.drip(b"x" * 40)


def drip_chunk_sizes(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    exchange.drip(b"0" * 15 + b"1\r\nx\r\n" + b"0\r\n\r\n")


def drip_redirects(exchange: Exchange) -> None:
    exchange.drip(b"HTTP/1.1 302 Found\r\nLocation: /drip\r\nContent-Length: 0\r\n\r\n", pause=0.004)


@pytest.mark.parametrize("answer", [drip_header, drip_body, drip_chunk_sizes, drip_redirects])
def test_a_server_that_drips_is_cut_off_at_the_deadline(site: Site, ask: Ask, answer: Answer) -> None:
    site.answers["/drip"] = answer
    fetch = ask("/drip", deadline=SHORT)
    assert fetch.outcome is Outcome.ERROR
    assert fetch.error == "gave no complete answer within 0.4 s (fetch: deadline)"


def test_a_server_that_accepts_and_says_nothing_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, Client(Limits(deadline=SHORT), None) as client:
        fetch = client.fetch("source", f"http://127.0.0.1:{silent.getsockname()[1]}/", None, NOW)
    assert fetch.error == "gave no complete answer within 0.4 s (fetch: deadline)"
    assert fetch.status is None


def test_the_next_exchange_has_the_whole_deadline_again(site: Site) -> None:
    site.answers["/drip"] = drip_body
    site.answers["/a"] = reply(PAGE)
    with Client(Limits(deadline=dt.timedelta(seconds=1)), None) as client:
        assert client.fetch("source", site.url("/drip"), None, NOW).outcome is Outcome.ERROR
        assert client.fetch("source", site.url("/a"), None, NOW).outcome is Outcome.NEW


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"x" * 2000),
        reply(gzip.compress(bytes(1_000_000), mtime=0), Content_Encoding="gzip"),
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n" * 2),
        raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"", mtime=0) * 100),
    ],
    ids=["announced", "gzip bomb", "unannounced", "chunked", "gzip of nothing, without end"],
)
def test_a_body_over_the_bound_is_refused(site: Site, ask: Ask, tmp_path: Path, answer: Answer) -> None:
    site.answers["/a"] = answer
    fetch = ask("/a", max_bytes=1000)
    assert (fetch.outcome, fetch.status, fetch.body) == (Outcome.ERROR, 200, b"")
    assert fetch.error == "the answer is larger than the bound of 1000 bytes (fetch: max_bytes)"
    assert not list(tmp_path.rglob("*.warc.gz"))


def test_a_body_of_just_the_bound_is_taken(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(b"x" * 1000)
    assert ask("/a", max_bytes=1000).outcome is Outcome.NEW


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        (raw(b"SSH-2.0 " + b"x" * 30_000 + b"\r\n\r\n"), "the exchange broke off: illegal status line: 'SSH-2.0 xxx"),
        (reply(PAGE, Content_Encoding="z" * 30_000), "the answer is encoded as 'zzz"),
        (reply(status=302, Location="/a?" + "y" * 30_000), "was redirected more than 5 times, at last to http://"),
        (reply(status=302, Location="http://a:" + "y" * 30_000), "is redirected: 'http://a:yyy"),
    ],
    ids=["status line", "coding", "redirects", "port"],
)
def test_what_a_server_says_at_length_is_told_in_short(site: Site, ask: Ask, answer: Answer, begins: str) -> None:
    site.answers["/a"] = site.answers["/a?" + "y" * 30_000] = answer
    error = ask("/a").error or ""
    assert error.startswith(begins)
    assert len(error) < 700


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(PAGE, Content_Encoding="gzip"), "says it is gzip, but its body is not valid gzip"),
        (reply(gzip.compress(PAGE, mtime=0)[:-12], Content_Encoding="gzip"), "ends in the middle of its gzip data"),
        (reply(PAGE, Content_Encoding="br"), "is encoded as 'br'; only gzip was asked for"),
        (reply(PAGE, Content_Encoding="gzip, gzip"), "is encoded as 'gzip, gzip'; only gzip was asked for"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ntoo short"), "the exchange broke off"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort"), "the exchange broke off"),
        (raw(b""), "the exchange broke off: the server hung up without an answer"),
        (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "the exchange broke off"),
        (raw(b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n"), "the exchange broke off"),
        (reply(b""), "answered 200 with an empty body"),
        (reply(b" \r\n\t"), "answered 200 with an empty body"),
        (reply(gzip.compress(b"", mtime=0), Content_Encoding="gzip"), "answered 200 with an empty body"),
        (reply(status=204), "answered 204 No Content"),
    ],
)
def test_a_broken_answer_is_an_error_that_says_what_is_broken(
    site: Site, ask: Ask, tmp_path: Path, answer: Answer, said: str
) -> None:
    site.answers["/a"] = answer
    fetch = ask("/a")
    assert (fetch.outcome, fetch.body, fetch.archive_file) == (Outcome.ERROR, b"", None)
    assert said in (fetch.error or "")
    assert "\n" not in (fetch.error or "")
    assert not list(tmp_path.rglob("*.warc.gz"))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "answered 404 Not Found"),
        (410, "answered 410 Gone"),
        (403, "answered 403 Forbidden"),
        (500, "answered 500 Internal Server Error"),
        (503, "answered 503 Service Unavailable"),
        (599, "answered 599"),
    ],
)
def test_an_error_page_is_an_error_with_its_status(site: Site, ask: Ask, status: int, said: str) -> None:
    site.answers["/a"] = reply(b"<html><h1>Sorry</h1></html>", status, Content_Type="text/html")
    fetch = ask("/a")
    assert (fetch.outcome, fetch.status, fetch.error, fetch.body) == (Outcome.ERROR, status, said, b"")


@pytest.mark.parametrize("wanted", ["120", "Wed, 04 Mar 2026 15:02:00 GMT"])
def test_an_overloaded_server_is_heard_in_both_forms(site: Site, ask: Ask, wanted: str) -> None:
    def answer(exchange: Exchange) -> None:
        head = "HTTP/1.1 429 Too Many Requests\r\nDate: Wed, 04 Mar 2026 15:00:00 GMT\r\n"
        exchange.wfile.write(f"{head}Retry-After: {wanted}\r\nContent-Length: 0\r\n\r\n".encode())

    site.answers["/a"] = answer
    fetch = ask("/a")
    assert fetch.retry_after == dt.timedelta(minutes=2)
    assert fetch.error == "answered 429 Too Many Requests and asks to wait 120 s"


def test_a_closed_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Client(Limits(), None) as client:
        fetch = client.fetch("source", f"http://127.0.0.1:{port}/feed", None, NOW)
    assert (fetch.outcome, fetch.status) == (Outcome.ERROR, None)
    assert fetch.error == "could not connect to 127.0.0.1: Connection refused"
    assert fetch.final_url == f"http://127.0.0.1:{port}/feed"


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("ftp://example.org/feed", Outcome.BLOCKED),
        ("file:///etc/hosts", Outcome.BLOCKED),
        ("example.org/feed", Outcome.ERROR),
        ("", Outcome.ERROR),
        ("http://", Outcome.ERROR),
        ("http://[::1", Outcome.ERROR),
        ("http://example.org:99999/", Outcome.ERROR),
        ("http://\udcff/", Outcome.ERROR),
        ("http://a..b/", Outcome.ERROR),
        ("http://" + "a" * 70 + ".invalid/", Outcome.ERROR),
    ],
)
def test_an_address_that_cannot_be_asked_is_no_exception(url: str, outcome: Outcome) -> None:
    with Client(Limits(), None) as client:
        fetch = client.fetch("source", url, None, NOW)
    assert fetch.outcome is outcome
    assert fetch.status is None
    assert fetch.error
