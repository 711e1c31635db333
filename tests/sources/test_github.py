"""GitHub's REST API over a real socket: releases of all sorts, the pages of their list, and the limit of requests."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pipeline.categories import DocumentForm, Outcome
from tests.sources.site import HOUR, NOW, Limits, Notebook, Web, source
from tests.sources.test_tokens import TOKEN, asked, secret

RELEASES = "https://api.github.example/repos/QwenLM/qwen-cli/releases"


def release(tag: str, **said: Any) -> dict[str, Any]:
    """A release with the fields that the REST API gives of each."""
    return {
        "url": f"{RELEASES}/4711",
        "assets_url": f"{RELEASES}/4711/assets",
        "html_url": f"https://github.com/QwenLM/qwen-cli/releases/tag/{tag}",
        "id": 4711,
        "author": {"login": "maintainer-of-the-cli", "id": 1, "type": "User", "site_admin": False},
        "node_id": "RE_kwDOabc",
        "tag_name": tag,
        "target_commitish": "main",
        "name": tag,
        "draft": False,
        "immutable": False,
        "prerelease": False,
        "created_at": "2026-05-01T08:00:00Z",
        "updated_at": "2026-05-01T10:00:00Z",
        "published_at": "2026-05-01T09:30:00Z",
        "assets": [],
        "tarball_url": f"{RELEASES}/tarball/{tag}",
        "zipball_url": f"{RELEASES}/zipball/{tag}",
        "body": "## What's new\r\n\r\n* Longer sessions by @someone\r\n* **Fixes** for Windows",
        **said,
    }


def put(web: Web, *releases: dict[str, Any], **headers: str) -> None:
    web.put(RELEASES, json.dumps(releases), content_type="application/json; charset=utf-8", **headers)


def test_a_release_is_a_note_with_its_text_author_and_day(web: Web, limits: Limits) -> None:
    put(web, release("v0.4.0"))
    (document,) = Notebook([source(RELEASES, "github_api_releases", publisher="Qwen")], limits).cycle(NOW).documents
    assert document.text.split("\n") == [
        "qwen-cli v0.4.0",
        "What's new",
        "- Longer sessions by @someone",
        "- Fixes for Windows",
    ]
    assert (document.title, document.author) == ("qwen-cli v0.4.0", "maintainer-of-the-cli")
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-01T09:30:00+00:00", "GitHub")
    assert document.form is DocumentForm.RELEASE_NOTE


def test_drafts_are_passed_over_and_prereleases_are_marked_or_left_out(web: Web, limits: Limits) -> None:
    put(web, release("v2.0.0-rc1", prerelease=True), release("v3", draft=True, published_at=None), release("v1.9.0"))
    (first, second) = Notebook([source(RELEASES, "github_api_releases")], limits).cycle(NOW).documents
    assert ["pre-release: yes" in each.text for each in (first, second)] == [True, False]
    final = source(RELEASES, "github_api_releases", options={"prereleases": "no"})
    assert [each.title for each in Notebook([final], limits).cycle(NOW).documents] == ["qwen-cli v1.9.0"]


def test_the_list_goes_on_where_the_link_header_says_within_its_origin(web: Web, limits: Limits) -> None:
    web.put(f"{RELEASES}?page=2", json.dumps([release("v1")]), content_type="application/json")
    put(web, release("v2"), link=f'<{RELEASES}?page=2>; rel="next", <{RELEASES}?page=9>; rel="last"')
    documents = Notebook([source(RELEASES, "github_api_releases")], limits).cycle(NOW).documents
    assert [document.title for document in documents] == ["qwen-cli v2", "qwen-cli v1"]
    put(web, release("v2"), link='<https://elsewhere.example/steal>; rel="next"')
    web.taken()
    Notebook([source(RELEASES, "github_api_releases")], limits).cycle(NOW)
    assert web.taken() == [(RELEASES, 200)]


def test_the_api_is_asked_as_it_wants_and_with_the_token_where_there_is_one(web: Web, limits: Limits) -> None:
    put(web, release("v1"))
    asked(limits, source(RELEASES, "github_api_releases", options={"token_secret": "DESK_TOKEN"}), secret=secret)
    asked(limits, source(RELEASES, "github_api_releases"))
    first, second = web.asked_with
    assert (first["Accept"], first["X-GitHub-Api-Version"]) == ("application/vnd.github+json", "2022-11-28")
    assert (first["Authorization"], second["Authorization"]) == (f"Bearer {TOKEN}", None)


@pytest.mark.parametrize("status", [403, 429, 200])
def test_a_used_up_limit_is_waited_for(web: Web, limits: Limits, status: int) -> None:
    # GitHub gives the moment by its own clock, which is that of the answer's Date.
    reset = int(time.time()) + 3 * 3600
    spent = {"x_ratelimit_limit": "60", "x_ratelimit_remaining": "0", "x_ratelimit_reset": str(reset)}
    web.put(RELEASES, "[]" if status == 200 else '{"message": "API rate limit exceeded"}', status, **spent)
    gathered = Notebook([source(RELEASES, "github_api_releases")], limits).cycle(NOW)
    (state,) = gathered.states
    assert state.next_check_at is not None
    assert 2 * HOUR < state.next_check_at - NOW <= 3 * HOUR
    assert gathered.fetches[0].outcome == (Outcome.NEW if status == 200 else Outcome.ERROR)


@pytest.mark.parametrize("body", ['{"message": "Not Found"}', "<html>", '[{"id": 1}]'])
def test_an_answer_that_lists_no_release_is_a_problem(web: Web, limits: Limits, body: str) -> None:
    web.put(RELEASES, body, content_type="application/json")
    (problem,) = Notebook([source(RELEASES, "github_api_releases")], limits).cycle(NOW).problems
    assert RELEASES in problem.message
