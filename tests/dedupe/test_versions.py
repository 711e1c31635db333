"""Versions of one address: edits, returns, corrected dates, and what is the same version still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import Tier
from pipeline.dedupe.stories import group_stories
from pipeline.dedupe.versions import SHOWN
from pipeline.model import Document
from tests.dedupe.documents import OTHER, WIRE, document

DAY = dt.timedelta(days=1)


def official(text: str, hours: float, day: int, found: str = "article:published_time") -> Document:
    """A page of an official source that states a day of its own."""
    made = document(text, "https://team.example/a", hours=hours)
    published = dt.datetime(2026, 5, day, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return replace(made, tier=Tier.OFFICIAL, published_at=published, published_from=found)


def kept(*documents: Document, batches: Sequence[int] = ()) -> tuple[Document, ...]:
    """What is stored after the documents came, all at once or in batches that end at the given places."""
    held: dict[str, Document] = {}
    places = [0, *batches, len(documents)]
    for first, last in pairwise(places):
        grouping = group_stories(documents[first:last], list(held.values()))
        held |= {one.document_id: one for one in grouping.documents}
    return tuple(sorted(held.values(), key=lambda one: one.fetched_at))


def test_a_page_that_returns_to_its_first_text_has_three_versions() -> None:
    first, second, third = kept(document(WIRE), document(OTHER, hours=1), document(WIRE, hours=2))
    assert (second.revision_of, third.revision_of) == (first.document_id, second.document_id)
    assert third.document_id not in (first.document_id, second.document_id)
    assert first.story_id == second.story_id == third.story_id


def test_what_returned_says_by_which_id_it_was_given() -> None:
    stored = kept(document(WIRE), document(OTHER, hours=1))
    grouping = group_stories([document(WIRE, hours=2)], stored)
    assert set(grouping.returned.values()) == {stored[0].document_id}
    assert set(grouping.returned) == {one.document_id for one in grouping.documents} - {
        one.document_id for one in stored
    }


@settings(deadline=None)
@given(texts=st.lists(st.sampled_from([WIRE, OTHER]), min_size=1, max_size=8), data=st.data())
def test_a_history_gives_the_same_versions_in_any_batches_and_again(texts: list[str], data: st.DataObject) -> None:
    told = [document(text, hours=hour) for hour, text in enumerate(texts)]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(told)))))
    at_once = kept(*told)
    assert kept(*told, batches=cuts) == at_once
    assert kept(*told, *told, batches=[len(told)]) == at_once
    assert [one.text for one in at_once] == [text for at, text in enumerate(texts) if at == 0 or texts[at - 1] != text]


def test_an_address_that_flips_without_end_is_heard_a_few_times_only() -> None:
    told = [document((WIRE, OTHER)[hour % 2], hours=hour) for hour in range(40)]
    assert len(kept(*told)) == 2 * SHOWN


def test_an_official_page_that_corrects_only_its_day_is_a_revision() -> None:
    before, after = kept(official(WIRE, 0, 18), official(WIRE, 9, 19))
    assert after.revision_of == before.document_id
    assert after.published_at - before.published_at == DAY


def test_a_day_that_is_corrected_back_is_one_more() -> None:
    assert len(kept(official(WIRE, 0, 18), official(WIRE, 9, 19), official(WIRE, 20, 18))) == 3


@pytest.mark.parametrize(
    "bumped",
    [
        pytest.param(lambda one: replace(one, published_from="feed"), id="the feed's date"),
        pytest.param(lambda one: replace(one, published_from="page text"), id="a date in the text"),
        pytest.param(lambda one: replace(one, published_from="time element"), id="a date somewhere on the page"),
        pytest.param(lambda one: replace(one, tier=Tier.PRESS), id="the press"),
        pytest.param(lambda one: replace(one, published_from="learned"), id="no date"),
    ],
)
def test_only_an_official_page_s_own_date_counts(bumped) -> None:  # type: ignore[no-untyped-def]
    assert len(kept(bumped(official(WIRE, 0, 3)), bumped(official(WIRE, 9, 4)), bumped(official(WIRE, 19, 5)))) == 1


def test_a_day_that_is_known_now_and_was_not_before_corrects_nothing() -> None:
    assert len(kept(official(WIRE, 0, 3, "feed"), official(WIRE, 9, 4), official(WIRE, 19, 5, "feed"))) == 1


def test_another_hour_of_the_same_day_corrects_nothing() -> None:
    later = official(WIRE, 9, 18)
    later = replace(later, published_at=later.published_at + dt.timedelta(hours=5))
    assert len(kept(official(WIRE, 0, 18), later)) == 1


def test_a_version_seen_earlier_than_the_stored_one_is_that_one() -> None:
    stored = kept(document(WIRE, hours=5))
    grouping = group_stories([document(WIRE, hours=1)], stored)
    assert grouping.duplicates == (stored[0].document_id,)
    (dated_back,) = grouping.documents
    assert (dated_back.document_id, dated_back.fetched_at) == (
        stored[0].document_id,
        document(WIRE, hours=1).fetched_at,
    )
    assert grouping.dated_back == {stored[0].document_id}
    assert grouping.stories[0].first_seen_at == dated_back.fetched_at


def test_what_was_there_before_another_version_is_not_dated_back_past_it() -> None:
    stored = kept(document(WIRE, hours=1), document(OTHER, hours=3), document(WIRE, hours=5))
    grouping = group_stories([document(WIRE, hours=2), document(WIRE, hours=4)], stored)
    assert (grouping.documents, grouping.dated_back) == ((), frozenset())


@settings(deadline=None)
@given(order=st.permutations(range(4)), cut=st.integers(0, 4))
def test_first_sights_are_the_same_in_any_order_of_arrival(order: list[int], cut: int) -> None:
    told = [document(WIRE if hour < 2 else OTHER, hours=hour) for hour in range(4)]
    arrived = kept(*(told[hour] for hour in order), batches=[cut])
    assert [(one.text, one.fetched_at) for one in arrived] == [(one.text, one.fetched_at) for one in told[::2]]
    assert arrived[1].revision_of == arrived[0].document_id
