"""What one exchange comes to, over real sockets: answers, redirects, caching and cookies."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.categories import Outcome
from pipeline.fetch.archive import Archive, read_body
from pipeline.fetch.client import Client
from pipeline.model import content_id
from tests.fetch.conftest import NOW, Ask, Limits, stored
from tests.fetch.server import Exchange, Site, conditional, raw, reply

PAGE = b"<p>A page about a model.</p>"
DAY_BEFORE = "Tue, 03 Mar 2026 15:00:00 GMT"


def test_a_new_page_is_read_archived_and_described(site: Site, ask: Ask, archive: Archive, tmp_path: Path) -> None:
    site.answers["/a"] = reply(PAGE, Content_Type="text/html; charset=utf-8", ETag='W/"7"', Last_Modified=DAY_BEFORE)
    fetch = ask("/a")
    assert (fetch.outcome, fetch.status, fetch.body) == (Outcome.NEW, 200, PAGE)
    assert fetch.fetch_id == content_id("fetch", "source", site.url("/a"), NOW.isoformat())
    assert (fetch.size, fetch.sha256) == (len(PAGE), hashlib.sha256(PAGE).hexdigest())
    assert (fetch.etag, fetch.last_modified) == ('W/"7"', DAY_BEFORE)
    assert (fetch.url, fetch.final_url) == (site.url("/a"), site.url("/a"))
    assert (fetch.content_type, fetch.requested_at) == ("text/html; charset=utf-8", NOW)
    assert fetch.error is None
    assert fetch.archive_file is not None
    assert fetch.archive_offset is not None
    archive.close()
    assert read_body(tmp_path / "archive", fetch.archive_file, fetch.archive_offset) == PAGE


def test_requests_name_the_program_and_ask_for_gzip_only(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(PAGE)
    ask("/a")
    headers = site.asked[0].headers
    assert headers["user-agent"] == Limits().user_agent
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"] == f"127.0.0.1:{site.port}"


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:9], mtime=0) + gzip.compress(body[9:], mtime=0)),
        ("gzip", lambda body: gzip.compress(body, mtime=0) + b"\0" * 16),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("identity", bytes),
    ],
)
def test_a_compressed_body_is_inflated(site: Site, ask: Ask, coding: str, encode: Callable[[bytes], bytes]) -> None:
    site.answers["/a"] = reply(encode(PAGE), Content_Encoding=coding)
    assert ask("/a").body == PAGE


def test_a_chunked_gzip_body_is_joined_and_inflated(site: Site, ask: Ask) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n")
        for byte in gzip.compress(PAGE, mtime=0):
            exchange.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        exchange.wfile.write(b"0\r\n\r\n")

    site.answers["/a"] = answer
    assert ask("/a").body == PAGE


def test_a_304_to_a_stored_copy_is_unchanged(site: Site, ask: Ask) -> None:
    site.answers["/a"] = conditional(PAGE, '"v1"')
    fetch = ask("/a", stored(PAGE, etag='"v1"'))
    assert (fetch.outcome, fetch.status, fetch.body) == (Outcome.UNCHANGED, 304, b"")
    assert fetch.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert fetch.etag == '"v1"'
    assert fetch.archive_file is None


def test_validators_are_sent_back_byte_for_byte(site: Site, ask: Ask) -> None:
    odd = b'W/"caf\xe9 -- \xff"'
    head = b"HTTP/1.1 200 OK\r\nETag: " + odd + b"\r\nLast-Modified: yesterday\r\nContent-Length: 1\r\n\r\nx"
    site.answers["/a"] = raw(head)
    first = ask("/a")
    ask("/a", stored(b"y", first.etag, first.last_modified))
    assert site.asked[1].headers["if-none-match"].encode("latin-1") == odd
    assert site.asked[1].headers["if-modified-since"] == "yesterday"


def test_the_same_bytes_again_are_unchanged_whatever_the_server_says(site: Site, ask: Ask, tmp_path: Path) -> None:
    site.answers["/a"] = reply(PAGE, ETag='"new"')
    fetch = ask("/a", stored(PAGE, etag='"old"'))
    assert (fetch.outcome, fetch.status, fetch.body, fetch.etag) == (Outcome.UNCHANGED, 200, b"", '"new"')
    assert not list(tmp_path.rglob("*.warc.gz"))


def test_a_304_without_a_stored_copy_is_fetched_again(site: Site, ask: Ask) -> None:
    def answer(exchange: Exchange) -> None:
        fresh = exchange.headers.get("Cache-Control") == "no-cache"
        reply(PAGE if fresh else b"", 200 if fresh else 304)(exchange)

    site.answers["/a"] = answer
    assert ask("/a").body == PAGE


def test_a_304_that_insists_without_a_stored_copy_is_an_error(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(status=304)
    for validators in (None, stored(PAGE)):
        fetch = ask("/a", validators)
        assert (fetch.outcome, fetch.status) == (Outcome.ERROR, 304)
        assert "not told of a stored copy" in (fetch.error or "")
    assert len(site.asked) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_its_end_is_told(site: Site, ask: Ask, status: int) -> None:
    site.answers["/a"] = reply(status=status, Location="/b?page=1")
    site.answers["/b?page=1"] = reply(PAGE)
    fetch = ask("/a")
    assert (fetch.outcome, fetch.body) == (Outcome.NEW, PAGE)
    assert (fetch.url, fetch.final_url) == (site.url("/a"), site.url("/b?page=1"))


def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site, ask: Ask) -> None:
    for step in range(6):
        site.answers[f"/{step}"] = reply(status=302, Location=f"/{step + 1}")
    site.answers["/6"] = reply(PAGE)
    assert ask("/1").body == PAGE
    fetch = ask("/0")
    assert (fetch.outcome, fetch.status) == (Outcome.ERROR, 302)
    assert "redirected more than 5 times" in (fetch.error or "")


def test_a_circle_of_redirects_ends_in_an_error(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(status=301, Location="/b")
    site.answers["/b"] = reply(status=301, Location="/a")
    assert "redirected more than 5 times" in (ask("/a").error or "")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "location", ["file:///etc/hosts", "ftp://example.org/a", "javascript:alert(1)", "mailto:a@example.org"]
)
def test_a_redirect_away_from_http_is_blocked(site: Site, ask: Ask, location: str) -> None:
    site.answers["/a"] = reply(PAGE, status=302, Location=location)
    fetch = ask("/a")
    assert (fetch.outcome, fetch.status) == (Outcome.BLOCKED, 302)
    assert location.partition(":")[0] in (fetch.error or "")


def test_a_redirect_without_a_usable_address_is_an_error(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(status=302, Location="http://example.org:port/")
    assert "is not an address" in (ask("/a").error or "")
    site.answers["/a"] = reply(status=302)
    assert ask("/a").error == "answered 302 Found"


def test_a_redirect_passes_the_etag_on_but_no_date(site: Site, ask: Ask) -> None:
    site.answers["/latest"] = reply(status=302, Location="/post")
    site.answers["/post"] = conditional(PAGE, '"v1"')
    fetch = ask("/latest", stored(PAGE, etag='"v1"', last_modified=DAY_BEFORE))
    assert fetch.outcome is Outcome.UNCHANGED
    first, second = (request.headers for request in site.asked)
    assert "if-modified-since" in first
    assert "if-modified-since" not in second


def test_cookies_last_for_one_exchange_only(site: Site, archive: Archive) -> None:
    site.answers["/a"] = reply(status=302, Location="/b", Set_Cookie="wall=passed")
    site.answers["/b"] = reply(PAGE)
    with Client(Limits(), archive) as client:
        client.fetch("source", site.url("/a"), None, NOW)
        client.fetch("source", site.url("/b"), None, NOW)
    assert [request.headers.get("cookie") for request in site.asked] == [None, "wall=passed", None]


def test_a_cookie_goes_back_byte_for_byte_to_whatever_host_may_have_it(site: Site) -> None:
    # Names like this are registered and answer, though IDNA 2008 does not know them.
    base = f"http://xn--a.example:{site.port}"
    site.answers["/a"] = reply(status=302, Location=f"{base}/b", Set_Cookie="wall=passé")
    site.answers["/b"] = reply(status=302, Location=f"{base}/c", Set_Cookie="wall=\xe9\xa2\x86")
    site.answers["/c"] = reply(PAGE)
    with Client(Limits(), None, resolver=lambda *_: ["127.0.0.1"]) as client:
        assert client.fetch("source", f"http://bücher.example:{site.port}/a", None, NOW).body == PAGE
    assert [request.headers.get("cookie") for request in site.asked] == [None, None, "wall=\xe9\xa2\x86"]


def test_one_client_keeps_its_connection(site: Site, archive: Archive) -> None:
    site.answers["/a"] = conditional(PAGE, '"v1"')
    with Client(Limits(), archive) as client:
        for validators in (None, stored(PAGE, '"v1"'), None):
            client.fetch("source", site.url("/a"), validators, NOW)
    assert len({request.connection for request in site.asked}) == 1


def test_waiting_and_freshness_are_taken_from_the_answer(site: Site, ask: Ask) -> None:
    site.answers["/a"] = reply(PAGE, Cache_Control="public, max-age=600", Age="60")
    assert ask("/a").max_age == dt.timedelta(minutes=9)
    site.answers["/a"] = reply(status=429, Retry_After="120")
    assert ask("/a").retry_after == dt.timedelta(minutes=2)


def test_proxies_of_the_environment_are_passed_by(site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    site.answers["/a"] = reply(PAGE)
    assert ask("/a").body == PAGE


def test_without_an_archive_a_body_is_only_handed_over(site: Site) -> None:
    site.answers["/a"] = reply(PAGE)
    with Client(Limits(), None) as client:
        fetch = client.fetch("source", site.url("/a"), None, NOW)
    assert (fetch.body, fetch.archive_file, fetch.archive_offset) == (PAGE, None, None)
