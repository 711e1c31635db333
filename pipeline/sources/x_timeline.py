"""X (Twitter) through API v2: the posts of one account, each a document by whoever wrote it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from pipeline.categories import Tier
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.blocks import plain
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.read.language import language_of
from pipeline.sources.json_answers import beginning, json_object, mapping, objects, text
from pipeline.sources.listing import Listing, unreadable
from pipeline.sources.tokens import TOKEN_OPTION, Secret, bearer

_ASKED = (
    "max_results=50&tweet.fields=author_id,created_at,entities,lang,note_tweet,referenced_tweets"
    "&expansions=author_id,referenced_tweets.id,referenced_tweets.id.author_id&user.fields=name,username"
)
_LONGEST_TITLE = 120
_UNDETERMINED = frozenset({"und", "zxx", "qme", "qst", "qht", "art"})


@dataclass(frozen=True, slots=True)
class XTimelineKind:
    """`/2/users/by/username/NAME`, whose timeline is asked then, or `/2/users/ID/tweets?…` itself.

    A repost is a document of the account that wrote the post; a quoted post is cited below the quoting one.
    """

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            TOKEN_OPTION: "name of the secret with the bearer token of an app of yours at developer.x.com",
        }
    )

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        """The Authorization field, or which secret is missing."""
        if not source.options.get(TOKEN_OPTION):
            message = f"options.{TOKEN_OPTION} is not set; X answers nobody without a token: name the secret with yours"
            return Problem("secrets", source.name, message)
        return bearer(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        answer = json_object(fetch.body)
        if answer is None or not answer.keys() & {"data", "meta", "errors"}:
            message = f"{fetch.url} did not answer as API v2 does but with {beginning(fetch.body)!r}"
            return unreadable(source, f"{message}; its address is https://api.x.com/2/users/by/username/NAME")
        said = [text(error.get("detail")) or text(error.get("title")) for error in objects(answer.get("errors"))]
        data = answer.get("data")
        if isinstance(data, dict):
            return _timeline_of(data, source, fetch)
        if said and not isinstance(data, list):
            return unreadable(source, f"{fetch.url}: X answers {said[0]!r}")
        reader = _Timeline(source, now, answer)
        return Listing(documents=tuple(filter(None, map(reader.document, objects(data)))))


def _timeline_of(user: Mapping[str, Any], source: Source, fetch: Fetch) -> Listing:
    user_id = text(user.get("id"))
    if not user_id.isdecimal():
        return unreadable(source, f"{fetch.url} did not answer with an account that has an id")
    site = urlsplit(fetch.url)
    return Listing(further=(f"{site.scheme}://{site.netloc}/2/users/{user_id}/tweets?{_ASKED}",))


class _Timeline:
    """One answer: its posts, and the posts and accounts that they refer to."""

    def __init__(self, source: Source, now: dt.datetime, answer: Mapping[str, Any]) -> None:
        self._source = source
        self._now = now
        includes = mapping(answer.get("includes"))
        self._users = {text(user.get("id")): user for user in objects(includes.get("users"))}
        self._posts = {text(post.get("id")): post for post in objects(includes.get("tweets"))}

    def document(self, post: Mapping[str, Any]) -> Document | None:
        """The document of a post; of a repost that of the post it repeats, by its own author."""
        repeated = next(self._referenced(post, "retweeted"), None)
        told = repeated if repeated is not None else post
        author = self._users.get(text(told.get("author_id")), {})
        lines = [*_lines(told), *self._quotes(told)]
        handle, post_id = text(author.get("username")), text(told.get("id"))
        if not lines or not post_id:
            return None
        written = parse_moment(text(told.get("created_at")))
        dates = [DateCandidate(written.at, "X", written.precise)] if written else []
        language = text(told.get("lang"))
        return build_document(
            url=f"https://x.com/{handle or 'i'}/status/{post_id}",
            title=lines[0][:_LONGEST_TITLE],
            text="\n".join(lines),
            published=choose(dates, (), self._now),
            source=self._speaking(handle, told.get("author_id") == post.get("author_id")),
            fetched_at=self._now,
            language=language_of(None if language in _UNDETERMINED else language or None, "\n".join(lines)),
            author=_named(author),
        )

    def _speaking(self, handle: str, is_own: bool) -> Source:
        """The source as it speaks in a post: what others wrote carries none of the weight of whoever repeats it."""
        publisher = f"@{handle}" if handle else ""
        if is_own:
            return replace(self._source, publisher=self._source.publisher or publisher)
        tier = Tier.COMMUNITY if self._source.tier in (Tier.OFFICIAL, Tier.PRESS) else self._source.tier
        return replace(self._source, publisher=publisher or "x.com", tier=tier)

    def _quotes(self, post: Mapping[str, Any]) -> Iterator[str]:
        for quoted in self._referenced(post, "quoted"):
            author = _named(self._users.get(text(quoted.get("author_id")), {}))
            yield f"Quoting {author or 'a post'}: {' '.join(_lines(quoted))}"

    def _referenced(self, post: Mapping[str, Any], relation: str) -> Iterator[Mapping[str, Any]]:
        for reference in objects(post.get("referenced_tweets")):
            found = self._posts.get(text(reference.get("id")))
            if reference.get("type") == relation and found is not None:
                yield found


def _lines(post: Mapping[str, Any]) -> list[str]:
    """The post's full text, its short links written out: posts of over 280 characters have it in `note_tweet`."""
    note = mapping(post.get("note_tweet"))
    whole = note if text(note.get("text")) else post
    written = text(whole.get("text"))
    for link in objects(mapping(whole.get("entities")).get("urls")):
        short, full = text(link.get("url")), text(link.get("expanded_url"))
        if short and full:
            written = written.replace(short, full)
    return [line for line in map(plain, written.splitlines()) if line]


def _named(user: Mapping[str, Any]) -> str | None:
    name, handle = plain(text(user.get("name"))), text(user.get("username"))
    return f"{name} (@{handle})" if name and handle else f"@{handle}" if handle else None
