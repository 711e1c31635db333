"""Archives as servers: the same client, the same answers, at a moment of one's choosing."""

from __future__ import annotations

import datetime as dt
import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import Outcome
from pipeline.errors import InputError
from pipeline.fetch.addresses import read_address
from pipeline.fetch.archive import Archive
from pipeline.fetch.client import Client
from pipeline.fetch.conditions import IF_NONE_MATCH
from pipeline.fetch.network import Request
from pipeline.fetch.replay import ArchiveTransport
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.model import Fetch, Validators
from tests.fetch.conftest import NOW, SHARED, Limits, stored
from tests.fetch.server import Site, reply
from tests.fetch.warcs import http, plain, record, zipped

URL = "https://example.org/news?page=1"
DAYS = {day: dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC) for day in range(1, 9)}


def version(day: int, body: bytes, url: str = URL, **fields: str) -> bytes:
    headers = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return record(http(body, "Content-Type: text/html", *headers), url=url, date=DAYS[day].isoformat())


@pytest.fixture
def transport(tmp_path: Path) -> ArchiveTransport:
    late = zipped(tmp_path / "late.warc.gz", [version(5, b"five"), version(3, b"three")])
    early = plain(tmp_path / "early.warc", [version(1, b"one", ETag='"same"'), version(7, b"five")])
    return ArchiveTransport([late, early], DAYS[8])


def ask(transport: ArchiveTransport, url: str = URL, validators: Validators | None = None) -> Fetch:
    with Client(Limits(), None, transport) as client:
        return client.fetch("source", url, validators, NOW)


def again(transport: ArchiveTransport, before: Fetch) -> Fetch:
    known = Validators(URL, before.etag, before.last_modified, before.sha256 or "", NOW)
    return ask(transport, validators=known)


def test_it_answers_with_the_version_of_the_moment(transport: ArchiveTransport) -> None:
    seen = []
    for moment in DAYS.values():
        transport.at = moment
        seen.append(ask(transport).body)
    assert seen == [b"one", b"one", b"three", b"three", b"five", b"five", b"five", b"five"]


def test_before_the_first_version_and_elsewhere_it_answers_404(transport: ArchiveTransport) -> None:
    transport.at = DAYS[1] - dt.timedelta(seconds=1)
    assert ask(transport).error == "answered 404 Not Found"
    transport.at = DAYS[8]
    for url in (
        "https://example.org/news",
        "https://example.org/news?page=2",
        "https://example.com/news?page=1",
    ):
        assert ask(transport, url).status == 404


def test_http_and_https_are_one_space(transport: ArchiveTransport) -> None:
    for url in ("http://EXAMPLE.org/news?page=1", "https://example.org:443/news?page=1#part"):
        assert ask(transport, url).body == b"five"


def test_an_unchanged_page_answers_304_until_it_changes(transport: ArchiveTransport) -> None:
    transport.at = DAYS[1]
    before = ask(transport)
    transport.at = DAYS[2]
    assert again(transport, before).status == 304
    transport.at = DAYS[3]
    changed = again(transport, before)
    assert (changed.outcome, changed.body) == (Outcome.NEW, b"three")


def test_the_same_text_archived_again_answers_304(transport: ArchiveTransport) -> None:
    transport.at = DAYS[5]
    before = ask(transport)
    transport.at = DAYS[7]
    assert again(transport, before).outcome is Outcome.UNCHANGED


def test_a_date_alone_is_a_condition_too(transport: ArchiveTransport) -> None:
    transport.at = DAYS[4]
    before = replace(ask(transport), etag=None)
    assert again(transport, before).status == 304
    transport.at = DAYS[5]
    assert again(transport, before).body == b"five"


@pytest.mark.parametrize(
    ("name", "status"), [("*", 304), ('W/{0}, "x"', 304), ('"x", {0}', 304), ('"x"', 200), ("{0}x", 200)]
)
def test_etags_are_compared_as_a_server_does(transport: ArchiveTransport, name: str, status: int) -> None:
    known = ask(transport).etag or ""
    conditions = {IF_NONE_MATCH: name.format(known).encode()}
    assert transport.send(Request(read_address(URL), conditions)).status == status


