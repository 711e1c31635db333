"""Which articles of a source to ask for in one check: a pure decision over what is listed and what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pipeline.model import SourceState, Validators
from pipeline.sources.listing import Item

# Most corrections come within hours, so a young article is asked for at every check, an older one now and then.
_EVERY_CHECK = dt.timedelta(days=1)
_THEN_EVERY = dt.timedelta(hours=6)
# An article that failed is asked again after this, then after twice as long, and so on.
_FIRST_RETRY = dt.timedelta(minutes=15)
# A list may be behind what it lists by some hours.
_LIST_LAG = dt.timedelta(days=1)


class HarvestLimits(Protocol):
    """How long known articles are asked again for edits, and how many new ones a source may have a check."""

    @property
    def recheck_articles(self) -> dt.timedelta: ...

    @property
    def max_articles_per_check(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Agenda:
    """The articles to ask for, by URL, in order: `new` for the first time, `again` with a condition."""

    new: tuple[str, ...]
    again: tuple[str, ...]


def agenda(
    items: Mapping[str, Item],
    asked: Mapping[str, dt.datetime],
    validators: Mapping[str, Validators],
    state: SourceState,
    limits: HarvestLimits,
    now: dt.datetime,
) -> Agenda:
    """What to ask for of the `items` that are listed now, by URL, and of what was `asked` before.

    New is what was never answered: first what was never asked, newest first, then what failed, with a
    back-off, and while it is listed or was first asked within `recheck_articles`. Again is asked for what
    was first seen within `recheck_articles`, and for what its list says was modified since.
    """
    most = limits.max_articles_per_check
    unknown = sorted((url for url in items if url not in validators), key=lambda url: _age(items[url], now))
    failed = [
        url
        for url, first in asked.items()
        if url not in validators
        and (url in items or now - first <= limits.recheck_articles)
        and _is_retry_time(first, state.last_checked_at, now)
    ]
    new = [*(url for url in unknown if url not in asked), *failed]

    seen = {url: validators[url].first_seen_at for url in dict.fromkeys([*items, *asked]) if url in validators}
    again = [
        url
        for url, first in sorted(seen.items(), key=lambda row: row[1], reverse=True)
        if _is_modified(items.get(url), state)
        or (now - first <= limits.recheck_articles and _is_time(first, state.last_checked_at, now))
    ]
    return Agenda(tuple(new[:most]), tuple(again[:most]))


def may_have_more(asked: Mapping[str, dt.datetime], state: SourceState, limits: HarvestLimits) -> bool:
    """Whether the last check asked for as many articles as it may, so that its list may hold others still."""
    if state.last_checked_at is None:
        return False
    return sum(first == state.last_checked_at for first in asked.values()) >= limits.max_articles_per_check


def _age(item: Item, now: dt.datetime) -> dt.timedelta:
    """How old an item is; those without a date come after all others, in the order of their list."""
    return now - item.published_at if item.published_at else dt.timedelta.max


def _is_modified(item: Item | None, state: SourceState) -> bool:
    if item is None or item.modified_at is None or state.last_changed_at is None:
        return False
    return item.modified_at > state.last_changed_at - _LIST_LAG


def _is_retry_time(first: dt.datetime, last_checked: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a doubling of the time since the first attempt falls between the last check and now."""
    if last_checked is None:
        return True
    return _doublings(now - first) > _doublings(last_checked - first)


def _doublings(elapsed: dt.timedelta) -> int:
    return max(0, elapsed // _FIRST_RETRY).bit_length()


def _is_time(first: dt.datetime, last_checked: dt.datetime | None, now: dt.datetime) -> bool:
    if last_checked is None or now - first <= _EVERY_CHECK:
        return True
    return (now - first) // _THEN_EVERY > (last_checked - first) // _THEN_EVERY
