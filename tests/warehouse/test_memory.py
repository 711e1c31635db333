"""What a harvest is told of earlier fetches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.categories import Outcome
from pipeline.memory import Memory
from pipeline.model import Validators
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
