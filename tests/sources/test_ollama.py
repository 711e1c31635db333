"""The page of Ollama's library over a real socket, with the marks that it carries for its own tests."""

from __future__ import annotations

from pipeline.categories import DocumentForm
from tests.sources.site import DAY, HOUR, NOW, Limits, Notebook, Web, source

SHELF = "https://ollama.example/search?q=qwen&o=newest"
CARD = """<li x-test-model class="flex items-baseline border-b border-neutral-200 py-6">
<a href="/library/qwen4-coder" class="group w-full">
<div class="flex flex-col mb-1" title="qwen4-coder"><h2 class="truncate text-xl font-medium">
<span x-test-search-response-title>qwen4-coder</span></h2>
<p class="max-w-lg break-words text-neutral-800 text-md">Long context &amp; tools for code.</p></div>
<div class="flex flex-col"><div class="flex flex-wrap space-x-2">
<span x-test-capability class="inline-flex">tools</span><span class="inline-flex text-cyan-500">cloud</span>
<span x-test-size class="inline-flex">30b</span><span x-test-size class="inline-flex">480b</span></div>
<p class="my-1 flex space-x-5 text-[13px]"><span class="flex items-center"><span x-test-pull-count>405.3K</span>
<span class="hidden sm:flex">&nbsp;Pulls</span></span>
<span class="flex items-center"><span x-test-tag-count>12</span><span>&nbsp;Tags</span></span>
<span class="flex items-center" title="Apr 30, 2026 8:15 PM UTC"><span class="hidden">Updated&nbsp;</span>
<span x-test-updated>4 days ago</span></span></p></div></a></li>"""


def page(*cards: str) -> str:
    listed = "".join(cards)
    return f"<!doctype html><html><body><nav>Models</nav><main><ul role='list'>{listed}</ul></main></body></html>"


def test_each_model_of_the_list_is_a_record_beside_that_of_the_feed(web: Web, limits: Limits) -> None:
    web.put(SHELF, page(CARD, "<li x-test-model><p>broken</p></li>"))
    (document,) = Notebook([source(SHELF, "ollama_library", publisher="Ollama")], limits).cycle(NOW).documents
    assert document.text.split("\n") == [
        "model: qwen4-coder",
        "Long context & tools for code.",
        "sizes: 30b, 480b",
        "features: tools",
        "updated: 2026-04-30",
    ]
    assert document.url == "https://ollama.example/library/qwen4-coder#listing"
    assert document.published_at.isoformat() == "2026-04-30T20:15:00+00:00"
    assert document.form is DocumentForm.LIBRARY_ENTRY


def test_pulls_are_kept_where_they_are_wanted(web: Web, limits: Limits) -> None:
    web.put(SHELF, page(CARD))
    book = Notebook([source(SHELF, "ollama_library", options={"counts": "yes"})], limits)
    assert "pulls: 405.3K\ntags: 12" in book.cycle(NOW).documents[0].text
    web.put(SHELF, page(CARD.replace("405.3K", "1.2M")))
    assert "pulls: 1.2M" in book.cycle(NOW + DAY).documents[0].text


def test_words_such_as_four_days_ago_make_no_new_version(web: Web, limits: Limits) -> None:
    bare = CARD.replace('title="Apr 30, 2026 8:15 PM UTC"', "")
    web.put(SHELF, page(bare))
    book = Notebook([source(SHELF, "ollama_library")], limits)
    assert "updated" not in book.cycle(NOW).documents[0].text
    web.put(SHELF, page(bare.replace("4 days", "5 days")))
    assert book.cycle(NOW + DAY).documents == ()


def test_a_new_design_of_a_page_that_gave_models_is_a_problem(web: Web, limits: Limits) -> None:
    book = Notebook([source(SHELF, "ollama_library")], limits)
    web.put(SHELF, page(CARD))
    book.cycle(NOW)
    web.put(SHELF, page("<li><a href='/library/qwen4-coder'>qwen4-coder</a></li>"))
    (problem,) = book.cycle(NOW + HOUR).problems
    assert "new design" in problem.message
    assert "model_library" in problem.message
