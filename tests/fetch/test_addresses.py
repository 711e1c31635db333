"""Addresses are read as httpx reads them, whether it is asked or not."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.fetch.addresses import Address, join_address, plain_address, read_address

HOSTS = st.from_regex(r"[a-zA-Z0-9_.%-]{1,12}", fullmatch=True) | st.sampled_from(
    ["example.org", "xn--bcher-kva.example", "127.0.0.1", "10.0.0.256", "0x7f.1", "1.2.3", "a.b.c.4", "bücher.example"]
)
PATHS = st.text(st.sampled_from("ab/.%2f?#&='~ +:@;,!$()*\"<é\\[]^`{|}"), max_size=14)
WRITTEN = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    HOSTS,
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":65536", ":", ":08"]),
    st.just("") | PATHS.map(lambda path: "/" + path) | PATHS.map(lambda query: "?" + query),
)


def by_httpx(url: str) -> Address | None:
    try:
        parts = httpx.URL(url)
        host = parts.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        return None
    return Address(parts.scheme, host, parts.port, parts.raw_path.decode("ascii"))


@given(WRITTEN)
@example("http://example.org")
@example("https://example.org/a/./b/../c")
@example("https://example.org/a'b?c'd")
@example("https://example.org/%7e?q=%7E")
@example("http://example.org:443/")
def test_what_is_plain_is_read_as_the_library_reads_it(url: str) -> None:
    plain = plain_address(url)
    assert plain is None or plain == by_httpx(url)


@given(WRITTEN, WRITTEN | PATHS)
@example("http://example.org/a", "https://example.org")
@example("http://example.org/a", "https:////[]")
def test_references_lead_where_the_library_leads(base: str, reference: str) -> None:
    try:
        expected: str | None = str(httpx.URL(base).join(reference))
    except (httpx.InvalidURL, ValueError):
        expected = None
    if plain_address(reference) is not None:
        expected = str(httpx.URL(reference))
    try:
        assert join_address(base, reference) == expected
    except InputError:
        assert expected is None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://qwen.ai/blog?id=qwen3.5&from=research.latest",
        "http://127.0.0.1:8080/feed.xml",
        "https://huggingface.co/api/models?author=Qwen&sort=lastModified&limit=100",
        "https://www.example.com/2026/03/04/%E5%8D%83%E9%97%AE",
    ],
)
def test_everyday_addresses_are_plain(url: str) -> None:
    assert plain_address(url) == by_httpx(url)
    assert plain_address(url) is not None


def test_an_address_says_what_a_host_header_says() -> None:
    assert read_address("http://example.org:80/a").authority == "example.org"
    assert read_address("http://example.org:8080/a").authority == "example.org:8080"
    assert read_address("https://[2001:db8::1]:8443/").authority == "[2001:db8::1]:8443"
    assert read_address("https://bücher.example/").authority == "xn--bcher-kva.example"


def test_what_is_no_address_is_said_to_be_none() -> None:
    for url in ("http://[::1", "http://example.org:port/", "http://\udcff/", "http://example.org/" + "a" * 100_000):
        with pytest.raises(InputError):
            read_address(url)
