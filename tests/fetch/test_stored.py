"""Bodies out of our own archive: whatever their address, and nothing that was touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.fetch.archive import Archive
from pipeline.fetch.stored import Lost, stored_body

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
BODY = b"<p>" + bytes(range(256)) * 8 + b"</p>"


def store(directory: Path, url: str = "https://desk.example/a", body: bytes = BODY) -> tuple[str, int]:
    with Archive(directory, "run") as archive:
        archive.store("https://desk.example/before", 200, [], b"another", NOON)
        return archive.store(url, 200, [("Content-Type", "text/html")], body, NOON)


@pytest.mark.parametrize("url", ["https://desk.example/a", "file:///home/ada/memo.txt", "urn:desk:answer:1"])
def test_a_body_comes_back_whatever_its_address(url: str, tmp_path: Path) -> None:
    assert stored_body(tmp_path, *store(tmp_path, url)) == BODY


def test_a_change_of_any_byte_of_the_record_is_seen_or_changes_nothing(tmp_path: Path) -> None:
    file, offset = store(tmp_path)
    whole = (tmp_path / file).read_bytes()
    unseen = 0
    for place in range(offset, len(whole)):
        (tmp_path / file).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = stored_body(tmp_path, file, offset)
        assert isinstance(found, Lost) or found == BODY
        unseen += not isinstance(found, Lost)
    # The ten bytes of the gzip header hold a time and flags, and the last byte of its data unused bits.
    assert unseen <= 11


def test_a_body_that_was_exchanged_for_another_does_not_match_its_digest(tmp_path: Path) -> None:
    import gzip

    file, offset = store(tmp_path, body=b"resigned on March 3")
    whole = (tmp_path / file).read_bytes()
    record = gzip.decompress(whole[offset:]).replace(b"March 3", b"March 8")
    (tmp_path / file).write_bytes(whole[:offset] + gzip.compress(record))
    found = stored_body(tmp_path, file, offset)
    assert isinstance(found, Lost)
    assert "does not match its" in found.reason


@pytest.mark.parametrize("offset", [10_000_000, 3], ids=["beyond the end", "in the middle"])
def test_a_place_where_nothing_begins_is_lost(offset: int, tmp_path: Path) -> None:
    file, _ = store(tmp_path)
    assert isinstance(stored_body(tmp_path, file, offset), Lost)


def test_a_missing_file_is_lost(tmp_path: Path) -> None:
    assert isinstance(stored_body(tmp_path, "none.warc.gz", 0), Lost)
