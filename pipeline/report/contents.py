"""What stands in the report: news, disputes, happenings, releases by place, figures and sources."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.notify.links import link_to, safe_address
from pipeline.wording import words_in

ENGLISH = words_in("en")
"""The words of the report, which is in English."""
# `0.5B` is one of a release's sizes; `Medium` is a release.
_SIZE = re.compile(r"\d")
BOUND_WORDS = {"exactly": "", "at least": "over ", "at most": "at most ", "about": "about "}


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words: who published them, when and where."""

    text: str
    publisher: str
    url: str
    published_at: dt.datetime
    attributed_to: str | None = None

    @property
    def link(self) -> str | None:
        """An address that opens the page at the very words; None where the address is not safe to follow."""
        return link_to(self.url, self.text)


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a dispute: how many independent voices give it, and their words, earliest first."""

    value: str
    origins: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One change that was worth an alert."""

    title: str
    body: str
    kind: str
    severity: str
    created_at: dt.datetime
    event_id: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two values that cannot both hold, each with its words; `why` says how they differ."""

    title: str
    why: str
    kind: str
    severity: str
    opened_at: dt.datetime
    event_id: str
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class Happening:
    """A personnel event or release as it is held now. `parent` and `sizes` are of releases."""

    event_id: str
    type: str
    subject: str
    object: str | None
    date_from: dt.date | None
    date_to: dt.date | None
    status: str
    disputed: bool
    origins: int
    documents: int
    first_known_at: dt.datetime
    parent: str | None = None
    sizes: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One place that tells of a release; `lag_days` is how far behind the first place it was seen."""

    event_id: str
    place: str
    first_seen: dt.datetime
    said_from: dt.date | None
    lag_days: float
    url: str
    through: str | None

    @property
    def link(self) -> str | None:
        return safe_address(self.url)

    @property
    def lag(self) -> str:
        """`first`, `+5 h`, `+3 d`."""
        if self.lag_days <= 0:
            return "first"
        hours = round(self.lag_days * 24)
        return f"+{max(1, hours)} h" if hours < 48 else f"+{round(self.lag_days)} d"


@dataclass(frozen=True, slots=True)
class Release:
    """A release with the places that tell of it, and those that should and do not."""

    happening: Happening
    places: tuple[Place, ...]
    missing: tuple[str, ...] = ()

    @property
    def tied(self) -> bool:
        """Whether several places were first, seen by one and the same round of questions."""
        return sum(one.lag_days <= 0 for one in self.places) > 1

    def at(self, place: str) -> Place | None:
        return next((one for one in self.places if one.place == place), None)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as one publisher gives it; `against` is true on the weaker side of an open dispute."""

    value: float
    bound: str
    against: bool
    quote: Quote

    @property
    def words(self) -> str:
        return BOUND_WORDS.get(self.bound, "") + ENGLISH.number(self.value)


@dataclass(frozen=True, slots=True)
class Metric:
    """All that is said of one number, in the order of publication; `held` is what we hold now, in words."""

    event_id: str
    name: str
    held: str
    status: str
    disputed: bool
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one source is doing."""

    name: str
    tier: str
    status: str
    last_checked_at: dt.datetime | None
    last_changed_at: dt.datetime | None
    consecutive_failures: int
    documents: int
    last_error: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole report. `moment` is the latest that the ledger knows of, `since` where the news begins."""

    moment: dt.datetime | None
    since: dt.datetime | None
    documents: int
    publishers: int
    events: int
    news: tuple[News, ...]
    disputes: tuple[Dispute, ...]
    happenings: tuple[Happening, ...]
    releases: tuple[Release, ...]
    places: tuple[str, ...]
    metrics: tuple[Metric, ...]
    sources: tuple[SourceLine, ...]

    @property
    def failing(self) -> tuple[SourceLine, ...]:
        return tuple(source for source in self.sources if source.status not in ("ok", "disabled"))

    @property
    def news_by_day(self) -> list[tuple[dt.date, list[News]]]:
        """The news of each day (UTC), latest day first."""
        return [(day, list(told)) for day, told in groupby(self.news, lambda one: one.created_at.date())]

    @property
    def empty(self) -> bool:
        return not (self.happenings or self.metrics or self.news)


def leading_releases(happenings: Sequence[Happening], within: dt.timedelta = dt.timedelta(14)) -> tuple[Happening, ...]:
    """The releases that are not merely a size of another one of about the same day: what a reader counts as one."""
    releases = [one for one in happenings if one.type == "release"]
    return tuple(one for one in releases if not any(_member(one, other, within) for other in releases))


def _member(one: Happening, other: Happening, within: dt.timedelta) -> bool:
    if one.parent is None or one.subject == other.subject or not _near(one, other, within):
        return False
    size = one.subject.removeprefix(one.parent)[1:]
    if other.subject == one.parent:
        return _SIZE.match(size) is not None
    return other.parent == one.parent and size in [each.strip() for each in (other.sizes or "").split(",")]


def _near(one: Happening, other: Happening, within: dt.timedelta) -> bool:
    if one.date_from is None or other.date_from is None:
        return False
    return abs(one.date_from - other.date_from) <= within
