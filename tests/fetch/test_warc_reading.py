"""Reading WARC files that others wrote, and that were damaged on the way."""

from __future__ import annotations

import datetime as dt
import gzip
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.model import Problem
from tests.fetch.conftest import SHARED
from tests.fetch.warcs import http, page, plain, record, zipped

Write = Callable[[Path, Iterable[bytes]], Path]

WRITERS = pytest.mark.parametrize("write", [plain, zipped])


def read(path: Path) -> tuple[list[str], list[Problem]]:
    """The last parts of the addresses that were read, and the problems."""
    found = list(archived_responses(path))
    urls = [item.url.rpartition("/")[2] for item in found if isinstance(item, ArchivedResponse)]
    return urls, [item for item in found if isinstance(item, Problem)]


def only(path: Path) -> ArchivedResponse:
    (found,) = archived_responses(path)
    assert isinstance(found, ArchivedResponse)
    return found


@WRITERS
def test_every_response_is_read_in_the_order_of_the_file(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "a.warc", [page(number) for number in (3, 1, 2)])
    assert read(path) == (["3", "1", "2"], [])
    first = next(archived_responses(path))
    assert isinstance(first, ArchivedResponse)
    assert first.archived_at == dt.datetime(2026, 3, 4, 15, 0, tzinfo=dt.UTC)
    assert (first.status, first.content_type, first.offset) == (200, "text/html", 0)
    assert first.body.startswith(b"<p>page 3</p>")


def test_one_gzip_member_around_all_records_is_read_too(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.warc.gz", [gzip.compress(b"".join(page(number) for number in range(3)), mtime=0)])
    assert read(path) == (["0", "1", "2"], [])


@WRITERS
def test_records_that_are_no_responses_are_passed_over(tmp_path: Path, write: Write) -> None:
    records = [
        record(b"software: a crawler\r\n", url=None, kind="warcinfo"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(b"20260304 example.org. 60 IN A 192.0.2.1", url="dns:example.org"),
        record(b"notes", kind="metadata"),
        record(http(b""), kind="revisit"),
        page(1),
    ]
    assert read(write(tmp_path / "a.warc", records)) == (["1"], [])


def test_a_resource_record_is_read_as_a_page(tmp_path: Path) -> None:
    content = record(b"# Notes\r\n", kind="resource", extra=["Content-Type: text/markdown"])
    found = only(plain(tmp_path / "a.warc", [content]))
    assert (found.status, found.content_type, found.body) == (200, "text/markdown", b"# Notes\r\n")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"plain", ()),
        (gzip.compress(b"plain", mtime=0), ("Content-Encoding: gzip",)),
        (b"plain", ("Content-Encoding: gzip",)),
        (zlib.compress(b"plain"), ("Content-Encoding: deflate",)),
        (b"2\r\npl\r\n3;x=y\r\nain\r\n0\r\n\r\n", ("Transfer-Encoding: chunked",)),
        (b"plain", ("Transfer-Encoding: chunked",)),
        (
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(b"plain", mtime=0)), gzip.compress(b"plain", mtime=0)),
            ("transfer-encoding: chunked", "content-encoding: gzip"),
        ),
    ],
)
def test_bodies_are_decoded_however_they_were_stored(tmp_path: Path, body: bytes, headers: tuple[str, ...]) -> None:
    assert only(plain(tmp_path / "a.warc", [record(http(body, *headers))])).body == b"plain"


@pytest.mark.parametrize(
    ("body", "coding", "said"),
    [
        (gzip.compress(bytes(100_000), mtime=0), "gzip", "larger than the bound of 1.95 KiB"),
        (gzip.compress(b"plain", mtime=0)[:-9], "gzip", "ends in the middle of its gzip data"),
        (b"\x0b\x02\x80plain\x03", "br", "is encoded as 'br'"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_a_problem(tmp_path: Path, body: bytes, coding: str, said: str) -> None:
    path = plain(tmp_path / "a.warc", [record(http(body, f"Content-Encoding: {coding}")), page(1)])
    problem, after = archived_responses(path, max_bytes=2000)
    assert isinstance(problem, Problem)
    assert (problem.stage, problem.item) == ("archive", f"{path} at byte 0")
    assert said in problem.message
    assert isinstance(after, ArchivedResponse)


def test_other_statuses_and_odd_headers_are_kept(tmp_path: Path) -> None:
    lines = (b"HTTP/2 301", b"Location: /b", b"Set-Cookie: a", b"Set-Cookie: b", b"X-Long: one", b" two")
    head = b"\r\n".join((*lines, b"X-Name: caf\xe9", b"", b""))
    found = only(plain(tmp_path / "a.warc", [record(head)]))
    assert (found.status, found.body) == (301, b"")
    assert found.headers == (
        ("Location", "/b"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("X-Long", "one two"),
        ("X-Name", "café"),
    )


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2026-03-04T15:00:00Z", dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC)),
        ("2026-03-04T15:00:00.123456789Z", dt.datetime(2026, 3, 4, 15, 0, 0, 123456, tzinfo=dt.UTC)),
        ("2026-03-04T23:00:00+08:00", dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC)),
        ("2026-03-04T15:00:00", dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC)),
    ],
)
def test_dates_are_aware_utc(tmp_path: Path, date: str, moment: dt.datetime) -> None:
    found = only(plain(tmp_path / "a.warc", [record(http(b"x"), date=date)]))
    assert (found.archived_at, found.archived_at.tzinfo) == (moment, dt.UTC)


