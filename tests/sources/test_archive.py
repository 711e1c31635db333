"""Documents out of archived responses, without a network."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pipeline.categories import Tier
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from pipeline.model import Document, Problem, Source
from pipeline.sources.archive import documents_of_archive
from pipeline.sources.owners import ingest_source
from tests.sources.site import DAY, HOUR, NOW, STORY, article, rss, source

SHARED = Path(__file__).parents[2].parent / "shared"
SEEDS = SHARED / "corpus" / "seeds"
REPLAY = SHARED / "replay"
FEED = "https://daily.example/feed.xml"
A = "https://daily.example/a"
MONDAY = "Mon, 04 May 2026 16:00:00 +0800"


def response(
    url: str, body: str, at: dt.datetime = NOW, content_type: str = "text/html; charset=utf-8", status: int = 200
) -> ArchivedResponse:
    return ArchivedResponse(url, at, status, content_type, (), body.encode(), 0)


def documents(*responses: ArchivedResponse | Problem, sources: tuple[Source, ...] = ()) -> list[Document]:
    found = documents_of_archive(responses, sources)
    assert not [each for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, Document)]


def from_file(path: Path, *sources: Source) -> list[Document]:
    return documents(*archived_responses(path), sources=sources)


def test_versions_are_read_in_order_of_time_and_one_that_stays_is_read_once() -> None:
    found = documents(
        response(A, article(STORY + " Later."), NOW + 2 * HOUR),
        response(A, article(), NOW),
        response(A, article(head="<meta name=nonce content=1>"), NOW + HOUR),
        response(A, article(), NOW + 3 * HOUR),
    )
    assert [(document.fetched_at, document.url) for document in found] == [
        (NOW, A),
        (NOW + 2 * HOUR, A),
        (NOW + 3 * HOUR, A),
    ]
    assert len({document.document_id for document in found}) == 3


def test_a_feed_lends_its_dates_and_titles_whichever_comes_first() -> None:
    page = article().replace("<title>A departure</title>", "").replace("<h1>A departure</h1>", "")
    for feed_at in (NOW - HOUR, NOW, NOW + DAY):
        feed = response(FEED, rss((A.replace("https", "http"), "From the feed", MONDAY)), feed_at)
        (document,) = documents(feed, response(A, page))
        assert (document.title, document.published_from) == ("From the feed", "feed")
        assert document.published_at.isoformat() == "2026-05-04T16:00:00+08:00"


def test_the_word_of_the_feed_at_the_time_of_the_page_counts() -> None:
    early, late = "Mon, 04 May 2026 01:00:00 +0000", "Mon, 04 May 2026 02:00:00 +0000"
    found = documents(
        response(FEED, rss((A, "x", early)), NOW),
        response(FEED, rss((A, "x", late)), NOW + 2 * HOUR),
        response(A, article(), NOW + HOUR),
        response(A, article(STORY + " More."), NOW + 3 * HOUR),
    )
    assert [document.published_at.hour for document in found] == [1, 2]


def test_an_entry_with_content_stands_in_for_a_page_that_is_not_in_the_archive() -> None:
    feed = rss((A, "Kept", MONDAY), ("https://daily.example/b", "Missing", MONDAY)).replace(
        "</item>",
        f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{STORY}</content:encoded></item>",
    )
    found = documents(response(FEED, feed, content_type="application/rss+xml"), response(A, article()))
    assert {document.url: document.text for document in found} == {
        "https://daily.example/b": f"Missing\n{STORY}",
        A: f"A departure\n{STORY}",
    }


def test_a_feed_a_list_of_links_and_a_feed_s_home_page_are_no_documents() -> None:
    links = "".join(f'<li><a href="/{n}">The title of a post that somebody wrote</a></li>' for n in range(8))
    assert (
        documents(
            response(FEED, rss((A, "x", MONDAY))),
            response("https://daily.example/", f"<main><p>{STORY}</p></main>"),
            response("https://daily.example/archive", f"<main><ul>{links}</ul></main>"),
        )
        == []
    )


def test_a_linked_page_is_an_article_even_if_it_looks_like_a_list() -> None:
    cards = f"<article><h2>One</h2><p>{STORY}</p><a href='/x'>more</a></article>" * 3
    found = documents(response(FEED, rss((A, "Digest", MONDAY))), response(A, f"<main>{cards}</main>"))
    assert [document.url for document in found] == [A]


def test_a_configured_source_s_address_is_read_as_its_kind_says() -> None:
    readme = source("https://raw.example/README.md", "news_lines", publisher="Qwen", tier=Tier.OFFICIAL)
    hub = source("https://hub.example/api/models", "huggingface", publisher="Hub")
    model = json.dumps([{"id": "Qwen/Qwen4", "createdAt": "2026-04-28T00:00:00Z"}])
    found = documents(
        response(readme.url, "- 2026-05-01: one line\n", content_type="text/plain"),
        response(hub.url, model, content_type="application/json"),
        sources=(readme, hub),
    )
    assert [(document.source_id, document.url) for document in found] == [
        (readme.source_id, "https://raw.example/README.md#news-2026-05-01"),
        (hub.source_id, "https://hub.example/Qwen/Qwen4"),
    ]
    assert found[0].tier == Tier.OFFICIAL


def test_markdown_with_dated_lines_is_read_as_news_in_all_its_versions_and_other_text_as_one_document() -> None:
    readme, note = "https://raw.example/README.md", "https://raw.example/note.md"
    found = documents(
        response(readme, "# Model\n\n- 2026-05-01: one\n", NOW, "text/plain"),
        response(readme, "# Model\n\n- 2026-05-02: two\n- 2026-05-01: one\n", NOW + DAY, "text/plain"),
        response(note, f"# A note\n\n{STORY}\n", NOW, "text/plain"),
    )
    assert [document.text for document in found] == ["2026-05-01: one", f"A note\n{STORY}", "2026-05-02: two"]


def test_problems_pass_and_the_rest_goes_on() -> None:
    broken = Problem("archive", "x.warc at byte 7", "the gzip data of the record is damaged")
    found = documents_of_archive(
        [
            broken,
            response(A, article()),
            response("https://daily.example/b", "<nav>Home</nav>"),
            response("https://daily.example/b", "<nav>Home </nav>", NOW + HOUR),
            response("https://daily.example/logo.png", "PNG", content_type="image/png"),
            response("https://daily.example/robots.txt", "User-agent: *", content_type="text/plain"),
            response("https://daily.example/gone", article(), status=404),
            response("https://daily.example/empty", "  "),
            response("https://daily.example/paper.pdf", "%PDF-1.7", content_type="application/pdf"),
        ]
    )
    assert [(type(each), each.item if isinstance(each, Problem) else each.url) for each in found] == [
        (Problem, "x.warc at byte 7"),
        (Document, A),
        (Problem, "https://daily.example/b"),
        (Problem, "https://daily.example/paper.pdf"),
    ]


def test_a_page_from_a_file_stands_under_its_site_with_the_tier_that_fits() -> None:
    official = source("https://qwen.example/feed.xml", publisher="Qwen", tier=Tier.OFFICIAL)
    code = source("https://raw.githubusercontent.com/QwenLM/Qwen4/main/README.md", publisher="Qwen", tier=Tier.OFFICIAL)

    def told(url: str) -> tuple[str, Tier]:
        found = ingest_source(url, [official, code])
        return found.publisher, found.tier

    assert told("https://qwen.example/blog/4") == ("Qwen", Tier.OFFICIAL)
    assert told("https://raw.githubusercontent.com/QwenLM/Other/main/README.md") == ("Qwen", Tier.OFFICIAL)
    assert told("https://raw.githubusercontent.com/somebody/else/README.md") == ("", Tier.COMMUNITY)
    assert told("https://x.com/somebody/status/1") == ("", Tier.COMMUNITY)
    assert told("https://www.reddit.com/r/models/1") == ("", Tier.COMMUNITY)
    assert told("https://daily.example/a") == ("", Tier.PRESS)
    assert ingest_source(A).source_id == ingest_source("https://daily.example/b").source_id
    assert told("file:///notes/a.txt") == ("", Tier.PRESS)


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared corpus is not here")
def test_the_seed_archive_gives_its_five_documents_with_their_dates() -> None:
    found = {document.url: document for document in from_file(SEEDS / "seeds.warc.gz")}
    for row in json.loads((SEEDS / "documents.json").read_text()):
        document = found.pop(row["url"])
        assert document.published_at.isoformat() == row["published"]
        assert (document.published_from == "feed") is not row["published_in_page"]
        assert (document.publisher, document.language) == (row["publisher"], row["lang"])
    assert not found


@pytest.mark.skipif(not REPLAY.exists(), reason="the replay archives are not here")
def test_the_blog_archive_gives_every_post_and_no_index() -> None:
    path = REPLAY / "qwen-blog-2024.warc.gz"
    urls = {each.url for each in archived_responses(path) if not isinstance(each, Problem)}
    found = from_file(path)
    assert {document.url for document in found} == {
        url for url in urls if not url.endswith(("/index.xml", "io/blog/", "zh/blog/"))
    }
    assert {document.published_from for document in found} <= {"JSON-LD", "article:published_time"}
    assert len({document.document_id for document in found}) == len(found)


@pytest.mark.skipif(not REPLAY.exists(), reason="the replay archives are not here")
def test_the_readme_archive_gives_its_news_lines_each_with_its_day() -> None:
    found = from_file(REPLAY / "qwen-readme-2024.warc.gz")
    days = {document.url.rpartition("#news-")[2] for document in found}
    assert days == {"2024-02-05", "2024-03-28", "2024-06-06", "2024-09-19"}
    assert any("Qwen2.5 series" in document.text for document in found)


@pytest.mark.skipif(not REPLAY.exists(), reason="the replay archives are not here")
def test_the_model_feed_s_entries_are_the_documents() -> None:
    shelf = "https://raw.githubusercontent.com/simonw/ollama-models-atom-feed/main/atom.xml"
    versions = [*archived_responses(REPLAY / "ollama-feed.warc.gz")][-3:]
    plain = documents(*versions)
    counted = documents(*versions, sources=(source(shelf, options={"counts": "yes", "articles": "entry"}),))
    urls = {document.url for document in plain}
    assert "https://ollama.com/library/qwen3-coder" in urls
    assert urls == {document.url for document in counted}
    assert len(plain) < 1.1 * len(urls) < len(counted)
    assert any("Pulls: " in document.text for document in counted)
