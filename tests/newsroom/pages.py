"""What the newsroom's addresses answer at a moment: articles, feeds, lists and the README."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup

from tests.newsroom.story import Edition, Entry, Outlet, Story

SECTIONS = {
    "en": ("World", "Markets", "Technology", "Opinion", "Weather"),
    "zh": ("快讯", "科技", "财经", "深度", "视频"),
}
FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
HUB_LIST = "hub.example/api/models"
SEARCH = "hn.example/api/v1/search_by_date"
README = "raw.code.example/QwenLM/Qwen4.5/main/README.md"
QWEN = "Qwen"
FOUNDED = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its type; `changed` is what Last-Modified says, `max_age` in seconds where it is given."""

    body: bytes
    content_type: str
    changed: dt.datetime | None = None
    max_age: int | None = None


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=False)
    environment.filters["rfc2822"] = format_datetime
    return environment


TEMPLATES = _environment()
MARKDOWN = MarkdownIt("commonmark").enable("table")


def answer(story: Story, address: str, at: dt.datetime) -> Answer | None:
    """What `address` (host and path, no scheme, no query) answers at that moment; None where nothing is."""
    if address == README:
        return Answer(story.readme_at(at).encode(), "text/plain; charset=utf-8")
    if address == SEARCH:
        return _json(_search(story, at), "application/json; charset=utf-8")
    if address == HUB_LIST:
        return _json(_hub(story, at), "application/json; charset=utf-8")
    for outlet in story.outlets:
        if outlet.feed_path and address == outlet.host + outlet.feed_path:
            return _feed(story, outlet, at)
        if outlet.index_path and address == outlet.host + outlet.index_path:
            page = TEMPLATES.get_template("index.html.j2")
            return _html(page.render(outlet=outlet, editions=story.front_page(outlet, at)))
    edition = story.edition(f"https://{address}", at)
    return _article(story, edition) if edition else None


def _article(story: Story, edition: Edition) -> Answer:
    outlet = edition.outlet
    # As of the edition, not of the clock: otherwise each new article would change all pages.
    others = [each for each in story.front_page(outlet, edition.live_from) if each.url != edition.url][:4]
    page = TEMPLATES.get_template(f"{outlet.template}.html.j2").render(
        edition=edition,
        outlet=outlet,
        others=others,
        sections=SECTIONS[outlet.language],
        body=_markup(edition),
        lead=_lead(edition),
        json_ld=Markup(_json_ld(edition)),
        day=edition.published.strftime("%B %-d, %Y" if outlet.language == "en" else "%Y年%-m月%-d日"),
        minute=edition.published.strftime("%Y-%m-%d %H:%M"),
    )
    return _html(page, edition.live_from)


def _feed(story: Story, outlet: Outlet, at: dt.datetime) -> Answer:
    entries = story.entries(outlet, at)
    items = [_item(entry) for entry in entries]
    changed = max((entry.updated for entry in entries), default=None)
    content_type = FEED_TYPES[outlet.feed] + "; charset=utf-8"
    if outlet.feed == "json":
        return _json(_json_feed(outlet, items), content_type, changed)
    template = TEMPLATES.get_template(f"{outlet.feed}.xml.j2")
    text = template.render(outlet=outlet, items=items, updated=changed or FOUNDED)
    return Answer(text.encode(), content_type, changed, max_age=300)


def _item(entry: Entry) -> dict[str, Any]:
    edition = entry.edition
    return {
        "title": edition.title,
        "author": edition.author,
        "guid": entry.guid,
        "link": entry.link,
        "published": entry.published,
        "updated": entry.updated,
        "summary": _lead(edition),
        "html": str(_markup(edition)) if edition.outlet.content == "full" else "",
    }


def _json_feed(outlet: Outlet, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"https://{outlet.host}/",
        "feed_url": f"https://{outlet.host}{outlet.feed_path}",
        "items": [
            {
                "id": item["guid"],
                "url": item["link"],
                "title": item["title"],
                "summary": item["summary"],
                "content_text": item["summary"],
                "date_published": item["published"].isoformat(),
                "date_modified": item["updated"].isoformat(),
                "authors": [{"name": item["author"] or outlet.name}],
            }
            for item in items
        ],
    }


def _search(story: Story, at: dt.datetime) -> dict[str, Any]:
    """As the Algolia search API of Hacker News answers (hn.algolia.com/api), with the fields that matter."""
    hits = [
        {
            "objectID": str(row["id"]),
            "title": row["title"],
            "url": row["url"],
            "author": row["author"],
            "points": row["points"],
            "num_comments": row["comments"],
            "story_text": None,
            "created_at": _zulu(row["posted"]),
            "created_at_i": int(row["posted"].timestamp()),
            "_tags": ["story", f"author_{row['author']}", f"story_{row['id']}"],
        }
        for row in reversed(story.hacker_news)
        if row["posted"] <= at
    ]
    return {"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 1, "hitsPerPage": 50}


def _hub(story: Story, at: dt.datetime) -> list[dict[str, Any]]:
    """As the models API of Hugging Face answers (huggingface.co/docs/hub/api), newest first."""
    return [
        {
            "id": row["id"],
            "modelId": row["id"],
            "author": QWEN,
            "private": False,
            "likes": row["likes"],
            "downloads": row["downloads"] + row["daily"] * (at - row["posted"]).days,
            "pipeline_tag": "text-generation",
            "library_name": "transformers",
            "tags": ["transformers", "safetensors", "text-generation", f"license:{row['license']}"],
            "createdAt": _zulu(row["posted"]),
            "lastModified": _zulu(row["posted"]),
        }
        for row in story.hub
        if row["posted"] <= at
    ]


def _markup(edition: Edition) -> Markup:
    return Markup(MARKDOWN.render(edition.body))


def _lead(edition: Edition) -> str:
    """The first paragraph without its mark-up."""
    first = next(part for part in edition.body.split("\n\n") if not part.startswith(("#", "|", "-")))
    return re.sub(r"[*_`]", "", first)


def _json_ld(edition: Edition) -> str:
    data: Mapping[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": edition.title,
        "datePublished": edition.published.isoformat(),
        "dateModified": edition.live_from.isoformat(),
        "author": {"@type": "Person", "name": edition.author or edition.outlet.name},
        "publisher": {"@type": "Organization", "name": edition.outlet.name},
        "mainEntityOfPage": edition.url,
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _zulu(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _html(text: str, changed: dt.datetime | None = None) -> Answer:
    return Answer(text.encode(), "text/html; charset=utf-8", changed)


def _json(data: Any, content_type: str, changed: dt.datetime | None = None) -> Answer:
    return Answer(json.dumps(data, ensure_ascii=False).encode(), content_type, changed)
