"""The corpus that lies beside the project, where it does: what analysts hold after the five articles of March 2026."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from flows.batch import Batch
from flows.ingest import ingest
from flows.reading import read_files
from flows.stages import extract_batch
from flows.write_turn import commit_batch
from pipeline.config import Settings, load_settings
from pipeline.model import Claim, Document
from tests.flows.command import ROOT, SHIPPED_CONFIG
from warehouse import Published, writing

SEEDS = ROOT.parent / "shared" / "corpus" / "seeds"
SCORER = ROOT.parent / "shared" / "tools" / "score_extraction.py"
NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the corpus does not lie beside this checkout")
KINDS = {"announced": "time zone", "successor": "presence", "downloads": "magnitude"}

OPEN = """
    SELECT subject.name AS subject, events.type AS type, attribute, conflicts.kind AS kind,
        [left_value, right_value] AS sides
    FROM conflicts JOIN events USING (event_id) JOIN entities AS subject ON subject.entity_id = events.subject_id
    WHERE conflicts.status = 'open'
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("seeds")
    ingest([SEEDS / "seeds.warc.gz"], load_settings(SHIPPED_CONFIG), data, lambda: NOW)
    return data


@pytest.fixture(scope="module")
def gold() -> dict[str, list]:  # type: ignore[type-arg]
    return json.loads((SEEDS / "gold_conflicts.json").read_text("utf-8"))  # type: ignore[no-any-return]


def test_the_three_disagreements_are_open_and_the_five_differences_of_wording_are_not(read: Path, gold: dict) -> None:  # type: ignore[type-arg]
    opened = {(row["subject"], row["type"], row["attribute"]) for row in Published(read).query(OPEN).records()}
    wanted = {(row["subject"], row["type"], row["attribute"]) for row in gold["conflicts"]}
    unwanted = {(row["subject"], row["type"], row["attribute"]) for row in gold["not_conflicts"]}
    assert wanted <= opened
    assert not unwanted & opened


def test_each_person_is_one_entity_under_all_names(read: Path, gold: dict) -> None:  # type: ignore[type-arg]
    names = Published(read).query("SELECT name, entity_id FROM entity_names").records()
    for group in gold["same_person"]:
        assert len({row["entity_id"] for row in names if row["name"] in group}) == 1


def test_who_is_only_named_has_no_event(read: Path, gold: dict) -> None:  # type: ignore[type-arg]
    held = {row["name"] for row in Published(read).query(
        "SELECT DISTINCT name FROM events JOIN entities ON entity_id = subject_id").records()}  # fmt: skip
    assert not held & {name for _, names in gold["not_events"] for name in names}


def test_events_and_quotes_reach_the_bar(read: Path) -> None:
    command = [sys.executable, str(SCORER), str(read / "qwen.duckdb"), str(SEEDS / "gold.jsonl"), "--documents",
               str(SEEDS / "documents.json"), "--aliases", str(SEEDS / "gold_conflicts.json")]  # fmt: skip
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert float(printed.split("F1 ")[1].split()[0]) >= 0.70
    assert "quotes not in their document 0, claims without a quote 0" in printed


def test_the_order_of_arrival_does_not_matter(read: Path, tmp_path: Path) -> None:
    """Every article as a file of its own, in a shuffled order, gives the ledger that the archive gives."""
    places = []
    with (SEEDS / "seeds.warc.gz").open("rb") as stream:
        for number, record in enumerate(ArchiveIterator(stream)):
            places.append(tmp_path / f"{number}.warc.gz")
            with places[-1].open("wb") as out:
                WARCWriter(out, gzip=True).write_record(record)
    feed = [place for place in places if b"feed.xml" in b"".join(_uris(place))]
    articles = [place for place in places if place not in feed]
    random.Random(5).shuffle(articles)
    settings = load_settings(SHIPPED_CONFIG)
    for article in articles:
        ingest([article, *feed], settings, tmp_path / "data", lambda: NOW)
    query = OPEN + " ORDER BY ALL"
    assert Published(tmp_path / "data").query(query).rows == Published(read).query(query).rows


