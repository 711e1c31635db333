"""Leaderboards and citations: from real answers to metrics that change from day to day and contradict nobody."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import ledger
from pipeline.categories import AlertKind, ConflictKind, DocumentForm, EntityKind, SourceStatus, Tier
from pipeline.config import load_settings
from pipeline.extract.extractor import Extractor
from pipeline.model import Claim, Document
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line, LineKey, line_of
from pipeline.reconcile.testimony import voice_of
from tests.sources.site import DAY, NOW, Limits, Notebook, Web, source

BOARD = "https://arena.example/leaderboard/text"
SCHOLAR = "https://api.semanticscholar.org/graph/v1/paper/arXiv:2605.00001?fields=title,citationCount"
OPENALEX = "https://api.openalex.org/works/doi:10.48550/arXiv.2605.00001?select=id,display_name,cited_by_count"
JSON = {"content_type": "application/json"}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    shipped = load_settings(Path(__file__).parents[2] / "config")
    return Extractor(shipped.lexicons, shipped.watchlist)


def row(rank: str, model: str, score: str, maker: str = "Alibaba") -> str:
    name = f'<a href="https://{maker.lower()}.example">{model}</a><div>{maker} · Apache 2.0</div>'
    return (
        f"<tr><td>{rank}</td><td><span>1</span> <span>5</span></td><td>{name}</td><td>{score}</td><td>12,345</td></tr>"
    )


def board(*rows: str, updated: str = "") -> str:
    head = "<tr><th>Rank</th><th>Rank Spread</th><th>Model</th><th>Score</th><th>Votes</th></tr>"
    stated = f'<p class="updated">Last updated: {updated}</p>' if updated else ""
    menu = "<table><tr><td>Text</td><td>Vision</td></tr></table>"
    return f"<html><body>{stated}{menu}<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></body></html>"


FIRST = board(
    row("1", "nova-9-pro", "1501±6", "Nova"),
    row("4", "qwen4-max-preview", "1,455±5"),
    row("9", "qwen4-235b-a22b-instruct", "1420"),
    row("-", "qwen3-old", "N/A"),
)


def watching(limits: Limits, *sources: object) -> Notebook:
    return Notebook(list(sources), limits)  # type: ignore[arg-type]


def arena(**options: str) -> object:
    settings = {"words": "Qwen, 千问"} | options
    return source(BOARD, "leaderboard", publisher="Arena", tier=Tier.AGGREGATOR, options=settings)


def said(claims: tuple[Claim, ...]) -> list[tuple[str, str, float | None, str | None]]:
    return [(c.subject.name, c.attribute, c.value.number, c.value.unit) for c in claims if c.attribute != "as_of"]


def history(told: list[tuple[Document, Claim]], metric: str, subject: str) -> Line:
    """What the claims of one metric of one model amount to; a version takes back what the one before it said."""
    versions: dict[str, list[dt.datetime]] = {}
    for document, _ in told:
        versions.setdefault(document.url, []).append(document.fetched_at)
    testimony = []
    for document, claim in told:
        later = [moment for moment in versions[document.url] if moment > document.fetched_at]
        voice = replace(voice_of(document), story_id=document.url, withdrawn_at=min(later, default=None))
        one = ledger.Testimony(claim, voice, claim.subject.name, None)
        if line_of(one) == LineKey(claim.event_type, subject, metric):
            testimony.append(one)
    return reconcile_line(testimony, (), {subject: ledger.Entity(subject, EntityKind.MODEL, subject)})


# --- Leaderboards --------------------------------------------------------------------------------------------


def test_ranks_and_scores_of_watched_models_are_one_document_and_its_lines_the_claims(
    web: Web, limits: Limits, extractor: Extractor
) -> None:
    web.put(BOARD, FIRST)
    (document,) = watching(limits, arena()).cycle(NOW).documents
    assert (document.form, document.publisher) == (DocumentForm.FIGURES, "Arena")
    assert document.text.splitlines() == [
        "counted by: Arena",
        "qwen4-max-preview | arena_rank: 4",
        "qwen4-max-preview | arena_score: 1,455",
        "qwen4-235b-a22b-instruct | arena_rank: 9",
        "qwen4-235b-a22b-instruct | arena_score: 1420",
    ]
    claims = extractor.claims(document)
    assert said(claims) == [
        ("Qwen4-Max-Preview", "arena_rank", 4.0, "arena_rank (Arena)"),
        ("Qwen4-Max-Preview", "arena_score", 1455.0, "arena_score (Arena)"),
        ("Qwen4-235B-A22B", "arena_rank", 9.0, "arena_rank (Arena)"),
        ("Qwen4-235B-A22B", "arena_score", 1420.0, "arena_score (Arena)"),
    ]
    assert {str(claim.value.dates) for claim in claims} == {"2026-05-04"}
    assert all(document.text[claim.start : claim.end] == claim.quote for claim in claims)


def test_a_change_of_rank_is_a_new_version_and_no_conflict_with_yesterday(
    web: Web, limits: Limits, extractor: Extractor
) -> None:
    book = watching(limits, arena())
    web.put(BOARD, FIRST)
    documents = [*book.cycle(NOW).documents]
    web.put(BOARD, FIRST.replace("<td>12,345", "<td>12,999"))
    assert book.cycle(NOW + DAY).documents == ()
    web.put(BOARD, FIRST.replace("<td>4<", "<td>2<"))
    documents += book.cycle(NOW + 2 * DAY).documents
    assert [document.url for document in documents] == [BOARD, BOARD]
    claims = [(document, claim) for document in documents for claim in extractor.claims(document)]
    line = history(claims, "arena_rank", "Qwen4-Max-Preview")
    assert line.conflicts == ()
    held = [fact for fact in line.facts if fact.attribute == "arena_rank"]
    assert [(fact.value.number, fact.known_to is None) for fact in held] == [(4.0, False), (2.0, True)]
    assert {one.kind for one in line.transitions} <= {AlertKind.NEW_EVENT, AlertKind.FACT_CHANGED}


@pytest.mark.parametrize("updated", ["May 1, 2026", "2026-05-01", "2026年5月1日"])
def test_figures_are_of_the_day_that_the_page_states(
    web: Web, limits: Limits, extractor: Extractor, updated: str
) -> None:
    web.put(BOARD, board(row("4", "qwen4-max", "1455"), updated=updated))
    (document,) = watching(limits, arena(as_of=".updated")).cycle(NOW).documents
    assert document.text.splitlines()[1] == "as of: 2026-05-01"
    assert {str(claim.value.dates) for claim in extractor.claims(document)} == {"2026-05-01"}


def test_a_date_that_is_not_where_it_is_looked_for_is_told_and_the_figures_come(web: Web, limits: Limits) -> None:
    web.put(BOARD, FIRST)
    gathered = watching(limits, arena(as_of=".updated")).cycle(NOW)
    assert (len(gathered.documents), "finds no date" in gathered.problems[0].message) == (1, True)


def test_columns_go_by_their_headers(web: Web, limits: Limits) -> None:
    web.put(BOARD, FIRST.replace("<th>Rank<", "<th>Place<").replace("<th>Score<", "<th>Elo rating<"))
    (document,) = (
        watching(limits, arena(rank="place", score="elo", selector="table", board="Text")).cycle(NOW).documents
    )
    assert document.text.splitlines()[:2] == ["counted by: Text", "qwen4-max-preview | arena_rank: 4"]


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        ("<html><body><div id=app></div></body></html>", {}, "none of 0 tables has columns"),
        (FIRST, {"model": "System"}, "none of 2 tables has columns"),
        (FIRST, {"selector": "table["}, "no CSS selector"),
    ],
    ids=["drawn by a script", "header", "selector"],
)
def test_a_page_without_the_table_is_a_failing_source(
    web: Web, limits: Limits, body: str, options: dict[str, str], words: str
) -> None:
    web.put(BOARD, body)
    gathered = watching(limits, arena(**options)).cycle(NOW)
    assert (gathered.states[0].status, words in gathered.problems[0].message) == (SourceStatus.FAILING, True)


def test_a_table_without_a_watched_model_fails_only_where_there_was_one(web: Web, limits: Limits) -> None:
    web.put(BOARD, board(row("1", "nova-9-pro", "1501")))
    book = watching(limits, arena())
    young = book.cycle(NOW)
    assert (young.states[0].status, "none of 1 models" in young.problems[0].message) == (SourceStatus.OK, True)
    web.put(BOARD, FIRST)
    assert len(book.cycle(NOW + DAY).documents) == 1
    web.put(BOARD, board(row("1", "nova-9-pro", "1501")))
    assert book.cycle(NOW + 2 * DAY).states[0].status == SourceStatus.FAILING


# --- Citations -----------------------------------------------------------------------------------------------

PAPER = {
    "paperId": "5f1c0de9a1b2c3d4e5f60718293a4b5c6d7e8f90",
    "externalIds": {"ArXiv": "2605.00001", "DBLP": "journals/corr/abs-2605-00001", "CorpusId": 278602855},
    "title": "Qwen4 Technical Report",
    "citationCount": 1234,
}
WORK = {
    "id": "https://openalex.org/W4410000001",
    "doi": "https://doi.org/10.48550/arxiv.2605.00001",
    "display_name": "Qwen4 Technical Report",
    "cited_by_count": 700,
    "updated_date": "2026-05-03T12:00:00.000000",
}


def test_citations_are_a_metric_of_the_paper_s_model_by_who_counts(
    web: Web, limits: Limits, extractor: Extractor
) -> None:
    web.put(SCHOLAR, json.dumps(PAPER), **JSON)
    (document,) = watching(limits, source(SCHOLAR, "semantic_scholar")).cycle(NOW).documents
    assert document.url == f"https://www.semanticscholar.org/paper/{PAPER['paperId']}"
    assert (document.publisher, document.title) == ("Semantic Scholar", "Semantic Scholar: Qwen4 Technical Report")
    claims = extractor.claims(document)
    assert said(claims) == [("Qwen4", "citations", 1234.0, "citations (Semantic Scholar)")]
    assert [(c.attribute, str(c.value.dates), c.value.unit) for c in claims if c.attribute == "as_of"] == [
        ("as_of", "2026-05-04", "citations")
    ]


def test_two_places_that_count_by_different_rules_do_not_contradict_each_other(
    web: Web, limits: Limits, extractor: Extractor
) -> None:
    web.put(SCHOLAR, json.dumps(PAPER), **JSON)
    web.put(OPENALEX, json.dumps(WORK), **JSON)
    book = watching(limits, source(SCHOLAR, "semantic_scholar"), source(OPENALEX, "openalex"))
    documents = book.cycle(NOW).documents
    assert [document.publisher for document in documents] == ["Semantic Scholar", "OpenAlex"]
    claims = [(document, claim) for document in documents for claim in extractor.claims(document)]
    assert {claim.value.number for _, claim in claims} == {1234.0, 700.0, None}
    line = history(claims, "citations", "Qwen4")
    assert len({fact.event_id for fact in line.facts}) == 1
    assert line.conflicts == ()
    alike = [(document, replace(claim, value=replace(claim.value, unit="citations"))) for document, claim in claims]
    assert [one.kind for one in history(alike, "citations", "Qwen4").conflicts] == [ConflictKind.MAGNITUDE]


def test_a_list_of_works_gives_one_document_each(web: Web, limits: Limits) -> None:
    listed = "https://api.openalex.org/works?filter=doi:10.48550/arXiv.2605.00001|10.48550/arXiv.2605.00002"
    second = {"id": "https://openalex.org/W2", "display_name": "Qwen4-VL: Seeing More", "cited_by_count": 3}
    odd = {"id": "https://openalex.org/W3", "display_name": "On the Evaluation of Models", "cited_by_count": 3}
    web.put(listed, json.dumps({"meta": {"count": 3}, "results": [WORK, second, odd], "group_by": []}), **JSON)
    gathered = watching(limits, source(listed, "openalex")).cycle(NOW)
    assert [document.text.splitlines()[-1] for document in gathered.documents] == [
        "Qwen4 | citations: 700",
        "Qwen4-VL | citations: 3",
    ]
    assert ["options.model" in problem.message for problem in gathered.problems] == [True]


def test_a_paper_whose_title_names_no_model_goes_by_the_option(web: Web, limits: Limits) -> None:
    web.put(SCHOLAR, json.dumps(PAPER | {"title": "On Scaling"}), **JSON)
    named = source(SCHOLAR, "semantic_scholar", options={"model": "Qwen4"})
    (document,) = watching(limits, named).cycle(NOW).documents
    assert document.text.endswith("Qwen4 | citations: 1234")


def test_a_key_of_semantic_scholar_is_sent_the_way_it_asks_for(web: Web, limits: Limits) -> None:
    web.put(SCHOLAR, json.dumps(PAPER), **JSON)
    book = watching(limits, source(SCHOLAR, "semantic_scholar", options={"token_secret": "SCHOLAR_KEY"}))
    book.secret = {"SCHOLAR_KEY": "k3y"}.get
    assert len(book.cycle(NOW).documents) == 1
    assert [asked["x-api-key"] for asked in web.asked_with] == ["k3y"]
    book.secret = {}.get
    assert "SCHOLAR_KEY is not set" in book.cycle(NOW + DAY).problems[0].message


@pytest.mark.parametrize("kind", ["semantic_scholar", "openalex"])
@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "[]",
        "{}",
        '{"error": "Paper with id ARXIV:1 not found"}',
        '{"title": "Qwen4", "citationCount": "many"}',
    ],
)
def test_an_answer_without_a_count_is_passed_on_as_a_problem(web: Web, limits: Limits, kind: str, body: str) -> None:
    web.put(SCHOLAR, body, **JSON)
    gathered = watching(limits, source(SCHOLAR, kind)).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert body[:20] in gathered.problems[0].message
