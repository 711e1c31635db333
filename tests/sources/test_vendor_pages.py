"""Vendor pages: dated sections are documents each, and of a page without dates its changes are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import DocumentForm
from pipeline.config import load_settings
from pipeline.extract.extractor import extract
from pipeline.sources.page_diff import difference
from tests.flows.command import SHIPPED_CONFIG
from tests.sources.site import DAY, HOUR, NOW, Limits, Notebook, Web, source

NOTES, PRICES = "https://studio.example/help/release-notes", "https://studio.example/help/prices"


def page(body: str, title: str = "Model Studio: release notes") -> str:
    return f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><main>{body}</main></body></html>'


TABLE = """<h2>Models</h2><table><thead><tr><th>Date</th><th>Model</th><th>Note</th></tr></thead><tbody>
<tr><td>2026-04-28</td><td>qwen4-plus</td><td>A snapshot with a context of 1M tokens.</td></tr>
<tr><td>2026-03-02</td><td>qwen4-turbo</td><td>Faster answers at half the price.</td></tr></tbody></table>"""
HEADINGS = """<h2>April 28, 2026</h2><p>Qwen4-Plus is available in all regions.</p>
<h2>March 2, 2026</h2><ul><li>Batch calls cost half.</li></ul><h2>About</h2><p>This page lists changes.</p>"""
ITEMS = "<h2>News</h2><ul><li>2026.04.28: Qwen4-Plus is here.</li><li>2026.03.02: Batch calls cost half.</li></ul>"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (TABLE, ["Date | Model | Note\n2026-04-28 | qwen4-plus | A snapshot with a context of 1M tokens.",
                 "Date | Model | Note\n2026-03-02 | qwen4-turbo | Faster answers at half the price."]),
        (HEADINGS, ["April 28, 2026\nQwen4-Plus is available in all regions.",
                    "March 2, 2026\n- Batch calls cost half."]),
        (ITEMS, ["2026.04.28: Qwen4-Plus is here.", "2026.03.02: Batch calls cost half."]),
    ],
    ids=["table", "headings", "list"],
)  # fmt: skip
def test_a_dated_part_of_a_page_is_a_document_of_its_day(web: Web, limits: Limits, body: str, texts: list[str]) -> None:
    web.put(NOTES, page(body))
    documents = Notebook([source(NOTES, "page_sections", publisher="Studio")], limits).cycle(NOW).documents
    assert [document.text for document in documents] == texts
    assert [document.published_at.date().isoformat() for document in documents] == ["2026-04-28", "2026-03-02"]
    assert documents[0].url == f"{NOTES}#section-2026-04-28"
    assert {document.form for document in documents} == {DocumentForm.ARTICLE}


def test_a_new_row_is_one_new_document_and_the_others_stay(web: Web, limits: Limits) -> None:
    book = Notebook([source(NOTES, "page_sections")], limits)
    web.put(NOTES, page(TABLE))
    book.cycle(NOW)
    row = "<tr><td>2026-05-04</td><td>qwen4-max</td><td>For long work.</td></tr>"
    web.put(NOTES, page(TABLE.replace("<tbody>", f"<tbody>{row}")))
    (added,) = book.cycle(NOW + HOUR).documents
    assert added.url.endswith("#section-2026-05-04")


def test_a_row_of_what_is_switched_off_is_no_release(web: Web, limits: Limits) -> None:
    rows = TABLE.replace("<h2>Models</h2>", "<h2>Models to be retired</h2>").replace("Date", "Retired on")
    web.put(NOTES, page(rows))
    settings = load_settings(SHIPPED_CONFIG)
    official = source(NOTES, "page_sections", publisher="Alibaba Cloud")
    for document in Notebook([official], limits).cycle(NOW).documents:
        claims = extract(document, settings.lexicons, settings.watchlist)
        assert not [claim for claim in claims if claim.event_type == "release" and claim.attribute == "event"]


def test_a_page_without_dates_is_a_problem_once_it_had_some_and_names_another_kind(web: Web, limits: Limits) -> None:
    book = Notebook([source(NOTES, "page_sections")], limits)
    web.put(NOTES, page(TABLE))
    book.cycle(NOW)
    web.put(NOTES, page("<p>Our notes have moved to a new place that is far nicer than this one was.</p>"))
    (problem,) = book.cycle(NOW + HOUR).problems
    assert "page_diff" in problem.message


OLD = "<h1>Prices</h1><p>Qwen4-Plus costs 4 yuan a million tokens of input.</p><p>Qwen3-Max stays available.</p>"
NEW = OLD.replace("Qwen3-Max stays available.", "Alibaba released Qwen4-Max on May 4, 2026.")


@pytest.fixture
def watched(web: Web, limits: Limits) -> Notebook:
    book = Notebook([source(PRICES, "page_diff", publisher="Studio")], limits)
    web.put(PRICES, page(OLD, "Prices"))
    book.cycle(NOW)
    return book


def test_at_first_sight_a_page_is_only_kept(web: Web, limits: Limits) -> None:
    web.put(PRICES, page(OLD, "Prices"))
    (kept,) = Notebook([source(PRICES, "page_diff")], limits).cycle(NOW).documents
    assert (kept.url, kept.form) == (PRICES, DocumentForm.SNAPSHOT)


def test_what_is_added_and_what_is_removed_are_documents_apart(web: Web, watched: Notebook) -> None:
    web.put(PRICES, page(NEW, "Prices"))
    kept, added, removed = watched.cycle(NOW + HOUR).documents
    assert kept.form is DocumentForm.SNAPSHOT
    assert (added.text, added.form) == ("Alibaba released Qwen4-Max on May 4, 2026.", DocumentForm.ARTICLE)
    assert (removed.text, removed.form) == ("Qwen3-Max stays available.", DocumentForm.SNAPSHOT)
    assert (added.url, added.title) == (f"{PRICES}#added-20260504T100000", "Prices: 1 line added")
    assert (added.published_from, added.publisher) == ("learned", "Studio")


def test_only_what_is_added_is_read_and_its_quotes_stand_in_it(web: Web, watched: Notebook) -> None:
    web.put(PRICES, page(NEW.replace("4 yuan", "3 yuan"), "Prices"))
    settings = load_settings(SHIPPED_CONFIG)
    documents = watched.cycle(NOW + HOUR).documents
    claims = {one.form: extract(one, settings.lexicons, settings.watchlist) for one in documents}
    assert claims[DocumentForm.SNAPSHOT] == ()
    (added,) = (one for one in documents if one.form is DocumentForm.ARTICLE)
    releases = [claim for claim in claims[DocumentForm.ARTICLE] if claim.event_type == "release"]
    assert {claim.subject.name for claim in releases} == {"Qwen4-Max"}
    assert all(added.text[claim.start : claim.end] == claim.quote for claim in releases)


def test_a_page_that_stays_as_it_was_or_only_changes_its_order_tells_nothing(web: Web, watched: Notebook) -> None:
    web.put(PRICES, page(OLD, "Prices") + "<!-- a new build -->")
    assert watched.cycle(NOW + HOUR).documents == ()
    first, second = "<p>Qwen4-Plus costs 4 yuan a million tokens of input.</p>", "<p>Qwen3-Max stays available.</p>"
    web.put(PRICES, page(f"<h1>Prices</h1>{second}{first}", "Prices"))
    assert [one.form for one in watched.cycle(NOW + DAY).documents] == [DocumentForm.SNAPSHOT]


LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=12)


@given(LINES, LINES)
def test_the_difference_accounts_for_every_line(before: list[str], after: list[str]) -> None:
    found = difference("\n".join(before), "\n".join(after))
    left = [*filter(None, before), *found.added]
    for line in found.removed:
        left.remove(line)
    assert sorted(left) == sorted(filter(None, after))
    assert not set(found.added) & set(found.removed)


def test_a_change_is_learned_of_when_it_is_seen(web: Web, watched: Notebook) -> None:
    web.put(PRICES, page(NEW, "Prices"))
    moments = {one.fetched_at for one in watched.cycle(NOW + dt.timedelta(minutes=5)).documents}
    assert moments == {NOW + dt.timedelta(minutes=5)}
