"""Records over real sockets: what a hub, a library and a README say again is one document, and its next version."""

from __future__ import annotations

import json

import pytest

from pipeline.categories import DocumentForm
from pipeline.sources.harvest import Harvest
from tests.sources.site import DAY, HOUR, NOW, Limits, Notebook, Web, source
from tests.sources.test_feeds import LIBRARY
from tests.sources.test_kinds import MODEL

HUB = "https://hub.example/api/models?author=Qwen&full=true"
SHELF = "https://shelf.example/newest.atom"
README = "https://raw.example/README.md"


def put_models(web: Web, *models: dict[str, object]) -> None:
    web.put(HUB, json.dumps(models), content_type="application/json; charset=utf-8")


def names(gathered: Harvest) -> list[str]:
    return [document.title for document in gathered.documents]


def test_a_hub_tells_of_each_repository_once(web: Web, limits: Limits) -> None:
    book = Notebook([source(HUB, "huggingface", publisher="Qwen")], limits)
    put_models(web, MODEL)
    assert names(book.cycle(NOW)) == ["Qwen/Qwen4-8B"]
    put_models(web, MODEL | {"id": "Qwen/Qwen4-8B-GGUF"}, MODEL | {"downloads": 1, "lastModified": "2026-05-04"})
    (added,) = book.cycle(NOW + HOUR).documents
    assert (added.title, added.form, added.fetched_at) == ("Qwen/Qwen4-8B-GGUF", DocumentForm.HUB_MODEL, NOW + HOUR)


def test_a_repository_that_is_opened_is_a_new_version_of_its_record(web: Web, limits: Limits) -> None:
    book = Notebook([source(HUB, "huggingface")], limits)
    put_models(web, MODEL | {"gated": "manual"})
    (shut,) = book.cycle(NOW).documents
    put_models(web, MODEL)
    (opened,) = book.cycle(NOW + DAY).documents
    assert ("gated: manual" in shut.text, "gated" in opened.text) == (True, False)
    assert (opened.url, opened.document_id != shut.document_id) == (shut.url, True)


def test_a_replaced_file_of_a_library_is_a_new_version_of_its_record(web: Web, limits: Limits) -> None:
    book = Notebook([source(SHELF, "model_library")], limits)
    web.put(SHELF, LIBRARY, content_type="application/atom+xml")
    (first,) = book.cycle(NOW).documents
    web.put(SHELF, LIBRARY.replace("405.3K", "406K"), content_type="application/atom+xml")
    assert book.cycle(NOW + HOUR).documents == ()
    web.put(SHELF, LIBRARY.replace("2026-04-30T", "2026-05-03T"), content_type="application/atom+xml")
    (second,) = book.cycle(NOW + DAY).documents
    assert (second.url, second.text.splitlines()[-1]) == (first.url, "updated: 2026-05-03")
    assert second.form is DocumentForm.LIBRARY_ENTRY


@pytest.mark.parametrize(
    "later",
    ["* 2026-05-01: We released **Qwen4**.\n", "- 2026.05.01: We released [Qwen4](https://qwen.example/4).\n"],
    ids=["emphasis", "link and bullet"],
)
def test_a_line_that_is_only_marked_up_anew_is_no_new_version(web: Web, limits: Limits, later: str) -> None:
    book = Notebook([source(README, "news_lines")], limits)
    day = later[2:12]
    web.put(README, f"## News\n\n- {day}: We released Qwen4.\n", content_type="text/plain")
    assert len(book.cycle(NOW).documents) == 1
    web.put(README, f"# Qwen4\n\nHello.\n\n## News\n\n{later}", content_type="text/plain")
    assert book.cycle(NOW + HOUR).documents == ()


def test_an_edited_line_is_a_new_version_of_the_same_document(web: Web, limits: Limits) -> None:
    book = Notebook([source(README, "news_lines")], limits)
    web.put(README, "- 2026-05-01: We released Qwen4-beta.\n", content_type="text/plain")
    (first,) = book.cycle(NOW).documents
    web.put(README, "- 2026-05-01: We released Qwen4.\n", content_type="text/plain")
    (second,) = book.cycle(NOW + HOUR).documents
    assert (second.url, second.text) == (first.url, "2026-05-01: We released Qwen4.")
