"""What is told of a model that is out already is kept as claims and holds nothing; a later bound is no news."""

from __future__ import annotations

import pytest

from pipeline.categories import AlertKind
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.reconcile.alerts import alerts_of
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from tests.reconcile.telling import ENTITIES, START, Told, day, days, event, events, fact, release


def reconciled(told: Told) -> Line:
    return reconcile_line(told, (), ENTITIES)


def by(text: str) -> Value:
    """A date of which only the last day is known."""
    dates = day(text).dates
    assert dates is not None
    known = DateInterval.by(dates.last)
    return Value(str(known), dates=known)


@pytest.mark.parametrize("attribute", ["update", "packagings"])
def test_an_update_alone_makes_no_event_and_no_alert(attribute: str) -> None:
    told = [release("readme").says(attribute, day("2026-05-04"))]
    line = reconciled(told)
    assert line == Line()
    assert alerts_of([line], {one.claim.claim_id: one for one in told}, ENTITIES, START) == ()


def test_an_update_long_after_a_release_makes_no_second_one() -> None:
    blog, readme = release("blog"), release("readme", known=24 * 60)
    told = [blog.says("event"), blog.says("date", day("2026-05-04"))]
    updated = [*told, readme.says("update", Value("Int4", dates=day("2026-07-03").dates))]
    assert reconciled(updated) == reconciled(told)
    assert event(reconciled(updated)).documents == 1


def test_a_library_s_word_joins_the_release_of_the_day_that_others_know() -> None:
    blog, library = release("blog"), release("library", known=24 * 50)
    told = [blog.says("event"), blog.says("date", day("2026-05-04"))]
    told += [library.says("event"), library.says("date", by("2026-06-20")), library.says("sizes", "4B, 9B")]
    line = reconciled(told)
    assert event(line).documents == 2
    assert fact(line, "date").value == day("2026-05-04")
    assert fact(line, "sizes").value.text == "4B, 9B"


def test_a_file_that_a_library_replaces_is_no_release_and_no_news() -> None:
    first, second = release("shelf", known=0, withdrawn=24 * 40), release("shelf, again", known=24 * 40)
    told = [first.says("event"), first.says("date", by("2026-05-03"))]
    told += [second.says("event"), second.says("date", by("2026-06-13"))]
    line = reconciled(told)
    assert [one.dates for one in events(line)] == [by("2026-06-13").dates]
    found = alerts_of([line], {one.claim.claim_id: one for one in told}, ENTITIES, days(60))
    assert [alert.kind for alert in found] == [AlertKind.NEW_EVENT]
