"""Dated news lines: each a document with an address that stays."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document
from pipeline.sources.listing import Listing
from pipeline.sources.registry import KINDS
from tests.sources.site import NOW, fetched, source

README = "https://raw.code.example/QwenLM/Qwen4/main/README.md"


def listing(body: str, url: str = README, content_type: str = "text/plain; charset=utf-8", **options: str) -> Listing:
    origin = source(url, "news_lines", options=options, publisher="Qwen")
    return KINDS["news_lines"].read(origin, fetched(origin, body, content_type), NOW)


def documents(body: str, url: str = README, content_type: str = "text/plain", **options: str) -> dict[str, Document]:
    found = listing(body, url, content_type, **options)
    assert not found.problems
    return {document.url.partition("#")[2]: document for document in found.documents}


def test_each_dated_line_is_a_document_of_its_day_in_plain_text() -> None:
    found = documents(
        "# Qwen4\n\n## News\n\n"
        "* 2026.04.28: We release **Qwen4**, see the [blog](https://qwen.example/blog)!\n"
        "- [2026/03/02] 🔥 Four small models\n\n"
        "**Feb 17, 2026** The flagship `Qwen4-Max`\n\n"
        "2026年1月5日：我们开源了新模型\n\n## Quick start\n\nRun it.\n"
    )
    assert {name: document.text for name, document in found.items()} == {
        "news-2026-04-28": "2026.04.28: We release Qwen4, see the blog!",
        "news-2026-03-02": "[2026/03/02] 🔥 Four small models",
        "news-2026-02-17": "Feb 17, 2026 The flagship Qwen4-Max",
        "news-2026-01-05": "2026年1月5日：我们开源了新模型",
    }
    first = found["news-2026-04-28"]
    assert first.published_at == dt.datetime(2026, 4, 28, tzinfo=dt.UTC)
    assert (first.published_from, first.title, first.publisher) == (
        "news line",
        "We release Qwen4, see the blog!",
        "Qwen",
    )
    assert first.form == "news_line"
    assert (first.language, found["news-2026-01-05"].language) == ("en", "zh")


def test_a_line_keeps_what_hangs_on_it_and_not_the_next_line() -> None:
    found = documents(
        "- 2026-04-28: We release Qwen4:\n  - 0.6B and 4B\n  - 9B\n\n  All are open.\n- 2026-03-02: Before it\n\nElse."
    )
    assert found["news-2026-04-28"].text == "2026-04-28: We release Qwen4:\n- 0.6B and 4B\n- 9B\nAll are open."
    assert found["news-2026-03-02"].text == "2026-03-02: Before it"


def test_lines_under_a_heading_that_is_a_day_are_of_that_day() -> None:
    found = documents("## 2026-04-28\n\n- Qwen4 is out\n  - with sizes\n- So is the demo\n\n## Other\n\n- No news\n")
    assert {name: document.text for name, document in found.items()} == {
        "news-2026-04-28-2": "2026-04-28\n- Qwen4 is out\n- with sizes",
        "news-2026-04-28": "2026-04-28\n- So is the demo",
    }


def test_a_dated_heading_holds_the_text_below_it() -> None:
    found = documents("### 2026-04-28 Qwen4\n\nIt is open.\n\n- 4B\n\n### Next\n\nElse\n")
    assert found["news-2026-04-28"].text == "2026-04-28 Qwen4\nIt is open.\n- 4B"


def test_a_table_of_dated_rows_is_read() -> None:
    found = documents("| Date | News |\n|---|---|\n| 2026-04-28 | Qwen4 |\n| 2026-03-02 | Small |\n")
    assert found["news-2026-04-28"].text == "2026-04-28 | Qwen4"


def test_an_html_page_is_read_as_well() -> None:
    news = "<nav>2020-01-01: menu</nav><ul><li><b>Apr 28, 2026</b>: Qwen4 &amp; more</li></ul>"
    body = f"<html lang=en><body>{news}</body></html>"
    found = documents(body, "https://qwen.example/news", "text/html")
    assert found["news-2026-04-28"].text == "Apr 28, 2026: Qwen4 & more"
    assert found["news-2026-04-28"].url == "https://qwen.example/news#news-2026-04-28"


def test_only_the_named_section_counts_where_one_is_named() -> None:
    body = "## News\n\n- 2026-04-28: yes\n\n### More\n\n- 2026-04-27: yes\n\n## Citation\n\n- 2024-01-01: no\n"
    assert set(documents(body, section="news")) == {"news-2026-04-28", "news-2026-04-27"}
    problem = listing(body, section="Updates").problems[0]
    assert "'Updates'" in problem.message


def test_a_page_without_dated_lines_is_a_problem_that_names_the_source() -> None:
    for body in ("# Qwen4\n\nNo news.\n", "   "):
        found = listing(body)
        assert found.is_unreadable
        assert found.problems[0].item == "raw.code.example"


def test_a_day_that_lies_ahead_is_not_believed() -> None:
    found = documents("- 2029-01-01: We will\n")
    assert (found["news-2029-01-01"].published_at, found["news-2029-01-01"].published_from) == (NOW, "learned")


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 5, 1))


@given(st.lists(st.tuples(DAYS, st.integers(1, 3)), min_size=1, max_size=8, unique_by=lambda row: row[0]), st.data())
def test_a_line_keeps_its_address_when_newer_lines_are_added_on_top(
    days: list[tuple[dt.date, int]], data: st.DataObject
) -> None:
    lines = [
        f"- {day}: note {number} of {day}" for day, many in sorted(days, reverse=True) for number in range(many, 0, -1)
    ]
    older = lines[data.draw(st.integers(0, len(lines) - 1)) :]
    before, after = documents("\n".join(older)), documents("\n".join(lines))
    assert len(after) == len(lines)
    assert {name: after[name].text for name in before} == {name: document.text for name, document in before.items()}


def test_a_list_that_grows_at_its_end_is_counted_from_its_beginning() -> None:
    body = "- 2026-03-02: first\n- 2026-04-28: a\n- 2026-04-28: b\n"
    before, after = documents(body), documents(body + "- 2026-04-28: c\n")
    assert before["news-2026-04-28"].text == after["news-2026-04-28"].text == "2026-04-28: a"
    assert after["news-2026-04-28-3"].text == "2026-04-28: c"
