"""The story as data: who publishes, and which edition of an article is live at a moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML

STORY = Path(__file__).parent / "story"
FIRST_DAY, LAST_DAY = dt.date(2026, 9, 3), dt.date(2026, 9, 19)
EVENING = dt.time(23, tzinfo=dt.UTC)
FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
NEWS_LINE = re.compile(r"- (\d{4})\.(\d{2})\.(\d{2}): ")
REPOSTED = tuple(dt.timedelta(hours=hours) for hours in (0, 9, 20, 34))


@dataclass(frozen=True, slots=True)
class Outlet:
    """Somebody who publishes. `quirks` are the ways in which its feed lies (see story/outlets.yaml)."""

    id: str
    name: str
    host: str
    tier: str
    language: str
    template: str
    tagline: str
    feed: str
    feed_path: str = ""
    index_path: str = ""
    content: str = "summary"
    quirks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of an article, live from `published`, or from `modified` if it replaces another."""

    url: str
    outlet: Outlet
    published: dt.datetime
    modified: dt.datetime | None
    author: str | None
    title: str
    body: str

    @property
    def live_from(self) -> dt.datetime:
        return self.modified or self.published

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition as a feed lists it: under `guid`, linked as `link`, with the dates that the feed claims."""

    edition: Edition
    guid: str
    link: str
    published: dt.datetime
    updated: dt.datetime


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that is published, by address and in order of time."""

    outlets: tuple[Outlet, ...]
    editions: Mapping[str, tuple[Edition, ...]]
    readme: str
    hacker_news: tuple[Mapping[str, Any], ...]
    hub: tuple[Mapping[str, Any], ...]
    roundup: tuple[Mapping[str, Any], ...]

    def edition(self, url: str, at: dt.datetime) -> Edition | None:
        """The edition of `url` that is live at that moment."""
        return next((each for each in reversed(self.editions.get(url, ())) if each.live_from <= at), None)

    def front_page(self, outlet: Outlet, at: dt.datetime) -> list[Edition]:
        """What the outlet has published by then, newest first."""
        live = (self.edition(url, at) for url in self.editions)
        mine = [each for each in live if each and each.outlet.id == outlet.id]
        return sorted(mine, key=lambda each: each.published, reverse=True)

    def entries(self, outlet: Outlet, at: dt.datetime, limit: int = 20) -> list[Entry]:
        """The outlet's feed at that moment, newest first, with the outlet's quirks."""
        listed = list(self._entries(outlet, at))
        return sorted(listed, key=lambda each: each.published, reverse=True)[:limit]

    def _entries(self, outlet: Outlet, at: dt.datetime) -> Iterator[Entry]:
        for edition in self.front_page(outlet, at):
            updated = at if "bumped" in outlet.quirks else edition.live_from
            published = at if "bumped" in outlet.quirks else edition.published
            yield Entry(edition, edition.url, edition.url, published, updated)
        if "reposts" not in outlet.quirks:
            return
        for number, item in enumerate(self.roundup):
            edition = self.edition(item["url"], at)
            for turn, delay in enumerate(REPOSTED):
                posted = item["posted"] + delay
                if edition and posted <= at:
                    link = f"{item['url']}?utm_source=signalroundup&utm_campaign=r{number}-{turn}"
                    yield Entry(edition, f"{outlet.host}:{number}:{turn}", link, posted, posted)

    def readme_at(self, at: dt.datetime) -> str:
        """The README with the news lines that stand in it by then."""
        shown = (line for line in self.readme.splitlines() if (day := _news_day(line)) is None or day <= at)
        return "\n".join(shown) + "\n"


def evenings() -> Iterator[dt.datetime]:
    """The end of every day of the story, in UTC."""
    for offset in range((LAST_DAY - FIRST_DAY).days + 1):
        yield dt.datetime.combine(FIRST_DAY + dt.timedelta(days=offset), EVENING)


def load_story(directory: Path = STORY) -> Story:
    """The story from its files; raises ValueError naming the file where one cannot be read."""
    outlets = {row["id"]: _outlet(row) for row in _yaml((directory / "outlets.yaml").read_text("utf-8"))}
    editions: dict[str, list[Edition]] = {}
    for path in sorted((directory / "articles").glob("*.md")):
        edition = _edition(path, outlets)
        editions.setdefault(edition.url, []).append(edition)
    return Story(
        tuple(outlets.values()),
        {url: tuple(sorted(each, key=lambda one: one.live_from)) for url, each in editions.items()},
        (directory / "readme.md").read_text("utf-8"),
        *(_rows(directory / f"{name}.yaml") for name in ("hacker-news", "hub", "roundup")),
    )


def _outlet(row: Mapping[str, Any]) -> Outlet:
    return Outlet(**{**row, "quirks": tuple(row.get("quirks", ()))})


def _edition(path: Path, outlets: Mapping[str, Outlet]) -> Edition:
    found = FRONT_MATTER.fullmatch(path.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{path.name}: no front matter between two lines of ---")
    head = _yaml(found[1])
    modified = head.get("modified")
    return Edition(
        head["url"],
        outlets[head["outlet"]],
        _moment(head["published"]),
        _moment(modified) if modified else None,
        head.get("author"),
        head["title"],
        found[2].strip(),
    )


def _moment(value: object) -> dt.datetime:
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is not a time with its offset")
    return value


def _rows(path: Path) -> tuple[Mapping[str, Any], ...]:
    rows = _yaml(path.read_text("utf-8"))
    return tuple(row | {"posted": _moment(row["posted"])} for row in rows)


def _yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _news_day(line: str) -> dt.datetime | None:
    """Noon UTC of a dated news line."""
    found = NEWS_LINE.match(line)
    return dt.datetime(*map(int, found.groups()), 12, tzinfo=dt.UTC) if found else None
