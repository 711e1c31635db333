"""Large files: taken piece by piece through the gate, with bounds on bytes and time, and records out of the stream."""

from __future__ import annotations

import datetime as dt
import gzip
import zlib
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import FailureKind, Outcome
from pipeline.fetch.responses import ArchivedResponse, response_of
from pipeline.fetch.streaming import PIECE, stream
from pipeline.fetch.warc import Damage, Record
from pipeline.fetch.warc_stream import records_of_stream
from pipeline.model import Fetch
from tests.fetch.conftest import NOW, Limits
from tests.fetch.server import Exchange, Site, raw, reply
from tests.fetch.warcs import http, page, record

MOST = 4 * PIECE
LIMIT = 64 * 1024
BODY = bytes(range(256)) * 1024


def streamed(site: Site, path: str, **limits: object) -> tuple[Fetch, bytes]:
    content = bytearray()

    def take(pieces: Iterator[bytes]) -> None:
        for each in pieces:
            content.extend(each)

    return stream(Limits(**limits), "files", site.url(path), NOW, take, MOST), bytes(content)  # type: ignore[arg-type]


def test_a_file_is_given_as_it_comes_and_known_by_its_digest(site: Site) -> None:
    site.answers["/file"] = reply(BODY)
    fetch, content = streamed(site, "/file", max_bytes=1)
    assert content == BODY
    assert (fetch.outcome, fetch.size, fetch.body) == (Outcome.NEW, len(BODY), b"")
    assert fetch.sha256 is not None


def test_what_is_left_unread_is_fetched_all_the_same(site: Site) -> None:
    site.answers["/file"] = reply(BODY)
    fetch = stream(Limits(), "files", site.url("/file"), NOW, lambda _: None, MOST)
    assert fetch.size == len(BODY)


def endless(exchange: Exchange) -> None:
    exchange.send_response(200)
    exchange.end_headers()
    while True:
        exchange.wfile.write(b"x" * PIECE)


def drip(exchange: Exchange) -> None:
    exchange.send_response(200)
    exchange.end_headers()
    exchange.drip(b"x" * 200)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply(b"gone", 404), FailureKind.STATUS),
        (reply(b"", 302, Location="/other"), FailureKind.STATUS),
        (reply(b""), FailureKind.UNREADABLE),
        (reply(BODY, Content_Encoding="br"), FailureKind.UNREADABLE),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut"), FailureKind.TRUNCATED),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"), FailureKind.TOO_LARGE),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(MOST + 1)), FailureKind.TOO_LARGE),
        (endless, FailureKind.TOO_LARGE),
        (drip, FailureKind.TIMEOUT),
    ],
    ids=["404", "redirect", "empty", "brotli", "cut", "announced-too-large", "too-large", "endless", "drip"],
)
def test_a_file_that_cannot_be_had_ends_in_its_named_outcome(site: Site, answer: object, failure: FailureKind) -> None:
    site.answers["/file"] = answer  # type: ignore[assignment]
    fetch, _ = streamed(site, "/file", deadline=dt.timedelta(seconds=0.5))
    assert (fetch.outcome, fetch.failure, fetch.sha256) == (Outcome.ERROR, failure, None)
    assert fetch.error


def test_an_address_that_is_not_public_is_not_asked(site: Site) -> None:
    fetch, _ = streamed(site, "/file", allow_networks=())
    assert (fetch.outcome, site.asked) == (Outcome.BLOCKED, [])


def cut_up(content: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield content[start : start + size]
        start += size
    yield content[start:]


@given(sizes=st.lists(st.integers(1, 900), max_size=30), count=st.integers(1, 6))
def test_records_are_the_same_however_the_stream_is_cut_up(sizes: list[int], count: int) -> None:
    content = b"".join(gzip.compress(page(number), mtime=0) for number in range(count))
    found = list(records_of_stream(cut_up(content, sizes), LIMIT))
    assert [each.fields["warc-target-uri"] for each in found if isinstance(each, Record)] == [
        f"https://example.org/{number}" for number in range(count)
    ]
    assert [content[each.offset : each.offset + 2] for each in found] == [b"\x1f\x8b"] * count


def bomb(megabytes: int) -> bytes:
    """A record whose header goes on without a line break."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"WARC/1.1\r\nWARC-Type: ")
    return head + b"".join(packer.compress(b"a" * 1024 * 1024) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize(
    ("content", "told", "records"),
    [
        (bomb(64) + gzip.compress(page(1)), "larger than 64 KiB", 1),
        (gzip.compress(page(1)) + gzip.compress(page(2))[:-9], "ends in the middle", 1),
        (gzip.compress(page(1)) + b"no gzip data", "gzip data is damaged", 1),
        (gzip.compress(b"no record of any kind"), "no WARC record", 0),
    ],
    ids=["bomb", "cut-off", "garbage", "no-record"],
)
def test_damage_in_a_stream_is_told_and_the_records_before_it_count(content: bytes, told: str, records: int) -> None:
    found = list(records_of_stream(cut_up(content, [1000] * 5), LIMIT))
    assert [told in each.message for each in found if isinstance(each, Damage)] == [True]
    assert sum(isinstance(each, Record) for each in found) == records


def test_a_response_out_of_a_stream_is_read_as_one_out_of_a_file() -> None:
    content = gzip.compress(record(http(gzip.compress(b"<p>news</p>"), "Content-Encoding: gzip")))
    (item,) = records_of_stream([content], LIMIT)
    response = response_of(item, "https://files.example/a.warc.gz", LIMIT)
    assert isinstance(response, ArchivedResponse)
    assert response.body == b"<p>news</p>"
