"""Bodies kept once, found again, and never lost by what happens to their neighbours."""

from __future__ import annotations

import datetime as dt
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipeline.errors import InputError
from pipeline.fetch.archive import Archive, read_body
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from tests.fetch.conftest import NOW

URL = "https://example.org/a"
HTML = [("Content-Type", "text/html")]


def keep(archive: Archive, body: bytes, url: str = URL) -> tuple[str, int]:
    return archive.store(url, 200, HTML, body, NOW)


def index_places(directory: Path) -> list[tuple[str, int, str]]:
    index = directory / "bodies.index"
    rows = [line.split() for line in index.read_text().splitlines() if line] if index.exists() else []
    return [(row[1], int(row[0]), row[2]) for row in rows if len(row) == 3 and len(row[2]) == 64]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.binary(max_size=400), min_size=1), st.randoms(use_true_random=False))
def test_any_bytes_come_back_in_whatever_order_they_were_stored(bodies: list[bytes], chance: Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        places = {}
        for run in ("first", "second"):
            chance.shuffle(bodies)
            with Archive(directory, run) as archive:
                stored = {body: keep(archive, body) for body in bodies}
            assert stored == (places or stored)
            places = stored
        assert len(set(places.values())) == len(set(bodies))
        assert all(read_body(directory, *place) == body for body, place in places.items())
        assert [path.name for path in directory.glob("*.warc.gz")] == ["first.warc.gz"]


def test_a_run_without_a_body_leaves_nothing_behind(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive", "quiet") as archive:
        archive.flush()
    assert not (tmp_path / "archive").exists()


def test_the_same_body_of_two_pages_is_kept_once(tmp_path: Path) -> None:
    with Archive(tmp_path, "run") as archive:
        assert keep(archive, b"body", "https://a.example/") == keep(archive, b"body", "https://b.example/")
    found = list(archived_responses(tmp_path / "run.warc.gz"))
    assert [item.url for item in found if isinstance(item, ArchivedResponse)] == ["https://a.example/"]


def test_a_record_tells_what_was_fetched_and_when(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 3, 4, 23, 0, 0, 250_000, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("ETag", '"x"'),
        ("X-Odd", "a\r\nSet-Thing: b"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "id=1"),
    ]
    with Archive(tmp_path, "run") as archive:
        _, offset = archive.store("https://例え.example/ä b?q=%20#x", 203, headers, b"<p>text</p>", moment)
    (found,) = archived_responses(tmp_path / "run.warc.gz")
    assert isinstance(found, ArchivedResponse)
    assert found.url == "https://%E4%BE%8B%E3%81%88.example/%C3%A4%20b?q=%20#x"
    assert found.archived_at == dt.datetime(2026, 3, 4, 15, 0, 0, 250_000, tzinfo=dt.UTC)
    assert (found.status, found.body, found.offset) == (203, b"<p>text</p>", offset)
    assert found.content_type == "text/html; charset=utf-8"
    assert dict(found.headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "ETag": '"x"',
        "X-Odd": "a Set-Thing: b",
        "Content-Length": "11",
    }


def test_other_tools_read_the_archive_and_its_digests_agree(tmp_path: Path) -> None:
    with Archive(tmp_path, "run") as archive:
        places = [keep(archive, body) for body in (b"one", b"two", b"")]
    with (tmp_path / "run.warc.gz").open("rb") as stream:
        records = ArchiveIterator(stream, check_digests="raise")
        seen = [(record.rec_type, record.content_stream().read()) for record in records]
    assert [kind for kind, _ in seen] == ["warcinfo", "response", "response", "response"]
    assert [body for _, body in seen[1:]] == [b"one", b"two", b""]
    assert [read_body(tmp_path, *place) for place in places] == [b"one", b"two", b""]


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Archive(tmp_path / name, "run") as archive:
            keep(archive, b"body")
    first, second = ((tmp_path / name / "run.warc.gz").read_bytes() for name in ("a", "b"))
    assert first == second


def test_threads_share_an_archive(tmp_path: Path) -> None:
    bodies = [f"body {number % 40}".encode() * 50 for number in range(400)]
    with Archive(tmp_path, "run") as archive, ThreadPoolExecutor(8) as pool:
        places = list(pool.map(lambda body: keep(archive, body), bodies))
    assert len(set(places)) == 40
    assert [read_body(tmp_path, *place) for place in places] == bodies
    assert sum(1 for _ in archived_responses(tmp_path / "run.warc.gz")) == 40


def test_a_body_can_be_read_while_the_run_still_writes(tmp_path: Path) -> None:
    with Archive(tmp_path, "run") as archive:
        place = keep(archive, b"body")
        assert read_body(tmp_path, *place) == b"body"


def test_an_archive_goes_on_after_it_was_closed(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run")
    first = keep(archive, b"one")
    archive.close()
    second = keep(archive, b"two")
    archive.close()
    assert (first[0], second[0]) == ("run.warc.gz", "run-2.warc.gz")
    assert read_body(tmp_path, *second) == b"two"


def test_a_run_of_the_same_name_leaves_the_earlier_file_alone(tmp_path: Path) -> None:
    for body in (b"one", b"two"):
        with Archive(tmp_path, "2026-03-04T15:00:00+00:00 monitor/1") as archive:
            keep(archive, body)
    names = sorted(path.name for path in tmp_path.glob("*.warc.gz"))
    assert names == [
        "2026-03-04T15-00-00-00-00-monitor-1-2.warc.gz",
        "2026-03-04T15-00-00-00-00-monitor-1.warc.gz",
    ]


def test_a_body_is_stored_again_where_the_index_misleads(tmp_path: Path) -> None:
    with Archive(tmp_path, "first") as archive:
        keep(archive, b"gone")
    (tmp_path / "first.warc.gz").unlink()
    with Archive(tmp_path, "second") as archive:
        place = keep(archive, b"gone")
    assert place[0] == "second.warc.gz"
    with Archive(tmp_path, "third") as archive:
        assert keep(archive, b"gone") == place


@pytest.mark.parametrize("kept", [0, 1, 30, 150, -1, -20])
def test_an_index_that_was_cut_short_loses_no_body(tmp_path: Path, kept: int) -> None:
    bodies = [b"one", b"two", b"three"]
    with Archive(tmp_path, "first") as archive:
        for body in bodies:
            keep(archive, body)
    index = tmp_path / "bodies.index"
    index.write_bytes(index.read_bytes()[:kept])
    with Archive(tmp_path, "second") as archive:
        places = [keep(archive, body) for body in [*bodies, b"four"]]
    assert [read_body(tmp_path, *place) for place in places] == [*bodies, b"four"]
    with Archive(tmp_path, "third") as archive:
        assert [keep(archive, body) for body in [*bodies, b"four"]] == places


def test_nothing_is_indexed_before_it_is_on_disk(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "run")
    keep(archive, b"one")
    assert index_places(tmp_path) == []
    archive.flush()
    keep(archive, b"two")
    assert len(index_places(tmp_path)) == 1
    archive.close()
    assert len(index_places(tmp_path)) == 2


@contextmanager
def files_of_at_most(count: int) -> Iterator[None]:
    """Makes the operating system refuse to let any file grow beyond `count` bytes, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_spoils_neither_the_bodies_before_nor_those_after(tmp_path: Path) -> None:
    with Archive(tmp_path, "run") as archive:
        before = keep(archive, b"before")
        large = os.urandom(50_000)
        with files_of_at_most(20_000), pytest.raises(OSError, match="large"):
            keep(archive, large)
        after = [keep(archive, body) for body in (b"after", large)]
    assert (before[0], {place[0] for place in after}) == ("run.warc.gz", {"run-2.warc.gz"})
    assert read_body(tmp_path, *before) == b"before"
    assert [read_body(tmp_path, *place) for place in after] == [b"after", large]


WRITER = """
import datetime, itertools, os, sys
from pathlib import Path
from random import Random
from pipeline.fetch.archive import Archive

archive = Archive(Path(sys.argv[1]), "killed")
for number in itertools.count():
    body = b"%d " % number + os.urandom(40_000)
    archive.store("https://example.org/%d" % number, 200, [], body, datetime.datetime.now(datetime.UTC))
    if number % 3 == 0:
        archive.flush()
    print(number, flush=True)
"""


@pytest.mark.parametrize("written", [1, 5, 16])
def test_a_kill_in_the_middle_of_writing_leaves_every_whole_record_readable(tmp_path: Path, written: int) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(written)]
        process.send_signal(signal.SIGKILL)
    (file,) = tmp_path.glob("*.warc.gz")
    found = list(archived_responses(file))
    bodies = {item.url: item for item in found if isinstance(item, ArchivedResponse)}
    assert len(found) - len(bodies) <= 1
    assert all(f"https://example.org/{number}" in bodies for number in told)
    for name, offset, sha256 in index_places(tmp_path):
        body = read_body(tmp_path, name, offset)
        with Archive(tmp_path, "next") as archive:
            assert keep(archive, body) == (name, offset), sha256
    with Archive(tmp_path, "killed") as archive:
        assert read_body(tmp_path, *keep(archive, b"afterwards")) == b"afterwards"


def test_a_half_written_record_at_the_end_hurts_no_other(tmp_path: Path) -> None:
    with Archive(tmp_path, "run") as archive:
        places = [keep(archive, body) for body in (b"one", b"two")]
    file = tmp_path / "run.warc.gz"
    whole = file.read_bytes()
    for end in range(places[1][1] + 1, len(whole)):
        file.write_bytes(whole[:end])
        assert read_body(tmp_path, *places[0]) == b"one"
        with pytest.raises(InputError, match=f"run.warc.gz at byte {places[1][1]}"):
            read_body(tmp_path, *places[1])


@pytest.mark.parametrize("offset", [1, 10_000])
def test_a_place_that_holds_no_body_is_named(tmp_path: Path, offset: int) -> None:
    with Archive(tmp_path, "run") as archive:
        keep(archive, b"one")
    with pytest.raises(InputError, match=f"run.warc.gz at byte {offset}"):
        read_body(tmp_path, "run.warc.gz", offset)
    with pytest.raises(InputError, match="at byte 0: holds no stored body"):
        read_body(tmp_path, "run.warc.gz", 0)
    with pytest.raises(InputError, match=r"lost\.warc\.gz: cannot be read"):
        read_body(tmp_path, "lost.warc.gz", 0)
