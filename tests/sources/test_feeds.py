"""RSS, Atom and JSON Feed."""

import json
from pathlib import Path

import pytest

from pipeline.sources.listing import Item, Listing
from pipeline.sources.registry import KINDS
from tests.sources.site import NOW, STORY, fetched, rss, source

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Shelf</title><id>urn:shelf</id><link href="https://shelf.example/"/>
<updated>2026-05-01T10:00:00Z</updated>
<entry><title type="html">Qwen4 &amp;amp; <![CDATA[<b>friends</b>]]></title><id>urn:1</id><link href="/models/qwen4"/>
<published>2026-04-30T23:30:00+08:00</published><updated>2026-05-01T09:00:00+08:00</updated>
<author><name>Ada Ito</name></author><category term="0.6b"/><category term="4b"/>
<content type="html">&lt;p&gt;Open weights.&lt;/p&gt;
&lt;p&gt;Pulls: 405.3K&lt;/p&gt;&lt;p&gt;Tags: 12&lt;/p&gt;</content></entry>
</feed>"""

LIBRARY = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Model Shelf</title><id>https://shelf.example/newest</id>
<entry><title>qwen4-coder</title><id>https://shelf.example/library/qwen4-coder</id>
<link href="https://shelf.example/library/qwen4-coder"/><summary>Long context for code.</summary>
<updated>2026-04-30T20:15:00+00:00</updated>
<category term="30b"/><category term="480b"/><category term="tools"/>
<content type="html">&lt;p&gt;Long context for code.&lt;/p&gt;
&lt;p&gt;Pulls: 405.3K&lt;/p&gt;&lt;p&gt;Tags: 12&lt;/p&gt;</content>
</entry></feed>"""


def read(body: str | bytes, kind: str = "feed", url: str = "https://daily.example/feed.xml", **options: str) -> Listing:
    origin = source(url, kind, options=options)
    return KINDS[kind].read(origin, fetched(origin, body, "application/xml"), NOW)


def only(listing: Listing) -> Item:
    assert not listing.problems
    (item,) = listing.items
    return item


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Mon, 20 Apr 2026 09:00:00 +0800", "2026-04-20T09:00:00+08:00"),
        ("Mon, 20 Apr 2026 09:00:00 GMT", "2026-04-20T09:00:00+00:00"),
        ("20 Apr 2026 09:00 EST", "2026-04-20T09:00:00-05:00"),
        ("2026-04-20T09:00:00-07:00", "2026-04-20T09:00:00-07:00"),
        ("2026-04-20", "2026-04-20T00:00:00+00:00"),
    ],
)
def test_the_dates_of_items_keep_the_offset_they_were_written_with(written: str, iso: str) -> None:
    item = only(read(rss(("https://daily.example/a", "A", written))))
    assert item.published_at is not None
    assert item.published_at.isoformat() == iso


def test_an_item_without_a_usable_date_is_an_item_without_one() -> None:
    assert only(read(rss(("https://daily.example/a", "A", "yesterday")))).published_at is None


def test_an_atom_entry_gives_link_author_dates_content_and_categories() -> None:
    item = only(read(ATOM, url="https://shelf.example/newest.atom"))
    assert (item.url, item.title, item.author) == ("https://shelf.example/models/qwen4", "Qwen4 & friends", "Ada Ito")
    assert item.published_at is not None
    assert item.modified_at is not None
    assert item.published_at.isoformat() == "2026-04-30T23:30:00+08:00"
    assert item.modified_at.isoformat() == "2026-05-01T09:00:00+08:00"
    assert item.categories == ("0.6b", "4b")
    assert "Open weights." in (item.content or "")


def test_an_entry_that_has_only_the_date_of_its_update_was_published_then() -> None:
    item = only(read(ATOM.replace("<published>2026-04-30T23:30:00+08:00</published>", "")))
    assert item.published_at is not None
    assert item.published_at.isoformat() == "2026-05-01T09:00:00+08:00"
    assert item.modified_at is None


def test_a_json_feed_gives_the_same() -> None:
    entry = {
        "id": "1",
        "url": "https://daily.example/a",
        "title": "Qwen <4> & friends",
        "content_html": "<p>Text</p>",
        "date_published": "2026-04-30T23:30:00+08:00",
        "authors": [{"name": "Ada Ito"}],
        "tags": ["models"],
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Daily",
        "home_page_url": "https://daily.example/",
        "items": [entry],
    }
    listing = read(json.dumps(feed))
    item = only(listing)
    assert (item.title, item.author, item.content) == ("Qwen <4> & friends", "Ada Ito", "<p>Text</p>")
    assert item.published_at is not None
    assert item.published_at.isoformat() == "2026-04-30T23:30:00+08:00"
    assert listing.home == "https://daily.example/"


def test_entries_can_be_the_documents_themselves() -> None:
    listing = read(ATOM, url="https://shelf.example/newest.atom", articles="entry")
    (document,) = listing.documents
    assert listing.items == ()
    assert document.text == "Qwen4 & friends\nOpen weights.\nCategories: 0.6b, 4b"
    assert document.url == "https://shelf.example/models/qwen4"
    assert (document.published_at.isoformat(), document.published_from) == ("2026-04-30T23:30:00+08:00", "feed")


