"""GitHub's REST API: the releases of a repository, and its stars as figures over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.categories import DocumentForm
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.blocks import text_of
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.read.language import language_of
from pipeline.read.text import markdown_blocks
from pipeline.sources.figures import Counted, Figure, figures_document
from pipeline.sources.json_answers import beginning, json_list, json_object, mapping, objects, text
from pipeline.sources.listing import Listing, unreadable
from pipeline.sources.tokens import TOKEN_MEANING, TOKEN_OPTION, Secret, bearer

PLACE = "GitHub"
_ASKING = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


def _headers(source: Source, secret: Secret) -> Mapping[str, str] | Problem:
    """What the API is asked with; without a token it answers sixty requests an hour."""
    authorisation = bearer(source, secret)
    return authorisation if isinstance(authorisation, Problem) else {**_ASKING, **authorisation}


@dataclass(frozen=True, slots=True)
class GitHubReleasesKind:
    """A list of releases as `/repos/OWNER/NAME/releases` gives it; drafts, which only owners see, are passed over."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "prereleases": "no: releases that are marked as pre-releases are passed over; yes, the default, keeps them",
            TOKEN_OPTION: TOKEN_MEANING,
        }
    )

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        return _headers(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        listed = json_list(fetch.body)
        if listed is None:
            return unreadable(source, f"{fetch.url} answered with no list of releases: {beginning(fetch.body)!r}")
        passed_over = {"draft", "prerelease"} if source.options.get("prereleases") == "no" else {"draft"}
        releases = [one for one in objects(listed) if not any(one.get(mark) is True for mark in passed_over)]
        found = (_release(one, source, now) for one in releases)
        documents = tuple(document for document in found if document)
        if releases and not documents:
            return unreadable(source, f"{fetch.url} answered with a JSON list whose entries are no releases")
        return Listing(documents=documents, further=(fetch.next_page,) if fetch.next_page else ())


@dataclass(frozen=True, slots=True)
class GitHubRepositoryKind:
    """What `/repos/OWNER/NAME` counts: stars, and beside them forks, the licence and whether it is archived."""

    options: Mapping[str, str] = field(default_factory=lambda: {TOKEN_OPTION: TOKEN_MEANING})

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        return _headers(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        answer = json_object(fetch.body) or {}
        name, page, stars = text(answer.get("full_name")), text(answer.get("html_url")), answer.get("stargazers_count")
        if not name or not page or not isinstance(stars, int):
            return unreadable(source, f"{fetch.url} answered with no repository: {beginning(fetch.body)!r}")
        counted = Counted(f"{page}#figures", f"{name} on {PLACE}", PLACE, said=tuple(_said(answer)))
        return Listing(documents=(figures_document([Figure(name, "stars", f"{stars:,}")], counted, source, now),))


def _said(answer: Mapping[str, Any]) -> Iterator[str]:
    forks = answer.get("forks_count")
    if isinstance(forks, int):
        yield f"forks: {forks:,}"
    license = text(mapping(answer.get("license")).get("spdx_id"))
    if license and license != "NOASSERTION":
        yield f"license: {license}"
    if answer.get("archived") is True:
        yield "archived: yes"


def _release(release: Mapping[str, Any], source: Source, now: dt.datetime) -> Document | None:
    url, tag = text(release.get("html_url")), text(release.get("tag_name"))
    if not url or not tag:
        return None
    repository = url.split("/releases/")[0].rpartition("/")[2]
    title = text(release.get("name")) or tag
    if repository.lower() not in title.lower():
        title = f"{repository} {title}"
    said = text_of(markdown_blocks(text(release.get("body")).replace("\r\n", "\n")))
    lines = [title, *(["pre-release: yes"] if release.get("prerelease") is True else []), said]
    moment = parse_moment(text(release.get("published_at")) or text(release.get("created_at")))
    written = "\n".join(filter(None, lines))
    return build_document(
        url=url,
        title=title,
        text=written,
        published=choose([DateCandidate(moment.at, PLACE, moment.precise)] if moment else [], (), now),
        source=source,
        fetched_at=now,
        language=language_of(source.language, written),
        author=text(mapping(release.get("author")).get("login")) or None,
        form=DocumentForm.RELEASE_NOTE,
    )
