"""A page becomes one document, or a problem that says why not."""

import json
import re
from pathlib import Path

import pytest

from pipeline.fetch.responses import archived_responses
from pipeline.model import Document, Problem, content_id
from pipeline.read.page import read_page
from tests.read.pages import NOW, STORY, document, page, read, source

SHARED = Path(__file__).parents[2].parent / "shared"
SEEDS = SHARED / "corpus" / "seeds"
BLOG = SHARED / "replay" / "qwen-blog-2024.warc.gz"


def test_ids_come_from_the_address_and_the_text_alone() -> None:
    first = document(page(f"<article><p>{STORY}</p></article><!-- nonce 1 -->"))
    again = document(page(f"<article><p>{STORY}</p></article><footer>Printed at 8:31</footer>"))
    assert first.document_id == again.document_id == content_id("document", first.url, first.text_sha256)
    assert document(f"<article><p>{STORY} More.</p></article>").document_id != first.document_id


def test_when_we_learned_of_it_is_kept_apart_from_its_publication() -> None:
    head = '<meta property="article:published_time" content="2026-03-06T10:00:00+08:00">'
    found = document(page(f"<article><p>{STORY}</p></article>", head))
    assert found.fetched_at == NOW
    assert found.published_at.isoformat() == "2026-03-06T10:00:00+08:00"


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "PDF"),
        (b"%PDF-1.7 ...", "text/html", "PDF"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"\x89PNG", "image/png", "image/png"),
        (b"", "text/html", "no article text"),
        (b"   ", "", "no article text"),
        (b"<html></html>", "text/html", "no article text"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(body: bytes, content_type: str, words: str) -> None:
    problem = read(body, content_type)
    assert isinstance(problem, Problem)
    assert problem.stage == "read"
    assert words in problem.message


def test_a_chinese_page_in_its_own_character_set_is_read() -> None:
    text = "通义千问技术负责人林俊旸周一告诉同事，他将于本月离开公司。"
    body = page(f"<article><p>{text}</p></article>", '<meta charset="gb2312"><title>林俊旸离职</title>')
    found = document(body.decode().encode("gb18030"), "text/html")
    assert (found.text, found.title, found.language) == (text, "林俊旸离职", "zh")


def _lines_of(seed: str) -> list[str]:
    """The paragraphs, rows and items of a source text, in the form that a document's text has."""
    wanted = []
    for raw in seed.split("\n"):
        line = " ".join(raw.split())
        if line.startswith("|"):
            line = " | ".join(cell.strip() for cell in line.strip("|").split("|"))
        if line and not re.fullmatch(r"[-|:\s]+", line):
            wanted.append(re.sub(r"^•\s*", "- ", line))
    return wanted


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared corpus is not here")
def test_every_paragraph_row_and_item_of_the_seed_articles_is_in_the_text_and_no_furniture() -> None:
    pages = {
        response.url: response
        for response in archived_responses(SEEDS / "seeds.warc.gz")
        if not isinstance(response, Problem)
    }
    for seed in json.loads((SEEDS / "documents.json").read_text()):
        response = pages[seed["url"]]
        found = read_page(response.body, response.content_type, response.url, None, source(), NOW)
        assert isinstance(found, Document)
        lines = found.text.split("\n")
        assert [line for line in _lines_of((SEEDS / f"{seed['document']}.txt").read_text()) if line not in lines] == []
        assert not {"More stories", "All rights reserved.", "Home About Subscribe"} & set(lines)
        assert found.publisher == seed["publisher"]
        if seed["published_in_page"]:
            assert found.published_at.isoformat() == seed["published"]


@pytest.mark.skipif(not BLOG.exists(), reason="the replay archives are not here")
def test_real_blog_posts_in_both_languages_give_title_date_and_body_without_furniture() -> None:
    wanted = {
        "https://qwenlm.github.io/blog/qwen2/": ("Hello Qwen2", "2024-06-07T00:00:00+08:00", "en"),
        "https://qwenlm.github.io/zh/blog/qwen2/": ("你好，Qwen2", "2024-06-07T00:00:00+08:00", "zh"),
    }
    pages = {r.url: r for r in archived_responses(BLOG) if not isinstance(r, Problem) and r.url in wanted}
    for url, (title, published, language) in wanted.items():
        found = read_page(pages[url].body, pages[url].content_type, url, None, source(), NOW)
        assert isinstance(found, Document)
        assert (found.title, found.published_at.isoformat(), found.language) == (title, published, language)
        assert found.published_from == "JSON-LD"
        assert "57B-A14B" in found.text
        assert not re.search(r"Powered by|Hugo|DISCORD|^import torch|↩", found.text, re.MULTILINE)
