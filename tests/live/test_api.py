"""The API answers as the command line does, in pages, and only about what is published."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.live.conftest import Live
from tests.warehouse.records import NOW

QUESTIONS = ("facts", "events", "timeline", "conflicts", "alerts", "sources")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_with_rows(live: Live, question: str) -> None:
    answer = live.get(f"/api/{question}")
    assert answer.status_code == 200
    assert answer.json()["rows"]
    assert answer.json()["next"] is None


def test_the_pages_of_an_answer_hold_every_row_once(live: Live) -> None:
    whole = live.get("/api/facts").json()["rows"]
    found, address = [], "/api/facts?limit=2&about=Lu+Ming"
    while address:
        page = live.get(address).json()
        assert len(page["rows"]) <= 2
        found += page["rows"]
        address = page["next"] and "?".join(urlsplit(page["next"])[2:4])
    assert found == whole
    assert len(found) == 3


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("about=Lu Ming", 3),
        ("type=release", 0),
        ("type=departure&status=corroborated", None),
        ("since=1d", 3),
        ("since=999999w", 3),
        ("until=1d", 0),
        (f"since={NOW.isoformat().replace('+', '%2B')}", 3),
        ("as_of=2019-01-01", 0),
        (f"as_of={NOW.isoformat().replace('+', '%2B')}", 3),
    ],
)
def test_facts_are_narrowed_down_as_on_the_command_line(live: Live, query: str, rows: int | None) -> None:
    answer = live.get(f"/api/facts?{query}")
    assert answer.status_code == 200
    found = answer.json()["rows"]
    assert len(found) == rows if rows is not None else all(row["status"] == "corroborated" for row in found)


def test_a_name_that_nobody_bears_is_not_found_and_the_nearest_is_told(live: Live) -> None:
    answer = live.get("/api/facts?about=Lu Mingg")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == ["Lu Ming"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "offset=-1", "type=party", "since=yesterday", f"about={'x' * 201}", "as_of=30y"],
    ids=lambda query: query[:14],
)
def test_a_wrong_parameter_is_refused_with_its_name(live: Live, query: str) -> None:
    answer = live.get(f"/api/facts?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in str(answer.json()["detail"])


def test_a_claim_is_given_with_its_words_by_its_id(live: Live) -> None:
    from warehouse import Published

    [(claim_id, quote)] = Published(live.data_dir).query("SELECT claim_id, quote FROM claims LIMIT 1").rows
    assert live.get(f"/api/claims/{claim_id}").json()["quote"] == quote
    assert live.get("/api/claims/0000000000000000").status_code == 404
    assert live.get("/api/claims/../../etc/passwd").status_code == 404


def test_an_unchanged_copy_is_answered_with_not_modified(live: Live) -> None:
    etag = live.get("/api/events").headers["etag"]
    assert live.get("/api/events", **{"If-None-Match": etag}).status_code == 304
    assert live.get("/api/events", **{"If-None-Match": f'"other", W/{etag}'}).status_code == 304
    assert live.get("/api/events", **{"If-None-Match": '"other"'}).status_code == 200


def test_the_openapi_document_describes_every_address_and_its_fields(live: Live) -> None:
    document = live.get("/api/openapi.json").json()
    assert {f"/api/{question}" for question in QUESTIONS} < set(document["paths"])
    assert "/api/claims/{claim_id}" in document["paths"]
    described = document["components"]["schemas"]["FactRow"]["properties"]
    assert set(live.get("/api/facts").json()["rows"][0]) == set(described)
    assert all(set(methods) == {"get"} for methods in document["paths"].values())


def test_without_a_copy_the_api_says_what_to_run(empty: Live) -> None:
    answer = empty.get("/api/facts")
    assert answer.status_code == 503
    assert "qwen-watch run" in answer.json()["detail"]
