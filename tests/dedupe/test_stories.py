"""Stories: copies, rewrites, revisions; the same in any order and any batches."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import StoryRole
from pipeline.dedupe.stories import group_stories
from pipeline.model import Document, content_id
from tests.dedupe.documents import LIGHT_REWRITE, OTHER, WIRE, document


def roles(documents: Sequence[Document]) -> dict[str, StoryRole]:
    return {one.url.rsplit("/", 1)[-1]: one.story_role for one in documents}


def test_a_single_document_is_the_origin_of_its_story() -> None:
    one = document(WIRE)
    grouping = group_stories([one], [])
    assert [d.story_role for d in grouping.documents] == [StoryRole.ORIGIN]
    assert grouping.stories[0].origin_document_id == one.document_id
    assert grouping.stories[0].story_id == content_id("story", one.document_id)


def test_copies_and_rewrites_share_a_story_with_the_earliest_published_as_origin() -> None:
    late_find = document(WIRE, "https://wire.example/origin", publisher="Wire", hours=5, published=-2)
    copy = document(WIRE, "https://b.example/copy", publisher="B", hours=1)
    rewrite = document(LIGHT_REWRITE, "https://c.example/rewrite", publisher="C", hours=2)
    grouping = group_stories([copy, rewrite, late_find], [])
    assert roles(grouping.documents) == {
        "origin": StoryRole.ORIGIN,
        "copy": StoryRole.COPY,
        "rewrite": StoryRole.REWRITE,
    }
    [story] = grouping.stories
    assert (story.story_id, story.documents, story.publishers) == (content_id("story", copy.document_id), 3, 3)
    assert story.first_seen_at == copy.fetched_at


def test_different_texts_are_different_stories() -> None:
    grouping = group_stories([document(WIRE), document(OTHER, "https://b.example/b")], [])
    assert len(grouping.stories) == 2


def test_short_texts_are_one_story_only_when_they_are_equal() -> None:
    one = document("The laboratory has released a new small model today.", "https://a.example/1")
    near = document("The laboratory has released a new large model today.", "https://b.example/2")
    same = document("The laboratory has released a new small model today.", "https://c.example/3", hours=1)
    grouping = group_stories([one, near, same], [])
    stories = {d.url[-1]: d.story_id for d in grouping.documents}
    assert stories["1"] == stories["3"] != stories["2"]


def test_an_edit_of_an_address_is_a_revision_whatever_became_of_its_text() -> None:
    first, second, third = document(WIRE), document(OTHER, hours=1), document(LIGHT_REWRITE, hours=2)
    grouping = group_stories([third, first, second], [])
    by_id = {d.document_id: d for d in grouping.documents}
    assert by_id[first.document_id].revision_of is None
    assert by_id[second.document_id].revision_of == first.document_id
    assert by_id[third.document_id].revision_of == second.document_id
    assert by_id[third.document_id].story_role is StoryRole.REVISION
    assert len(grouping.stories) == 1


def test_an_older_version_found_late_becomes_what_the_stored_one_revised() -> None:
    stored = group_stories([document(OTHER, hours=2)], []).documents
    older = document(WIRE, hours=1)
    grouping = group_stories([older], stored)
    [changed] = [d for d in grouping.documents if d.document_id == stored[0].document_id]
    assert changed.revision_of == older.document_id


def test_the_very_same_document_again_is_dropped() -> None:
    stored = group_stories([document(WIRE)], []).documents
    grouping = group_stories([document(WIRE, hours=3)], stored)
    assert grouping.duplicates == (stored[0].document_id,)
    assert not grouping.documents
    assert not grouping.stories


def test_a_document_that_ties_two_stories_together_makes_them_one_and_names_the_story_that_is_gone() -> None:
    halves = WIRE.split(". ")
    left, right = ". ".join(halves[:2]) * 2, ". ".join(halves[1:]) * 2
    stored = group_stories([document(left, "https://a.example/1")], []).documents
    stored += group_stories([document(right, "https://b.example/2", hours=1)], []).documents
    assert len({d.story_id for d in stored}) == 2
    bridge = document(f"{left} {right}", "https://c.example/3", hours=2)
    grouping = group_stories([bridge], stored)
    assert len(grouping.stories) == 1
    assert grouping.gone == (content_id("story", stored[1].document_id),)
    assert {d.story_id for d in grouping.documents} == {content_id("story", stored[0].document_id)}


def test_stored_documents_whose_story_is_as_it_was_are_not_given_back() -> None:
    stored = group_stories([document(WIRE)], []).documents
    grouping = group_stories([document(WIRE, "https://b.example/b", hours=1)], stored)
    assert [d.url for d in grouping.documents] == ["https://b.example/b"]


_texts = st.sampled_from([WIRE, LIGHT_REWRITE, OTHER, OTHER + " Bring a coat.", "A short line.", "Another line."])
_documents = st.lists(
    st.builds(
        lambda text, host, hours, before: document(
            text, f"https://{host}.example/a", publisher=host, hours=hours, published=hours - before
        ),
        _texts,
        st.sampled_from("abcde"),
        st.integers(0, 9),
        st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda one: one.document_id,
)


@settings(deadline=None)
@given(documents=_documents, data=st.data())
def test_order_and_batches_do_not_matter(documents: list[Document], data: st.DataObject) -> None:
    at_once = group_stories(documents, [])
    shuffled = data.draw(st.permutations(documents))
    held: dict[str, Document] = {}
    stories = {}
    while shuffled:
        cut = data.draw(st.integers(1, len(shuffled)))
        grouping = group_stories(shuffled[:cut], list(held.values()))
        held |= {one.document_id: one for one in grouping.documents}
        stories |= {one.story_id: one for one in grouping.stories}
        stories = {one: story for one, story in stories.items() if one not in grouping.gone}
        shuffled = shuffled[cut:]
    assert sorted(held.values(), key=lambda one: one.document_id) == sorted(
        at_once.documents, key=lambda one: one.document_id
    )
    assert sorted(stories.values(), key=lambda one: one.story_id) == list(at_once.stories)


@settings(deadline=None)
@given(documents=_documents)
def test_grouping_what_is_grouped_changes_nothing(documents: list[Document]) -> None:
    stored = group_stories(documents, []).documents
    again = group_stories([replace(one, story_id="") for one in documents], stored)
    assert not again.documents
    assert not again.stories
