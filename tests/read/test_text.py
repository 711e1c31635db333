"""Text and Markdown files."""

import datetime as dt

from pipeline.model import Document, Problem
from pipeline.read.text import read_text
from tests.read.pages import NOW, STORY, Entry, document, source


def read(text: str, url: str = "https://notes.example/a.md", hints: Entry | None = None) -> Document:
    result = read_text(text, url, hints, source(), NOW)
    assert isinstance(result, Document), result
    return result


def test_markdown_becomes_the_same_form_of_text_as_a_page() -> None:
    note = read(
        f"# A *new* model\n\n{STORY} See the [blog](https://x.example) and ![logo](l.png).\n\n"
        "* one\n* **two**\n\n| Who | When |\n|---|---|\n| Lin | March |\n\n"
        "```python\nx = 1\n```\n\n<p align=center>Inline <b>HTML</b></p>\n"
    )
    assert note.text == (f"A new model\n{STORY} See the blog and .\n- one\n- two\nWho | When\nLin | March\nInline HTML")
    assert note.title == "A new model"


def test_front_matter_gives_title_date_author_and_language() -> None:
    note = read(f'---\ntitle: "Leaving"\ndate: 2026-03-05T10:00:00+08:00\nauthor: Ada Ito\nlang: en\n---\n{STORY}\n')
    assert (note.title, note.author, note.text) == ("Leaving", "Ada Ito", STORY)
    assert (note.published_at.isoformat(), note.published_from) == (
        "2026-03-05T10:00:00+08:00",
        "front matter",
    )


def test_a_plain_text_keeps_its_lines_bullets_and_tables() -> None:
    note = read(
        f"Leaving\r\n\r\n{STORY}\r\n  • one\n- two\n3. three\n| a | b |\n|---|---|\n| 1 | 2 |",
        "file:///notes/a.txt",
    )
    assert note.text == f"Leaving\n{STORY}\n- one\n- two\n- three\na | b\n1 | 2"
    assert note.title == "Leaving"


def test_a_date_on_a_line_of_its_own_near_the_top_is_the_date() -> None:
    note = read(f"Leaving\nPublished: March 5, 2026\n{STORY}", "file:///notes/a.txt")
    assert (note.published_at.isoformat(), note.published_from) == (
        "2026-03-05T00:00:00+00:00",
        "first lines",
    )
    assert read(f"离职\n发布时间：2026年3月5日 10:00\n{STORY}", "file:///a.txt").published_at.day == 5


def test_without_a_date_the_feed_s_then_the_moment_learned_stand_in() -> None:
    hints = Entry(published_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert read(STORY, hints=hints).published_from == "feed"
    assert (read(STORY).published_at, read(STORY).published_from) == (NOW, "learned")


def test_an_empty_file_is_a_problem_that_names_it() -> None:
    for text in ("", "  \n\n", "```\nonly code\n```"):
        problem = read_text(text, "https://notes.example/a.md", None, source(), NOW)
        assert isinstance(problem, Problem)
        assert problem.item == "https://notes.example/a.md"


def test_a_page_answered_as_plain_text_is_read_as_text() -> None:
    note = document(f"# Title\n\n{STORY}".encode(), "text/plain; charset=utf-8", "https://raw.example/README.md")
    assert note.text == f"Title\n{STORY}"