def test_archived_redirects_and_errors_are_answered_as_such(tmp_path: Path) -> None:
    records = [
        record(http(b"", "Location: /new", status="301 Moved"), url="https://example.org/old"),
        record(http(b"here"), url="https://example.org/new"),
        record(http(b"gone", status="410 Gone"), url="https://example.org/gone"),
    ]
    transport = ArchiveTransport([plain(tmp_path / "a.warc", records)], NOW)
    moved = ask(transport, "https://example.org/old")
    assert (moved.body, moved.final_url) == (b"here", "https://example.org/new")
    assert ask(transport, "https://example.org/gone").status == 410


def test_only_reading_is_answered(transport: ArchiveTransport) -> None:
    assert transport.send(Request(read_address(URL), {}, "POST", b"x")).status == 405


def test_broken_records_are_told_and_the_rest_is_served(tmp_path: Path) -> None:
    records = [record(b"no HTTP"), record(http(b"x"), url="http://example.org:port/"), version(1, b"one")]
    transport = ArchiveTransport([plain(tmp_path / "a.warc", records)], DAYS[1])
    assert ask(transport).body == b"one"
    assert [problem.stage for problem in transport.problems] == ["archive", "archive"]
    assert "'http://example.org:port/' is not an address" in transport.problems[1].message


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.txt"):
        ArchiveTransport([plain(tmp_path / "a.txt", [b"text"])], NOW)


def test_what_the_client_archived_can_be_served_again(site: Site, tmp_path: Path) -> None:
    site.answers["/a"] = reply(b"<p>text</p>", Content_Type="text/html", ETag='"v1"')
    with Archive(tmp_path, "run") as archive, Client(Limits(), archive) as client:
        first = client.fetch("source", site.url("/a"), None, NOW)
    transport = ArchiveTransport([tmp_path / "run.warc.gz"], NOW)
    second = ask(transport, site.url("/a"))
    assert (second.body, second.content_type, second.status) == (first.body, "text/html", 200)


def test_a_gateway_gets_the_path_and_the_host_of_every_address(site: Site) -> None:
    site.answers["/a?b=c%20d"] = reply(status=302, Location="https://www.example.com:8443/e")
    site.answers["/e"] = reply(b"text")
    with Client(Limits(gateway=site.url("")), None) as client:
        fetch = client.fetch("source", "https://example.org/a?b=c%20d", None, NOW)
    assert (fetch.body, fetch.final_url) == (b"text", "https://www.example.com:8443/e")
    assert [request.headers["host"] for request in site.asked] == ["example.org", "www.example.com:8443"]
    assert len({request.connection for request in site.asked}) == 1


def test_a_gateway_that_is_down_is_named() -> None:
    with Client(Limits(gateway="http://127.0.0.1:1"), None) as client:
        fetch = client.fetch("source", "https://example.org/a", None, NOW)
    said = "could not connect to example.org through the gateway http://127.0.0.1:1: "
    assert (fetch.error or "").startswith(said)


BLOG = SHARED / "replay" / "qwen-blog-2024.warc.gz"
SERVER = SHARED / "tools" / "replay_server.py"


@pytest.mark.skipif(not (BLOG.exists() and SERVER.exists()), reason="the shared replay is not here")
def test_the_replay_server_and_the_archive_transport_answer_alike() -> None:
    moment = dt.datetime(2024, 6, 7, tzinfo=dt.UTC)
    server = runpy.run_path(str(SERVER))["serve"]([BLOG], at=moment.isoformat())
    transport = ArchiveTransport([BLOG], moment)
    found = [item.url for item in archived_responses(BLOG) if isinstance(item, ArchivedResponse)]
    urls = sorted(set(found))[:60]
    try:
        gateway = f"http://127.0.0.1:{server.server_address[1]}"
        with Client(Limits(gateway=gateway, max_bytes=1 << 23), None) as client:
            served = [client.fetch("blog", url, None, moment) for url in urls]
            known = [Validators(row.url, row.etag, row.last_modified, "", moment) for row in served]
            unchanged = [client.fetch("blog", row.url, row, moment) for row in known if row.etag]
    finally:
        server.shutdown()
        server.server_close()
    with Client(Limits(max_bytes=1 << 23), None, transport) as client:
        replayed = [client.fetch("blog", url, None, moment) for url in urls]
    assert {row.status for row in served} == {200, 404}
    assert [(row.status, row.body, row.etag) for row in served] == [
        (row.status, row.body, row.etag) for row in replayed
    ]
    assert {row.status for row in unchanged} == {304}


def test_stored_copies_are_recognised_without_validators(transport: ArchiveTransport) -> None:
    assert ask(transport, validators=stored(b"five")).outcome is Outcome.UNCHANGED
