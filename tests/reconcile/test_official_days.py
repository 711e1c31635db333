"""What one organisation's own pages say of the day of a release: told again, slipped in the month, or disputed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline import ledger
from pipeline.categories import ConflictKind, Tier
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import BEIJING, ENTITIES, day, events, open_conflicts, release

DAY = 24


def told(
    name: str, known: float, date: str, *, site: str, words: str = "Today we release it", **about: Any
) -> ledger.Testimony:
    """One official page's word on the day, at `https://SITE/NAME`, known so many hours after 4 May 2026, 08:00."""
    teller = release(name, known, publisher="Quince Labs", tier=Tier.OFFICIAL, **about)
    one = teller.says("date", day(date))
    return replace(one, claim=replace(one.claim, quote=words), voice=replace(one.voice, url=f"https://{site}/{name}"))


def test_a_readme_against_the_blog_is_a_dispute() -> None:
    line = reconcile_line(
        [
            told("line", 0, "2026-05-04", site="code.example", words="2026.05.04: we released it"),
            told("post", 0, "2026-05-02", site="blog.example", published=-2 * DAY),
        ],
        (),
        ENTITIES,
    )
    [conflict] = open_conflicts(line)
    assert conflict.kind is ConflictKind.DATE


def test_a_day_further_east_is_a_time_zone() -> None:
    line = reconcile_line(
        [
            told("line", 8, "2026-05-04", site="code.example", words="2026.05.04: we released it"),
            told("post", 9, "2026-05-05", site="blog.example", zone=BEIJING),
        ],
        (),
        ENTITIES,
    )
    [conflict] = open_conflicts(line)
    assert conflict.kind is ConflictKind.TIME_ZONE


def test_a_line_that_says_by_agrees_with_an_earlier_post() -> None:
    line = told("line", 0, "2026-05-04", site="code.example")
    by = DateInterval.by(dt.date(2026, 5, 4))
    line = replace(line, claim=replace(line.claim, value=Value(str(by), dates=by)))
    post = told("post", 0, "2026-05-02", site="blog.example", published=-2 * DAY)
    assert reconcile_line([line, post], (), ENTITIES).conflicts == ()


def test_a_site_that_tells_of_a_release_again_the_next_day_does_not_disagree_with_itself() -> None:
    line = reconcile_line(
        [told("post", 0, "2026-05-04", site="blog.example"), told("series", DAY, "2026-05-05", site="blog.example")],
        (),
        ENTITIES,
    )
    assert line.conflicts == ()


@pytest.mark.parametrize("words", ["On May 5 we released it", "5 月 5 日，我们发布了它"], ids=["english", "chinese"])
def test_but_it_does_where_it_writes_the_day_out(words: str) -> None:
    line = reconcile_line(
        [
            told("post", 0, "2026-05-04", site="blog.example"),
            told("series", DAY, "2026-05-05", site="blog.example", words=words),
        ],
        (),
        ENTITIES,
    )
    assert len(open_conflicts(line)) == 1


@pytest.mark.parametrize("slipped", ["2026-04-04", "2025-05-04"], ids=["month", "year"])
def test_two_pages_that_come_out_together_are_one_release_though_a_month_was_mistyped(slipped: str) -> None:
    line = reconcile_line(
        [
            told("line", 0, "2026-05-04", site="code.example", words="2026.05.04: we released it"),
            told("post", 1, slipped, site="blog.example", published=-30 * DAY),
        ],
        (),
        ENTITIES,
    )
    assert len(events(line)) == 1
    [conflict] = open_conflicts(line)
    assert {conflict.left_value, conflict.right_value} == {"2026-05-04", slipped}


def test_such_a_slip_is_resolved_when_the_page_is_put_right() -> None:
    readme = told("line", 0, "2026-05-04", site="code.example", words="2026.05.04: we released it")
    first = told("post", 1, "2026-04-04", site="blog.example", story="post", withdrawn=20, published=-30 * DAY)
    second = told("post2", 20, "2026-05-04", site="blog.example", story="post", published=0)
    line = reconcile_line([readme, first, second], (), ENTITIES)
    [conflict] = line.conflicts
    assert (conflict.resolution, conflict.resolved_by) == ("2026-05-04", "the sources")
    assert len(events(line)) == 1


@pytest.mark.parametrize(
    ("earlier", "known"),
    [("2026-04-03", 1), ("2026-03-04", 1), ("2026-04-04", -29 * DAY), ("2026-04-04", 9 * DAY)],
    ids=["another day of the month", "two months before", "known at the time", "come to light later"],
)
def test_other_releases_of_the_same_name_stay_apart(earlier: str, known: float) -> None:
    line = reconcile_line(
        [
            told("line", 0, "2026-05-04", site="code.example", words="2026.05.04: we released it"),
            told("post", known, earlier, site="blog.example", published=min(known, -30 * DAY)),
        ],
        (),
        ENTITIES,
    )
    assert len(events(line)) == 2
    assert line.conflicts == ()


def test_an_archive_read_long_after_ties_nothing() -> None:
    line = reconcile_line(
        [
            told("line", 90 * DAY, "2026-05-04", site="code.example", words="2026.05.04: we released it"),
            told("post", 90 * DAY, "2026-04-04", site="blog.example", published=-30 * DAY),
        ],
        (),
        ENTITIES,
    )
    assert len(events(line)) == 2
