"""What a harvest is told of earlier fetches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import Outcome
from pipeline.memory import Memory
from pipeline.model import SourceState, Validators
from tests.warehouse.records import NOW, WAIT, document, fetch, source
from warehouse import Changes, writing

URL = "https://daily.example/lu-ming"
HOUR = dt.timedelta(hours=1)


def remembered(data_dir: Path, changes: Changes) -> Memory:
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(changes)
        return writer.memory()


def test_nothing_is_remembered_of_an_empty_warehouse(data_dir: Path) -> None:
    memory = remembered(data_dir, Changes())
    assert (dict(memory.validators), dict(memory.versions), dict(memory.articles)) == ({}, {}, {})


def test_the_last_successful_fetch_gives_the_validators(data_dir: Path) -> None:
    fetches = [
        fetch(URL, NOW, etag='"v1"', sha256="1" * 64),
        fetch(URL, NOW + HOUR, etag=None, last_modified="Wed, 04 Mar 2026 10:30:00 GMT", sha256="2" * 64),
    ]
    validators = remembered(data_dir, Changes(fetches=fetches)).validators

    assert dict(validators) == {URL: Validators(URL, None, "Wed, 04 Mar 2026 10:30:00 GMT", "2" * 64, NOW)}
    assert URL in validators
    assert "https://daily.example/unknown" not in validators
    assert validators.get("https://daily.example/unknown") is None


def test_an_answer_of_unchanged_renews_the_validators_and_keeps_the_first_day(data_dir: Path) -> None:
    fetches = [
        fetch(URL, NOW, etag='"v1"'),
        fetch(URL, NOW + HOUR, Outcome.UNCHANGED, etag='W/"v1-gzip"'),
    ]
    found = remembered(data_dir, Changes(fetches=fetches)).validators[URL]

    assert (found.etag, found.first_seen_at) == ('W/"v1-gzip"', NOW)


def test_a_failure_neither_makes_nor_breaks_what_is_remembered(data_dir: Path) -> None:
    fetches = [
        fetch(URL, NOW, etag='"v1"'),
        fetch(URL, NOW + HOUR, Outcome.ERROR, sha256=None, etag='"error page"'),
        fetch("https://daily.example/broken", NOW, Outcome.ERROR, sha256=None, etag=None),
    ]
    validators = remembered(data_dir, Changes(fetches=fetches)).validators

    assert {url: found.etag for url, found in validators.items()} == {URL: '"v1"'}


def test_the_latest_text_of_each_address_is_known(data_dir: Path) -> None:
    before = document(URL, "As it was.")
    after = document(URL, "As it is.", fetched_at=NOW + HOUR, revision_of=before.document_id)

    assert remembered(data_dir, Changes(documents=[after, before])).versions == {URL: after.text_sha256}


def test_articles_are_what_was_asked_for_a_source_besides_its_own_address(data_dir: Path) -> None:
    blog = source()
    fetches = [
        fetch(blog.url, NOW),
        fetch(URL, NOW + HOUR, Outcome.ERROR, sha256=None, etag=None),
        fetch(URL, NOW + 2 * HOUR),
    ]
    memory = remembered(data_dir, Changes(sources=[blog], fetches=fetches))

    assert {id: dict(found) for id, found in memory.articles.items()} == {blog.source_id: {URL: NOW + HOUR}}


def test_what_is_long_past_is_recalled_where_it_is_asked_for(data_dir: Path) -> None:
    old, young = "https://daily.example/old", "https://daily.example/young"
    blog = source()
    fetches = [fetch(old, NOW, etag='"old"'), fetch(young, NOW + 100 * HOUR), fetch(blog.url, NOW)]
    stored = [document(old, "Long ago."), document(young, "Just now.", fetched_at=NOW + 100 * HOUR)]
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(sources=[blog], fetches=fetches, documents=stored))
        everything, memory = writer.memory(), writer.memory(NOW + HOUR)

    assert set(memory.validators) == {young, blog.url}
    assert set(memory.versions) == {young}
    assert memory.givers == {stored[0].source_id}
    recalled = memory.of([old, "https://daily.example/unknown"])
    assert dict(recalled.validators) == dict(everything.validators)
    assert dict(recalled.versions) == dict(everything.versions)
    assert {id: dict(found) for id, found in recalled.articles.items()} == {
        id: dict(found) for id, found in everything.articles.items()
    }


def test_the_articles_of_the_last_check_are_at_hand_however_long_ago_it_was(data_dir: Path) -> None:
    blog = source()
    changes = Changes(
        sources=[blog], states=[SourceState(blog.source_id, last_checked_at=NOW)], fetches=[fetch(URL, NOW)]
    )
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(changes)
        memory = writer.memory(NOW + 1000 * HOUR)
    assert set(memory.articles[blog.source_id]) == {URL}


@settings(deadline=None, max_examples=15)
@given(
    told=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.sampled_from([Outcome.NEW, Outcome.ERROR])),
        max_size=6,
        unique_by=lambda one: one[:2],
    ),
    cut=st.integers(0, 6),
)
def test_exchanges_are_remembered_the_same_in_one_commit_or_two(told: list, cut: int) -> None:  # type: ignore[type-arg]
    fetches = [
        fetch(
            f"https://{host}.example/",
            NOW + hour * HOUR,
            outcome,
            sha256=str(hour) * 64 if outcome is Outcome.NEW else None,
        )
        for host, hour, outcome in told
    ]
    found = []
    for parts in ([fetches], [fetches[:cut], fetches[cut:]], [fetches[cut:], fetches[:cut]]):
        with TemporaryDirectory() as place, writing(Path(place), WAIT, NOW) as writer:
            for part in parts:
                writer.commit(Changes(fetches=part))
            memory = writer.memory()
            found.append((dict(memory.validators), {id: dict(one) for id, one in memory.articles.items()}))
    assert found[0] == found[1] == found[2]
