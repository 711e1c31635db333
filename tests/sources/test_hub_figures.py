"""Figures of Hugging Face and GitHub over a real socket, and the claims that come of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.categories import DocumentForm
from pipeline.config import load_settings
from pipeline.extract.extractor import extract
from pipeline.model import Document
from tests.flows.command import SHIPPED_CONFIG
from tests.sources.site import DAY, NOW, Limits, Notebook, Web, source

HUB = "https://hub.example/api/models?author=Qwen&limit=1000&expand[]=downloadsAllTime&expand[]=likes"
MODEL = "https://hub.example/api/models/Qwen/Qwen4-8B?expand[]=childrenModelCount"
REPOSITORY = "https://api.github.example/repos/QwenLM/Qwen4"


def told(document: Document) -> set[tuple[str, str, float | None, str | None]]:
    settings = load_settings(SHIPPED_CONFIG)
    claims = extract(document, settings.lexicons, settings.watchlist)
    assert all(document.text[claim.start : claim.end] == claim.quote for claim in claims)
    figures = (claim for claim in claims if claim.attribute != "as_of")
    return {(claim.subject.name, claim.attribute, claim.value.number, claim.value.unit) for claim in figures}


def put(web: Web, url: str, answer: object, **headers: str) -> None:
    web.put(url, json.dumps(answer), content_type="application/json; charset=utf-8", **headers)


def listed(name: str, downloads: int, likes: int) -> dict[str, Any]:
    return {"_id": "68f0", "id": f"Qwen/{name}", "downloadsAllTime": downloads, "likes": likes}


def organisation(limits: Limits) -> Notebook:
    return Notebook([source(HUB, "huggingface", publisher="Qwen", options={"counts": "organisation"})], limits)


def test_an_organisation_s_models_are_summed_up(web: Web, limits: Limits) -> None:
    put(web, HUB, [listed("Qwen4-8B", 1_200_000, 900), listed("Qwen4-8B-GGUF", 300_000, 100)])
    (document,) = organisation(limits).cycle(NOW).documents
    assert (document.url, document.form) == ("https://hub.example/Qwen#figures", DocumentForm.FIGURES)
    assert told(document) == {
        ("Qwen", "released_models", 2, "released_models (Hugging Face)"),
        ("Qwen", "downloads", 1_500_000, "downloads (Hugging Face)"),
        ("Qwen", "likes", 1_000, "likes (Hugging Face)"),
    }


def test_figures_of_another_day_are_a_new_version_and_the_same_ones_none(web: Web, limits: Limits) -> None:
    put(web, HUB, [listed("Qwen4-8B", 10, 1)])
    book = organisation(limits)
    (first,) = book.cycle(NOW).documents
    put(web, HUB, [listed("Qwen4-8B", 10, 1) | {"_id": "other bytes"}])
    assert book.cycle(NOW + DAY).documents == ()
    put(web, HUB, [listed("Qwen4-8B", 25, 1)])
    (second,) = book.cycle(NOW + 2 * DAY).documents
    assert (second.url, second.document_id != first.document_id) == (first.url, True)


def test_a_part_of_a_list_is_not_summed_up(web: Web, limits: Limits) -> None:
    put(web, HUB, [listed("Qwen4-8B", 10, 1)], link=f'<{HUB}&cursor=a>; rel="next"')
    gathered = organisation(limits).cycle(NOW)
    assert gathered.documents == ()
    assert "limit=1000" in gathered.problems[0].message


def test_a_model_s_derivatives_are_counted_over_all_their_sorts(web: Web, limits: Limits) -> None:
    children = {"adapter": 1_040, "finetune": 512, "merge": 31, "quantized": 417}
    put(web, MODEL, {"_id": "68f0", "id": "Qwen/Qwen4-8B", "childrenModelCount": children, "downloads": 77})
    (document,) = Notebook([source(MODEL, "huggingface")], limits).cycle(NOW).documents
    assert told(document) == {("Qwen4-8B", "derivative_models", 2_000, "derivative_models (Hugging Face)")}


def repository(**said: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "name": "Qwen4",
        "full_name": "QwenLM/Qwen4",
        "private": False,
        "html_url": "https://github.com/QwenLM/Qwen4",
        "fork": False,
        "stargazers_count": 25_310,
        "watchers_count": 25_310,
        "forks_count": 1_702,
        "license": {"key": "apache-2.0", "name": "Apache License 2.0", "spdx_id": "Apache-2.0"},
        "archived": False,
        "open_issues_count": 41,
        **said,
    }


def test_a_repository_s_stars_are_a_figure_and_the_rest_is_said(web: Web, limits: Limits) -> None:
    put(web, REPOSITORY, repository(archived=True))
    (document,) = Notebook([source(REPOSITORY, "github_repository")], limits).cycle(NOW).documents
    assert document.text.split("\n") == [
        "forks: 1,702",
        "license: Apache-2.0",
        "archived: yes",
        "counted by: GitHub",
        "QwenLM/Qwen4 | stars: 25,310",
    ]
    assert told(document) == {("Qwen4", "stars", 25_310, "stars (GitHub)")}


@pytest.mark.parametrize("body", ['{"message": "Not Found", "status": "404"}', "[]", "<html>"])
def test_an_answer_that_is_no_repository_is_a_problem(web: Web, limits: Limits, body: str) -> None:
    web.put(REPOSITORY, body)
    (problem,) = Notebook([source(REPOSITORY, "github_repository")], limits).cycle(NOW).problems
    assert "no repository" in problem.message
