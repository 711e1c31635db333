"""Lists of several pages over real sockets: all pages at first, and none of them taken for an article afterwards."""

from __future__ import annotations

import json

import pytest

from pipeline.categories import Outcome, SourceStatus
from tests.sources.site import HOUR, NOW, Limits, Notebook, Web, source
from tests.sources.test_kinds import MODEL

HUB = "https://hub.example/api/models?author=Qwen&full=true"
SECOND, THIRD = f"{HUB}&cursor=two", f"{HUB}&cursor=three"


def put(web: Web, url: str, name: str, following: str | None = None) -> None:
    link = {"link": f'<{following}>; rel="next"'} if following else {}
    web.put(url, json.dumps([MODEL | {"id": f"Qwen/{name}"}]), content_type="application/json", **link)


@pytest.fixture
def book(web: Web, limits: Limits) -> Notebook:
    put(web, HUB, "one", SECOND)
    put(web, SECOND, "two", THIRD)
    put(web, THIRD, "three")
    return Notebook([source(HUB, "huggingface", publisher="Qwen")], limits)


def test_the_pages_of_a_list_are_read_one_after_another(web: Web, book: Notebook) -> None:
    gathered = book.cycle(NOW)
    assert [document.title for document in gathered.documents] == ["Qwen/one", "Qwen/two", "Qwen/three"]
    assert web.taken() == [(HUB, 200), (SECOND, 200), (THIRD, 200)]


def test_an_unchanged_first_page_is_a_304_and_its_later_pages_are_no_articles(web: Web, book: Notebook) -> None:
    book.cycle(NOW)
    web.taken()
    quiet = book.cycle(NOW + HOUR)
    assert (quiet.documents, quiet.problems, web.taken()) == ((), (), [(HUB, 304)])


def test_a_page_that_failed_is_asked_again_though_the_first_stays_the_same(web: Web, book: Notebook) -> None:
    web.put(SECOND, "busy", status=503)
    gathered = book.cycle(NOW)
    assert gathered.states[0].status == SourceStatus.OK
    assert [SECOND in problem.message for problem in gathered.problems] == [True]
    assert [fetch.outcome for fetch in gathered.fetches] == [Outcome.NEW, Outcome.ERROR]
    put(web, SECOND, "two", THIRD)
    assert [document.title for document in book.cycle(NOW + HOUR).documents] == ["Qwen/two", "Qwen/three"]