def test_counts_of_an_entry_make_a_new_version_only_where_they_are_asked_for() -> None:
    later = ATOM.replace("405.3K", "1.2M")
    assert read(ATOM, articles="entry").documents == read(later, articles="entry").documents
    first, second = (read(body, articles="entry", counts="yes").documents[0] for body in (ATOM, later))
    assert "Pulls: 405.3K\nTags: 12" in first.text
    assert first.document_id != second.document_id


def test_an_entry_of_a_title_alone_is_no_document() -> None:
    assert read(rss(("https://daily.example/a", "A", "")), articles="entry").documents == ()


def test_a_release_carries_the_name_of_its_repository() -> None:
    atom = ATOM.replace("/models/qwen4", "https://github.com/QwenLM/Qwen-Agent/releases/tag/v1.2").replace(
        'type="html">Qwen4 &amp;amp; <![CDATA[<b>friends</b>]]>', ">v1.2"
    )
    (document,) = read(atom, "github_releases", "https://github.com/QwenLM/Qwen-Agent/releases.atom").documents
    assert document.title == "Qwen-Agent v1.2"
    assert document.text.startswith("Qwen-Agent v1.2\nOpen weights.")
    assert document.form == "release_note"


def test_an_entry_of_a_library_is_a_record_of_one_fact_a_line() -> None:
    (document,) = read(LIBRARY, "model_library", "https://shelf.example/newest.atom").documents
    assert document.text.split("\n") == [
        "model: qwen4-coder",
        "Long context for code.",
        "sizes: 30b, 480b",
        "features: tools",
        "updated: 2026-04-30",
    ]
    assert (document.form, document.title) == ("library_entry", "qwen4-coder")
    assert document.url == "https://shelf.example/library/qwen4-coder"


def test_pulls_make_a_new_version_of_a_library_s_record_only_where_they_are_asked_for() -> None:
    def record(body: str, **options: str) -> str:
        return read(body, "model_library", "https://shelf.example/newest.atom", **options).documents[0].text

    later = LIBRARY.replace("405.3K", "1.2M")
    assert record(LIBRARY) == record(later)
    assert "pulls: 405.3K\ntags: 12\nupdated: 2026-04-30" in record(LIBRARY, counts="yes")
    assert record(LIBRARY) != record(LIBRARY.replace("2026-04-30T20", "2026-05-02T20"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!doctype html><html><head><title>We moved</title></head><body>Hi</body></html>", ["HTML page", "We moved"]),
        ("\n<!-- a note --><html><body>Hi</body></html>", ["HTML page"]),
        ('<?xml version="1.0"?><!DOCTYPE html><html><body>Hi</body></html>', ["HTML page"]),
        ('{"items": []}', ["no JSON Feed"]),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', ["JSON"]),
        ("Service unavailable", ["no feed", "Service unavailable"]),
        ("<sitemap><url/></sitemap>", ["no feed"]),
    ],
)
def test_what_is_no_feed_is_a_problem_that_names_the_source_and_what_it_looks_like(body: str, words: list[str]) -> None:
    listing = read(body)
    (problem,) = listing.problems
    assert listing.is_unreadable
    assert problem.item == "daily.example"
    assert all(word in problem.message for word in [*words, "https://daily.example/feed.xml"])


def test_an_item_without_a_link_is_told_of_and_the_others_are_kept() -> None:
    listing = read(rss(("", "Lost", ""), ("https://daily.example/a", "Kept", "")).replace("<guid></guid>", ""))
    assert [item.title for item in listing.items] == ["Kept"]
    assert "Lost" in listing.problems[0].message
    assert not listing.is_unreadable


def test_an_address_with_half_a_character_is_none() -> None:
    items = [{"url": "http://\ud800.example/lost"}, {"url": "https://daily.example/a", "title": "Kept"}]
    listing = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [item.title for item in listing.items] == ["Kept"]
    assert "links no page" in listing.problems[0].message


def test_an_item_may_give_its_address_as_its_identifier() -> None:
    body = rss(("https://daily.example/a", "A", "")).replace("<link>https://daily.example/a</link>", "")
    assert only(read(body)).url == "https://daily.example/a"


def test_a_feed_without_entries_is_no_problem() -> None:
    assert read(rss()) == Listing(home="https://daily.example/")


def test_a_feed_cut_off_in_the_middle_keeps_its_whole_items() -> None:
    body = rss(("https://daily.example/a", "A", ""), ("https://daily.example/b", "B", ""))
    assert [item.title for item in read(body[: body.index("<title>B")]).items][:1] == ["A"]


def test_a_body_that_is_a_file_name_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(("https://daily.example/secret", "Secret", "")))
    assert read(str(secret)).items == ()


def test_an_entity_bomb_and_a_tag_of_endless_attributes_are_survived() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(12))
    bomb = rss(("https://daily.example/a", "&e11;", ""))
    assert len(read(bomb.replace("<rss", f"<!DOCTYPE rss [{entities}]><rss", 1)).items) <= 1
    attributes = " ".join(f"a{number}='1'" for number in range(100_000))
    assert len(read(rss(("https://daily.example/a", STORY, ""), extra=f"<x {attributes}/>")).items) == 1


def test_a_wrong_value_of_an_option_is_a_problem_that_tells_the_right_ones() -> None:
    (problem,) = read(ATOM, articles="both").problems
    assert "fetch or entry" in problem.message
    assert "'both'" in problem.message
