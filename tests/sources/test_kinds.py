"""Listing pages, single pages, Hacker News, Hugging Face, and the registry of kinds."""

import json

import pytest

from pipeline.errors import UnknownCategoryError
from pipeline.sources.listing import Listing
from pipeline.sources.registry import KINDS, kind_named
from tests.sources.site import NOW, STORY, article, fetched, source

LIST = """<html><body><nav><a href="/news/about">About the news</a></nav><main>
<div class="card"><time datetime="2026-05-01T08:00:00+08:00">1 May</time>
<h2><a href="/news/a?utm_source=list">A post</a></h2></div>
<div class="card"><h2><a href="b">Another</a></h2><a href="b">read on</a></div>
<a href="/news/page/2">Older</a> <a href="/jobs">Jobs</a> <a href="https://other.example/news/c">Elsewhere</a>
<a href="javascript:alert(1)">x</a> <a href="http://[broken">y</a> <a href="/news/">All</a> <a>z</a>
</main></body></html>"""


def read(kind: str, url: str, body: str | bytes, content_type: str = "text/html", **options: str) -> Listing:
    origin = source(url, kind, options=options)
    return KINDS[kind].read(origin, fetched(origin, body, content_type), NOW)


def test_a_list_gives_the_pages_below_it_once_each_with_their_dates() -> None:
    listing = read("listing", "https://daily.example/news/", LIST)
    assert [item.url.removeprefix("https://daily.example") for item in listing.items] == [
        "/news/about",
        "/news/a",
        "/news/b",
    ]
    assert listing.items[1].title == "A post"
    assert listing.items[1].published_at is not None
    assert listing.items[1].published_at.isoformat() == "2026-05-01T08:00:00+08:00"
    assert listing.items[2].published_at is None


def test_a_selector_and_a_pattern_choose_the_links() -> None:
    def urls(**options: str) -> list[str]:
        return [item.url for item in read("listing", "https://daily.example/news/", LIST, **options).items]

    assert urls(selector="div.card") == ["https://daily.example/news/a", "https://daily.example/news/b"]
    assert urls(selector=".card h2 > a") == ["https://daily.example/news/a", "https://daily.example/news/b"]
    assert urls(match="other[.]example") == ["https://other.example/news/c"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"selector": "a["}, "cannot be used"),
        ({"match": "("}, "cannot be used"),
        ({"selector": "td.news"}, "no link fits"),
        ({"match": "nowhere"}, "no link fits"),
    ],
)
def test_a_list_in_which_nothing_is_found_is_a_problem(options: dict[str, str], words: str) -> None:
    listing = read("listing", "https://daily.example/news/", LIST, **options)
    assert listing.is_unreadable
    assert words in listing.problems[0].message


def test_a_page_is_one_document_and_one_without_text_is_a_problem() -> None:
    (document,) = read("page", "https://daily.example/about", article()).documents
    assert document.text == f"A departure\n{STORY}"
    problem = read("page", "https://daily.example/about", "<nav>Home</nav>").problems[0]
    assert problem.item == "daily.example"
    assert "no article text" in problem.message


HITS = {
    "hits": [
        {"objectID": "1", "title": "Qwen4 is out", "url": "https://qwen.example/4", "points": 120, "num_comments": 33,
         "author": "jane", "created_at": "2026-05-01T08:00:00Z"},
        {"objectID": "2", "title": "Ask HN: Which Qwen?", "url": None, "story_text": f"<p>{STORY}</p>", "points": 4,
         "author": "joe", "created_at": "2026-05-01T09:00:00.000Z"},
        {"objectID": "3", "title": "No text and no link", "url": "", "points": 9, "created_at": "2026-05-01T09:00:00Z"},
        {"objectID": "4", "title": None, "comment_text": "a comment", "created_at": "2026-05-01T09:00:00Z"},
    ]
}  # fmt: skip
HN = "https://hn.example/api/v1/search_by_date?query=qwen"


def test_hacker_news_stories_are_links_and_posts_are_documents() -> None:
    listing = read("hackernews", HN, json.dumps(HITS), "application/json")
    (item,) = listing.items
    assert (item.url, item.title, item.author) == ("https://qwen.example/4", "Qwen4 is out", None)
    assert item.published_at is not None
    assert item.published_at.isoformat() == "2026-05-01T08:00:00+00:00"
    assert item.summary == "120 points, 33 comments on Hacker News"
    (post,) = listing.documents
    assert (post.url, post.author) == ("https://news.ycombinator.com/item?id=2", "joe")
    assert post.text == f"Ask HN: Which Qwen?\n{STORY}"
    assert post.published_from == "Hacker News"


def test_stories_below_the_wanted_points_are_passed_over() -> None:
    listing = read("hackernews", HN, json.dumps(HITS), "application/json", min_points="50")
    assert (len(listing.items), len(listing.documents)) == (1, 0)
    assert "whole number" in read("hackernews", HN, "{}", min_points="many").problems[0].message