def test_an_address_in_angle_brackets_is_unwrapped(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.warc", [record(http(b"x"), url="<https://example.org/a b>")])
    assert only(path).url == "https://example.org/a%20b"


BROKEN = {
    "no date": (record(http(b"x"), date=None), "no usable WARC-Date"),
    "wrong date": (record(http(b"x"), date="yesterday"), "no usable WARC-Date"),
    "no address": (record(http(b"x"), url=None), "no WARC-Target-URI"),
    "no HTTP": (record(b"<p>only a page</p>"), "holds no HTTP response"),
    "empty": (record(b""), "holds no HTTP response"),
    "length too small": (record(http(b"x" * 99), length=50), "Content-Length of the record, 50, is wrong"),
    "length too large": (record(http(b"x" * 99), length=200), "Content-Length of the record, 200, is wrong"),
    "length beyond the end": (record(http(b"x"), length=10**9), "Content-Length is wrong"),
    "length no number": (record(http(b"x"), length="many"), "no usable Content-Length"),
    "length of many digits": (record(http(b"x"), length="9" * 5000), "no usable Content-Length"),
    "no length": (record(http(b"x"), length=""), "no usable Content-Length"),
    "altered": (
        record(http(b"x"), extra=["WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]),
        "does not match its WARC-Block-Digest",
    ),
    "header without end": (b"WARC/1.1\r\nWARC-Type: response\r\n" + b"X: y\r\n" * 20_000, "does not end"),
    "garbage": (bytes(range(256)) * 9, "that are no WARC record"),
}


@WRITERS
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_record_is_named_and_the_next_is_read(tmp_path: Path, write: Write, case: str) -> None:
    broken, said = BROKEN[case]
    if case.startswith("length too large") and write is zipped:
        said = "Content-Length is wrong"
    if case == "garbage" and write is zipped:
        broken, said = b"WARC/1.1\r\nthe header of nothing", "no WARC record"
    path = write(tmp_path / "a.warc", [page(1), broken, page(2)])
    urls, (problem,) = read(path)
    assert urls == ["1", "2"]
    assert said in problem.message
    second = len(page(1)) if write is plain else len(gzip.compress(page(1), mtime=0))
    assert problem.item == f"{path} at byte {second}"


@pytest.mark.parametrize("garbage", [b"\x00" * 500, b"no gzip here", b"\x1f\x8b\x08\x00broken", b"WARC/1.1\r\n"])
@pytest.mark.parametrize("packed", [True, False])
def test_garbage_between_records_is_skipped(tmp_path: Path, garbage: bytes, packed: bool) -> None:
    records = [gzip.compress(page(number), mtime=0) if packed else page(number) for number in (1, 2)]
    path = plain(tmp_path / "a.warc", [records[0], garbage, records[1]])
    urls, (problem,) = read(path)
    assert urls == ["1", "2"]
    assert problem.item == f"{path} at byte {len(records[0])}"


@WRITERS
def test_a_file_cut_off_anywhere_loses_only_what_is_behind_the_cut(tmp_path: Path, write: Write) -> None:
    whole = write(tmp_path / "whole.warc", [page(number, 0) for number in range(3)]).read_bytes()
    size = len(whole) // 3
    path = tmp_path / "cut.warc"
    for end in range(size, len(whole), 7):
        path.write_bytes(whole[:end])
        urls, problems = read(path)
        assert urls[: end // size] == ["0", "1", "2"][: end // size]
        assert len(urls) + len(problems) <= end // size + 1


@settings(max_examples=150, deadline=None)
@given(
    number=st.integers(0, 4),
    place=st.floats(0, 1, exclude_max=True),
    put=st.binary(min_size=1, max_size=40),
    packed=st.booleans(),
)
def test_overwritten_bytes_cost_at_most_the_record_they_hit(
    tmp_path_factory: pytest.TempPathFactory, number: int, place: float, put: bytes, packed: bool
) -> None:
    contents = [page(one) for one in range(5)]
    records = [gzip.compress(content, mtime=0) if packed else content for content in contents]
    at = int(len(records[number]) * place)
    hit = records[number]
    records[number] = (hit[:at] + put + hit[at + len(put) :])[: len(hit)]
    path = plain(tmp_path_factory.mktemp("warc") / "a.warc", records)
    urls, _ = read(path)
    assert [url for url in urls if url in "01234" and url != str(number)] == [
        str(one) for one in range(5) if one != number
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>no archive</html>",
        gzip.compress(b"<html>no archive</html>", mtime=0),
        b"\x1f\x8b\x08\x00",
        bytes(5000),
    ],
    ids=["empty", "a page", "a compressed page", "a stump", "zeros"],
)
def test_a_file_that_is_no_warc_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = plain(tmp_path / "page.html", [content])
    with pytest.raises(InputError, match=r"page\.html: "):
        archived_responses(path)


def test_a_file_that_cannot_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.warc.gz", tmp_path):
        with pytest.raises(InputError, match=path.name):
            archived_responses(path)


def test_a_record_and_a_member_beyond_the_bound_are_passed_over(tmp_path: Path) -> None:
    large = record(http(bytes(200_000)), url="https://example.org/large")
    for write in (plain, zipped):
        path = write(tmp_path / "a.warc", [page(1), large, page(2)])
        before, problem, after = archived_responses(path, max_bytes=100_000)
        assert isinstance(problem, Problem)
        assert "97.7 KiB" in problem.message
        assert isinstance(before, ArchivedResponse)
        assert isinstance(after, ArchivedResponse)


@pytest.mark.skipif(not (SHARED / "replay").exists(), reason="the shared archives are not here")
@pytest.mark.parametrize(
    ("name", "responses"), [("qwen-blog-2024", 663), ("qwen-readme-2024", 59), ("ollama-feed", 14)]
)
def test_real_archives_are_read_without_a_problem(name: str, responses: int) -> None:
    found = list(archived_responses(SHARED / "replay" / f"{name}.warc.gz"))
    assert len([item for item in found if isinstance(item, ArchivedResponse)]) == responses == len(found)
