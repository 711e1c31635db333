"""Undoing content codings: any body in any chunks comes out whole, or not at all."""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import FailureKind
from pipeline.fetch.inflate import GZIP_MAGIC, Unreadable, inflate, size


def cut(content: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(content), *(place % (len(content) + 1) for place in places)})
    return [content[start:end] for start, end in pairwise(edges)]


CODINGS = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}
places = st.lists(st.integers(0, 10_000))


def bodies(longest: int) -> st.SearchStrategy[bytes]:
    """What is not compressed itself: compressed once more that would be refused."""
    return st.binary(max_size=longest).filter(lambda body: not body.startswith(GZIP_MAGIC))


@given(bodies(3000), st.sampled_from(sorted(CODINGS)), places)
def test_a_body_comes_out_as_it_went_in_however_it_was_cut(body: bytes, coding: str, places: list[int]) -> None:
    assert inflate(cut(CODINGS[coding](body), places), coding, 10_000) == body


@given(bodies(300), st.sampled_from(sorted(CODINGS)), places, st.integers(0, 400))
def test_nothing_comes_out_larger_than_the_bound(body: bytes, coding: str, places: list[int], limit: int) -> None:
    sent = CODINGS[coding](body)
    content = inflate(cut(sent, places), coding, limit)
    if len(body) > limit or len(sent) > limit:
        assert isinstance(content, Unreadable)
        assert "larger than the bound" in content.reason
    else:
        assert content == body


@given(bodies(300), st.integers(1, 19))
def test_a_gzip_body_without_its_end_is_refused(body: bytes, missing: int) -> None:
    content = inflate([gzip.compress(body, mtime=0)[:-missing]], "gzip", 10_000)
    assert content == Unreadable("ends in the middle of its gzip data", FailureKind.TRUNCATED)


@given(bodies(300), st.binary(max_size=50))
def test_padding_behind_a_gzip_body_is_passed_over(body: bytes, padding: bytes) -> None:
    padding = padding.lstrip(b"\x1f")
    assert inflate([gzip.compress(body, mtime=0) + padding], "gzip", 10_000) == body


@given(st.lists(st.binary(max_size=40)), st.sampled_from(["gzip", "deflate", "", "br"]))
def test_no_bytes_break_the_reading(chunks: list[bytes], coding: str) -> None:
    assert isinstance(inflate(chunks, coding, 100), bytes | Unreadable)


def test_sizes_read_well() -> None:
    assert [size(999), size(1024), size(8 << 20), size(1_500_000)] == [
        "999 bytes",
        "1 KiB",
        "8 MiB",
        "1.43 MiB",
    ]
