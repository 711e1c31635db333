"""Tokens over real sockets: they reach the place that they are for, and no other, and stand nowhere afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import Outcome, SourceStatus
from pipeline.fetch.archive import Archive
from pipeline.memory import Memory
from pipeline.model import Fetch, Problem, Source
from pipeline.sources.harvest import Harvest
from pipeline.sources.listing import Listing
from pipeline.sources.registry import KINDS, REGISTERED, Registered
from pipeline.sources.tokens import Secret, bearer, request_headers
from tests.sources import site
from tests.sources.site import NOW, Limits, Web, article, joined, source

API, ELSEWHERE = "https://api.example/v1/posts", "https://elsewhere.example/v1/posts"
TOKEN = "t0ken-of-the-desk"


class TokenKind:
    """A kind that asks with a token, as the APIs of social networks want it, and finds nothing."""

    options: Mapping[str, str] = {"token_secret": "the name of the secret"}

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        return bearer(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del source, fetch, now
        return Listing()


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTERED, "token", Registered(f"{__name__}.TokenKind", sends_fields=True))


def secret(name: str) -> str | None:
    return TOKEN if name == "DESK_TOKEN" else None


def asked(limits: Limits, *sources: Source, secret: Secret = secret, archive: Archive | None = None) -> Harvest:
    return joined(site.asked(sources, Memory(), limits, NOW, secret=secret, archive=archive))


@pytest.fixture
def posts() -> Source:
    return source(API, "token", options={"token_secret": "DESK_TOKEN"})


def test_a_source_s_token_is_sent_with_its_request_and_with_no_other(web: Web, limits: Limits, posts: Source) -> None:
    web.put(API, "{}", content_type="application/json")
    web.put(ELSEWHERE, "{}", content_type="application/json")
    asked(limits, posts, source(ELSEWHERE, "token"))
    assert [headers.get("Authorization") for headers in web.asked_with] == [f"Bearer {TOKEN}", None]


@pytest.mark.parametrize(
    ("target", "sent"),
    [(f"{API}/new", f"Bearer {TOKEN}"), (ELSEWHERE, None), ("https://api.example:8443/v1/posts", None)],
    ids=["within the origin", "another host", "another port"],
)
def test_a_redirect_takes_the_token_along_within_its_origin_only(
    web: Web, limits: Limits, posts: Source, target: str, sent: str | None
) -> None:
    web.put(API, "", 302, location=target)
    web.put(target, "{}")
    asked(limits, posts)
    assert [headers.get("Authorization") for headers in web.asked_with] == [f"Bearer {TOKEN}", sent]


def test_a_way_that_leads_out_and_back_comes_back_without_the_token(web: Web, limits: Limits, posts: Source) -> None:
    web.put(API, "", 302, location=ELSEWHERE)
    web.put(ELSEWHERE, "", 302, location=f"{API}/new")
    web.put(f"{API}/new", "{}")
    asked(limits, posts)
    assert [headers.get("Authorization") for headers in web.asked_with] == [f"Bearer {TOKEN}", None, None]


def test_the_token_is_neither_in_the_archive_nor_in_what_is_reported(
    web: Web, limits: Limits, posts: Source, tmp_path: Path
) -> None:
    web.put(API, "{}", content_type="application/json")
    web.put(ELSEWHERE, "no", 500)
    with Archive(tmp_path, "run") as archive:
        gathered = asked(limits, posts, replace(posts, url=ELSEWHERE), archive=archive)
    assert TOKEN not in repr(gathered)
    assert all(TOKEN.encode() not in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("found", "words"),
    [(None, ["DESK_TOKEN", "not set", "desk-token"]), ("two\r\nlines", ["DESK_TOKEN", "no token", "again"])],
    ids=["missing", "not a header's value"],
)
def test_a_source_whose_token_cannot_be_had_is_not_asked_and_says_why(
    web: Web, limits: Limits, posts: Source, found: str | None, words: list[str]
) -> None:
    web.put(ELSEWHERE, article())
    gathered = asked(limits, posts, source(ELSEWHERE, "page"), secret=lambda _: found)
    assert web.taken() == [(ELSEWHERE, 200)]
    (problem,) = gathered.problems
    assert problem.item == posts.name
    assert all(word in problem.message for word in words)
    assert [fetch.outcome for fetch in gathered.fetches] == [Outcome.ERROR, Outcome.NEW]
    assert [state.status for state in gathered.states] == [SourceStatus.FAILING, SourceStatus.OK]


def test_a_kind_without_headers_of_its_own_adds_none() -> None:
    assert request_headers(KINDS.header_kind("page"), source(API, "page"), secret) == {}