@pytest.fixture(scope="module")
def told() -> tuple[Settings, list[Document], dict[str, tuple[Claim, ...]]]:
    """The seeds' documents and what they claim: extraction is the same in every order of arrival."""
    settings = load_settings(SHIPPED_CONFIG)
    documents = read_files([SEEDS / "seeds.warc.gz"], settings, NOW).documents
    return settings, documents, dict(extract_batch(documents, settings).claims)


def held(data: Path) -> list[tuple[tuple[object, ...], ...]]:
    """The whole ledger: what is held now and was held at any time, and who is who."""
    tables = "event_versions", "facts", "conflicts", "entities", "entity_names", "stories"
    claims = "SELECT claim_id, event_id, subject_id FROM claims ORDER BY ALL"
    published = Published(data)
    return [*(published.query(f"FROM {table} ORDER BY ALL").rows for table in tables), published.query(claims).rows]


@pytest.mark.slow
@pytest.mark.parametrize("batches", [1, 5], ids=["one batch", "five batches"])
def test_twenty_orders_in_one_batch_or_in_five_give_one_ledger(
    read: Path, told: tuple[Settings, list[Document], dict[str, tuple[Claim, ...]]], batches: int, tmp_path: Path
) -> None:
    settings, documents, claims = told
    ledger = held(read)
    for order in range(batches // 5, 20, 2):  # one batch for the even ones, five for the odd
        shuffled = random.Random(order).sample(documents, len(documents))
        data = tmp_path / str(order)
        with writing(data, dt.timedelta(seconds=10), NOW) as writer:
            for first in range(batches):
                commit_batch(writer, settings, Batch(documents=shuffled[first::batches], claims=claims), NOW)
        assert held(data) == ledger, f"order {order}"


def test_each_side_of_a_disagreement_holds_the_documents_that_say_it(read: Path, gold: dict) -> None:  # type: ignore[type-arg]
    found = {
        (row["subject"], row["event_type"], row["attribute"]): row
        for row in Published(read).query("FROM conflict_sides WHERE status = 'open'").records()
    }
    urls = {one["document"]: one["url"] for one in json.loads((SEEDS / "documents.json").read_text("utf-8"))}
    for wanted in gold["conflicts"]:
        row = found[wanted["subject"], wanted["type"], wanted["attribute"]]
        assert row["kind"] == KINDS[wanted["attribute"]]
        sides = {frozenset(row["left_urls"]), frozenset(row["right_urls"])}
        assert sides == {frozenset(urls[one] for one in side) for side in wanted["documents"].values()}


def _uris(place: Path) -> list[bytes]:
    return [line for line in gzip.decompress(place.read_bytes()).splitlines() if line.startswith(b"WARC-Target-URI")]


def test_what_was_held_at_a_moment_is_what_is_held_by_who_stops_there(
    told: tuple[Settings, list[Document], dict[str, tuple[Claim, ...]]], tmp_path: Path
) -> None:
    settings, documents, claims = told
    whole = tmp_path / "whole"
    with writing(whole, dt.timedelta(seconds=10), NOW) as writer:
        commit_batch(writer, settings, Batch(documents=documents, claims=claims), NOW)
    for number, moment in enumerate(sorted({document.fetched_at for document in documents})):
        known = [document for document in documents if document.fetched_at <= moment]
        data = tmp_path / str(number)
        with writing(data, dt.timedelta(seconds=10), NOW) as writer:
            commit_batch(writer, settings, Batch(documents=known, claims=claims), moment)
        for held in ("events_as_of(?)", "facts_as_of(?)"):
            query = f"SELECT * EXCLUDE known_to FROM {held} ORDER BY ALL"
            now = Published(data).query(query, [moment.isoformat()]).rows
            assert Published(whole).query(query, [moment.isoformat()]).rows == now
