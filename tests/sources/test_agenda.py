"""Which articles to ask for in one check."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import SourceState, Validators
from pipeline.sources.agenda import agenda, may_have_more
from pipeline.sources.listing import Item
from tests.sources.site import DAY, HOUR, NOW, Limits

LIMITS = Limits(max_articles_per_check=3)
STATE = SourceState("s", last_checked_at=NOW - HOUR, last_changed_at=NOW - 10 * DAY)


def item(url: str, age: dt.timedelta | None = None, modified: dt.datetime | None = None) -> Item:
    return Item(url, published_at=None if age is None else NOW - age, modified_at=modified)


def items(*listed: Item) -> dict[str, Item]:
    return {each.url: each for each in listed}


def seen(*urls: str, age: dt.timedelta) -> dict[str, Validators]:
    return {url: Validators(url, None, None, "0", NOW - age) for url in urls}


def test_the_newest_unknown_articles_come_first_and_no_more_than_a_check_may_have() -> None:
    listed = items(item("undated"), item("old", 9 * DAY), item("new", HOUR), item("mid", 2 * DAY), item("known"))
    found = agenda(listed, {}, seen("known", age=100 * DAY), STATE, LIMITS, NOW)
    assert found.new == ("new", "mid", "old")
    assert found.again == ()


def test_what_failed_waits_behind_what_was_never_asked_and_is_given_up_once_it_is_no_longer_listed() -> None:
    listed = items(item("dead", HOUR), item("fresh", DAY))
    asked = {"dead": NOW - 32 * DAY, "dropped": NOW - 2 * HOUR, "forgotten": NOW - 32 * DAY}
    state = replace(STATE, last_checked_at=NOW - 20 * DAY)
    assert agenda(listed, asked, {}, state, LIMITS, NOW).new == ("fresh", "dead", "dropped")


def test_what_failed_is_asked_again_after_ever_longer_times() -> None:
    asked, last, retried = {"a": NOW}, NOW, []
    for hours in range(200):
        now = NOW + hours * HOUR
        if agenda({}, asked, {}, replace(STATE, last_checked_at=last), LIMITS, now).new:
            retried.append(hours)
        last = now
    assert retried == [1, 2, 4, 8, 16, 32, 64, 128]


def test_a_young_article_is_asked_again_also_when_its_list_is_unchanged() -> None:
    asked = {"young": NOW - HOUR, "old": NOW - 15 * DAY}
    known = seen("young", age=HOUR) | seen("old", age=15 * DAY)
    assert agenda({}, asked, known, STATE, LIMITS, NOW).again == ("young",)


def test_after_its_first_day_an_article_is_asked_every_six_hours() -> None:
    known, asked = seen("a", age=3 * DAY), {"a": NOW - 3 * DAY}

    def again(since_last_check: dt.timedelta) -> bool:
        state = replace(STATE, last_checked_at=NOW - since_last_check)
        return bool(agenda({}, asked, known, state, LIMITS, NOW).again)

    assert again(HOUR)
    assert again(DAY)
    later = replace(STATE, last_checked_at=NOW)
    assert agenda({}, asked, known, later, LIMITS, NOW + 5 * HOUR).again == ()
    assert agenda({}, asked, known, later, LIMITS, NOW + 6 * HOUR).again == ("a",)


def test_an_old_article_is_asked_again_when_its_list_says_it_was_modified() -> None:
    known = seen("a", "b", age=100 * DAY)
    listed = items(item("a", 100 * DAY, NOW - HOUR), item("b", 100 * DAY, NOW - 50 * DAY))
    assert agenda(listed, {}, known, STATE, LIMITS, NOW).again == ("a",)


def test_a_list_may_hold_more_after_a_check_that_asked_for_all_it_might() -> None:
    full = dict.fromkeys(("a", "b", "c"), NOW - HOUR)
    assert may_have_more(full | {"d": NOW - DAY}, STATE, LIMITS)
    assert not may_have_more({"a": NOW - HOUR, "b": NOW - HOUR, "c": NOW - DAY}, STATE, LIMITS)
    assert not may_have_more(full, SourceState("s"), LIMITS)


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.none() | st.integers(0, 40), max_size=20),
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 40), max_size=20),
    st.sets(st.text("abcdef", min_size=1, max_size=2)),
)
def test_nothing_is_asked_twice_in_a_check_and_new_is_only_what_was_never_answered(
    listed: dict[str, int | None], asked: dict[str, int], answered: set[str]
) -> None:
    known = seen(*answered, age=3 * DAY)
    now_listed = items(*(item(url, None if age is None else age * DAY) for url, age in listed.items()))
    moments = {url: NOW - age * DAY for url, age in asked.items()}
    found = agenda(now_listed, moments, known, STATE, LIMITS, NOW)
    everything = [*found.new, *found.again]
    assert len(everything) == len(set(everything))
    assert not set(found.new) & answered
    assert set(found.again) <= answered
    assert max(len(found.new), len(found.again)) <= LIMITS.max_articles_per_check
    if set(listed) - answered - set(asked):
        assert found.new