# As `/api/models?author=Qwen&full=true&expand[]=safetensors…` answers.
MODEL = {
    "_id": "68f0c1d2e3a4b5c6d7e8f901",
    "id": "Qwen/Qwen4-8B",
    "author": "Qwen",
    "gated": False,
    "disabled": False,
    "lastModified": "2026-05-01T09:12:44.000Z",
    "likes": 789,
    "private": False,
    "sha": "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567",
    "downloads": 123456,
    "tags": [
        "transformers", "safetensors", "qwen4", "text-generation", "conversational", "arxiv:2604.01234",
        "base_model:Qwen/Qwen4-8B-Base", "base_model:finetune:Qwen/Qwen4-8B-Base", "license:apache-2.0", "region:us",
    ],
    "pipeline_tag": "text-generation",
    "library_name": "transformers",
    "createdAt": "2026-04-28T03:00:00.000Z",
    "modelId": "Qwen/Qwen4-8B",
    "safetensors": {"parameters": {"BF16": 8190735360}, "total": 8190735360},
    "siblings": [{"rfilename": "README.md"}, {"rfilename": "model-00001-of-00004.safetensors"}],
}  # fmt: skip
HUB = "https://huggingface.co/api/models?author=Qwen"


def hub_text(model: dict[str, object], url: str = HUB, **options: str) -> str:
    return read("huggingface", url, json.dumps([model]), "application/json", **options).documents[0].text


def test_a_repository_is_a_record_of_one_fact_a_line_without_its_counts() -> None:
    (document,) = read("huggingface", HUB, json.dumps([MODEL]), "application/json").documents
    assert document.text.split("\n") == [
        "model: Qwen/Qwen4-8B",
        "created: 2026-04-28",
        "license: apache-2.0",
        "task: text-generation",
        "parameters: 8190735360",
        "base model: Qwen/Qwen4-8B-Base (finetune)",
    ]
    assert document.form == "hub_model"
    assert (document.url, document.title) == ("https://huggingface.co/Qwen/Qwen4-8B", "Qwen/Qwen4-8B")
    assert (document.published_at.isoformat(), document.published_from) == ("2026-04-28T03:00:00+00:00", "Hugging Face")


def test_a_model_s_counts_make_a_new_version_only_where_they_are_asked_for() -> None:
    assert hub_text(MODEL) == hub_text(MODEL | {"downloads": 999_999, "likes": 1})
    assert hub_text(MODEL, counts="yes").endswith("downloads: 123,456\nlikes: 789")
    assert hub_text(MODEL) != hub_text(MODEL | {"tags": ["license:mit"]})


def test_a_licence_without_an_identifier_goes_by_its_own_name() -> None:
    own = {"tags": ["license:other"], "cardData": {"license": "other", "license_name": "qwen-research"}}
    assert "license: qwen-research" in hub_text(MODEL | own)
    assert "license: other" in hub_text(MODEL | {"tags": ["license:other"], "cardData": None})


def test_what_keeps_people_out_and_what_is_no_model_is_said() -> None:
    assert "gated: manual" in hub_text(MODEL | {"gated": "manual"})
    assert "disabled: yes" in hub_text(MODEL | {"disabled": True})
    assert hub_text(MODEL, "https://huggingface.co/api/datasets?author=Qwen").startswith("dataset: Qwen/Qwen4-8B")
    (space,) = read("huggingface", "https://huggingface.co/api/spaces?author=Qwen", json.dumps([MODEL])).documents
    assert space.url == "https://huggingface.co/spaces/Qwen/Qwen4-8B"


def test_the_day_that_the_hub_gives_to_all_its_oldest_repositories_only_bounds_theirs() -> None:
    assert "created by: 2022-03-02" in hub_text(MODEL | {"createdAt": "2022-03-02T23:29:04.000Z"})


def test_private_models_are_none_of_our_business() -> None:
    assert read("huggingface", HUB, json.dumps([MODEL | {"private": True}])) == Listing()


@pytest.mark.parametrize("kind", ["hackernews", "huggingface"])
@pytest.mark.parametrize("body", ["<html>", "", '{"error": "rate limit"}', "[" * 100_000, '"text"', "[1]"])
def test_an_interface_that_answers_something_else_is_a_problem(kind: str, body: str) -> None:
    if kind == "huggingface" and body == "[1]":
        assert read(kind, HUB, body) == Listing()
        return
    listing = read(kind, HUB, body)
    assert listing.is_unreadable
    assert HUB in listing.problems[0].message


def test_every_kind_explains_its_options() -> None:
    for kind in KINDS.values():
        assert all(len(meaning.split()) > 5 for meaning in kind.options.values())


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    assert kind_named("feed") is KINDS["feed"]
    with pytest.raises(UnknownCategoryError, match=r"'feeed'.*feed, .*github_releases.*page"):
        kind_named("feeed")
