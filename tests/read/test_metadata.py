"""What a page says about itself."""

import pytest
from lxml import html

from pipeline.read.addresses import page_address
from pipeline.read.metadata import read_metadata
from tests.read.pages import STORY, Entry, document, page, source

BODY = f"<article><p>{STORY}</p></article>"
LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            '<meta property="og:title" content="Qwen lead leaves"><title>Something else</title>',
            "",
            "Qwen lead leaves",
        ),
        (LD.format('{"@type": "NewsArticle", "headline": "Qwen lead leaves"}'), "", "Qwen lead leaves"),
        (LD.format('{"@graph": [{"@type": ["Article"], "headline": "In a graph"}]}'), "", "In a graph"),
        ("<title>Qwen lead leaves | The Daily</title>", "<h1>Qwen lead leaves</h1>", "Qwen lead leaves"),
        (
            '<meta property="og:site_name" content="The Daily"><title>Qwen - a note - The Daily</title>',
            "",
            "Qwen - a note",
        ),
        ('<meta property="og:site_name" content="新闻网"><title>林俊旸离职_新闻网</title>', "", "林俊旸离职"),
        ("<title>Qwen2 - what is new</title>", "", "Qwen2 - what is new"),
        ("", "<h1>Only a heading</h1>", "Only a heading"),
        (
            '<meta property="og:title" content="The Daily"><meta property="og:site_name" content="The Daily">'
            "<title>Qwen lead leaves</title>",
            "",
            "Qwen lead leaves",
        ),
        (LD.format("{broken") + "<title>Still read</title>", "", "Still read"),
        (LD.format("[" * 100_000), "<h1>Deep JSON</h1>", "Deep JSON"),
    ],
)
def test_the_title_is_the_article_s_and_not_the_site_s(head: str, body: str, title: str) -> None:
    assert document(page(BODY.replace("<p>", body + "<p>", 1), head)).title == title


def test_a_page_without_title_takes_the_feed_s_then_its_first_line() -> None:
    assert document(BODY, hints=Entry("From the feed")).title == "From the feed"
    assert document(BODY).title == STORY


def test_a_heading_equal_to_the_title_stays_in_the_text() -> None:
    found = document(page(f"<article><h1>Leaving</h1><p>{STORY}</p></article>", "<title>Leaving</title>"))
    assert (found.title, found.text) == ("Leaving", f"Leaving\n{STORY}")


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="author" content="Ada Ito">', "Ada Ito"),
        (
            LD.format('{"@type": "Article", "author": [{"name": "Ada Ito"}, {"name": "Bo Li"}]}'),
            "Ada Ito, Bo Li",
        ),
        ('<meta property="article:author" content="https://social.example/ada">', "Feed Author"),
        ("", "Feed Author"),
    ],
)
def test_the_author_is_named_by_the_page_then_by_the_feed(head: str, author: str) -> None:
    assert document(page(BODY, head), hints=Entry(author="Feed Author")).author == author


def test_the_publisher_is_the_source_s_then_the_site_s_then_the_host() -> None:
    named = page(BODY, '<meta property="og:site_name" content="The Daily">')
    assert document(named, of=source(publisher="Configured")).publisher == "Configured"
    assert document(named).publisher == "The Daily"
    assert document(BODY, url="https://www.daily.example/a").publisher == "daily.example"


def test_on_a_host_that_many_share_the_account_speaks() -> None:
    named = page(BODY, '<meta property="og:site_name" content="X (formerly Twitter)">')
    assert document(named, url="https://x.com/JustinLin610/status/1").publisher == "x.com/JustinLin610"


@pytest.mark.parametrize(
    ("canonical", "address"),
    [
        ("https://daily.example/qwen", "https://daily.example/qwen"),
        ("/qwen?utm_source=feed#top", "https://daily.example/qwen"),
        ("https://www.daily.example/qwen", "https://www.daily.example/qwen"),
        ("http://daily.example/qwen", "https://daily.example/qwen"),
        ("https://other.example/qwen", "https://daily.example/a"),
        ("https://daily.example/", "https://daily.example/a"),
        ("https://daily.example/feed.xml", "https://daily.example/a"),
        ("javascript:void(0)", "https://daily.example/a"),
        ("http://[broken", "https://daily.example/a"),
        (None, "https://daily.example/a"),
    ],
)
def test_the_canonical_link_counts_within_its_own_host(canonical: str | None, address: str) -> None:
    asked, feed = "https://daily.example/a?utm_medium=rss", "https://daily.example/feed.xml"
    assert page_address(canonical, asked, feed) == address


def test_a_page_from_a_file_takes_its_canonical_address() -> None:
    assert (
        page_address("https://daily.example/qwen", "file:///saved/a.html", "file:///") == "https://daily.example/qwen"
    )
    assert page_address(None, "file:///saved/a.html", "file:///") == "file:///saved/a.html"


def test_json_ld_of_other_things_is_no_statement_about_the_article() -> None:
    head = LD.format('[{"@type": "BreadcrumbList", "name": "News"}, {"@type": "Organization", "headline": "No"}]')
    metadata = read_metadata(html.document_fromstring(page(BODY, head)))
    assert not metadata.article
    assert not metadata.calls_itself_article
