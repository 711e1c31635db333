"""Canonical addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.urls import canonical_url


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("HTTPS://Daily.Example/News", "https://daily.example/News"),
        ("http://daily.example:80/a", "http://daily.example/a"),
        ("https://daily.example:443/a", "https://daily.example/a"),
        ("https://daily.example:8443/a", "https://daily.example:8443/a"),
        ("https://daily.example", "https://daily.example/"),
        ("https://daily.example./a", "https://daily.example/a"),
        ("https://daily.example/a/", "https://daily.example/a/"),
        ("https://daily.example/a#comments", "https://daily.example/a"),
        ("https://daily.example/README.md#news-2026-05-04", "https://daily.example/README.md#news-2026-05-04"),
        ("https://daily.example/a?utm_source=x&id=7&fbclid=q", "https://daily.example/a?id=7"),
        ("https://daily.example/a?utm_medium=x", "https://daily.example/a"),
        ("https://daily.example/a?b=2&a=1", "https://daily.example/a?b=2&a=1"),
        ("https://daily.example/x/../a/./b", "https://daily.example/a/b"),
        ("https://daily.example/新闻", "https://daily.example/%E6%96%B0%E9%97%BB"),
        ("https://daily.example/%e6%96%b0%E9%97%BB", "https://daily.example/%E6%96%B0%E9%97%BB"),
        ("https://daily.example/%7Ewen/%61", "https://daily.example/~wen/a"),
        (" https://daily.example/a\n", "https://daily.example/a"),
    ],
)
def test_one_address_has_one_spelling(given_url: str, canonical: str) -> None:
    assert canonical_url(given_url) == canonical


def test_the_scheme_stays_as_it_is() -> None:
    assert canonical_url("http://daily.example/a") != canonical_url("https://daily.example/a")


@pytest.mark.parametrize("parameter", ["cid", "uid", "source", "ref", "session", "p"])
def test_parameters_by_which_publishers_tell_articles_apart_are_kept(parameter: str) -> None:
    assert canonical_url(f"https://daily.example/a?{parameter}=7") == f"https://daily.example/a?{parameter}=7"


@pytest.mark.parametrize("text", ["", "not an address", "mailto:desk@daily.example", "https://daily.example:port/a"])
def test_what_is_no_http_address_comes_back_without_an_error(text: str) -> None:
    assert canonical_url(text) == "".join(text.split())


_text = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(path=_text, query=_text, fragment=_text)
def test_a_canonical_address_is_its_own_canonical_address(path: str, query: str, fragment: str) -> None:
    once = canonical_url(f"https://daily.example/{path}?{query}#{fragment}")
    assert canonical_url(once) == once
