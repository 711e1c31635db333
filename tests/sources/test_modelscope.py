"""ModelScope's OpenAPI over a real socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.categories import DocumentForm
from pipeline.sources.registry import KINDS
from tests.sources.site import HOUR, NOW, Limits, Notebook, Web, fetched, source

LIST = "https://modelscope.example/openapi/v1/models?owner=Qwen&page_number=1&page_size=2"


def model(name: str, **said: Any) -> dict[str, Any]:
    return {
        "id": f"Qwen/{name}",
        "display_name": name,
        "downloads": 81_500,
        "likes": 42,
        "license": "Apache-2.0",
        "tasks": ["text-generation"],
        "tags": ["license:apache-2.0", f"base_model:finetune:Qwen/{name}-Base", "custom"],
        "params": 8_190_735_360,
        "file_size": 16_400_000_000,
        "created_at": "2026-04-28T11:00:00+08:00",
        "last_modified": "2026-05-01T11:00:00+08:00",
        **said,
    }


def answer(*models: dict[str, Any], total: int | None = None) -> str:
    data = {"models": models, "total_count": len(models) if total is None else total, "page_number": 1, "page_size": 2}
    return json.dumps({"success": True, "data": data, "request_id": "5e1f"})


def test_a_model_is_a_record_that_is_there_by_the_day_it_came(web: Web, limits: Limits) -> None:
    web.put(LIST, answer(model("Qwen4-8B")), content_type="application/json")
    (document,) = Notebook([source(LIST, "modelscope", publisher="Qwen")], limits).cycle(NOW).documents
    assert document.text.split("\n") == [
        "model: Qwen/Qwen4-8B",
        "created by: 2026-04-28",
        "license: apache-2.0",
        "task: text-generation",
        "parameters: 8190735360",
        "base model: Qwen/Qwen4-8B-Base (finetune)",
    ]
    assert (document.url, document.form) == ("https://modelscope.example/models/Qwen/Qwen4-8B", DocumentForm.HUB_MODEL)


def test_counts_are_kept_where_they_are_wanted_with_who_counts(web: Web, limits: Limits) -> None:
    web.put(LIST, answer(model("Qwen4-8B")))
    book = Notebook([source(LIST, "modelscope", options={"counts": "yes"})], limits)
    (first,) = book.cycle(NOW).documents
    assert first.text.endswith("counted by: ModelScope\ndownloads: 81,500\nlikes: 42")
    web.put(LIST, answer(model("Qwen4-8B", downloads=90_000)))
    assert len(book.cycle(NOW + HOUR).documents) == 1
    silent = Notebook([source(LIST, "modelscope")], limits)
    silent.cycle(NOW)
    web.put(LIST, answer(model("Qwen4-8B", downloads=99_000)))
    assert silent.cycle(NOW + HOUR).documents == ()


def test_the_first_page_names_all_others_of_the_list() -> None:
    def further(url: str, total: int) -> list[str]:
        origin = source(url, "modelscope")
        listing = KINDS["modelscope"].read(origin, fetched(origin, answer(model("Qwen4"), total=total)), NOW)
        return [each.partition("?")[2] for each in listing.further]

    assert further(LIST, 5) == ["owner=Qwen&page_number=2&page_size=2", "owner=Qwen&page_number=3&page_size=2"]
    assert further(LIST, 2) == []
    assert further(LIST.replace("page_number=1", "page_number=2"), 5) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"success": false, "message": "owner not found", "data": null}', "owner not found"),
        ("<html>Busy</html>", "Busy"),
        ('{"success": true, "data": {"models": [{"display_name": "x"}], "total_count": 1}}', "no `id`"),
    ],
    ids=["a refusal", "a page", "models without ids"],
)
def test_an_answer_without_models_is_a_problem_that_repeats_what_was_said(
    web: Web, limits: Limits, body: str, words: str
) -> None:
    web.put(LIST, body)
    (problem,) = Notebook([source(LIST, "modelscope")], limits).cycle(NOW).problems
    assert words in problem.message
