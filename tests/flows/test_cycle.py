"""The plain cycle against the bundled newsroom: idempotent, and one that fails leaves the others alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import cycle
from flows.progress import Silent
from flows.reports import CycleReport
from flows.stages import extract_batch
from flows.turns import Turn, take_turn
from pipeline.categories import Outcome, Tier
from pipeline.config import Settings, load_settings
from pipeline.config.lexicons import Lexicons
from pipeline.config.texts import config_text
from pipeline.extract.lexicon import Lexicon, compile_lexicon
from pipeline.fetch.archive import read_body
from pipeline.model import Document
from tests.newsroom.configuration import write_config
from tests.newsroom.server import Newsroom, html_instead, start, unavailable
from warehouse import Published

SHIPPED_ENGLISH = Path(__file__).resolve().parents[2] / "config" / "lexicon" / "en.yaml"
EVENING = dt.datetime(2026, 9, 8, 23, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with start(EVENING) as running:
        yield running


@pytest.fixture
def settings(newsroom: Newsroom, tmp_path: Path) -> Settings:
    newsroom.clock = EVENING
    newsroom.faults.clear()
    return load_settings(write_config(tmp_path / "config", newsroom.port))


def run(settings: Settings, data: Path, at: dt.datetime, **options: Any) -> CycleReport:
    return cycle(settings, data, at, lambda: at, progress=Silent(), **options)


def counts(data: Path) -> Mapping[str, int]:
    tables = ("documents", "claims", "events", "facts", "conflicts", "alerts")
    return {name: Published(data).query(f"SELECT count(*) FROM {name}").rows[0][0] for name in tables}


def test_a_second_cycle_at_the_same_moment_asks_nobody(settings: Settings, tmp_path: Path) -> None:
    first = run(settings, tmp_path / "data", EVENING)
    assert first.turn.documents > 10
    assert first.turn.alerts
    before = counts(tmp_path / "data")
    second = run(settings, tmp_path / "data", EVENING)
    assert (second.sources, second.fetches, second.turn.documents) == (0, {}, 0)
    assert counts(tmp_path / "data") == before


def test_a_forced_second_cycle_meets_only_what_it_knows(settings: Settings, tmp_path: Path) -> None:
    run(settings, tmp_path / "data", EVENING)
    before = counts(tmp_path / "data")
    again = run(settings, tmp_path / "data", EVENING + dt.timedelta(minutes=1), force=True)
    assert again.sources == len(settings.sources)
    assert Outcome.NEW not in again.fetches
    assert (again.turn.documents, again.turn.claims, again.turn.alerts) == (0, 0, ())
    assert counts(tmp_path / "data") == before


def test_every_document_points_at_its_body_in_the_archive(settings: Settings, tmp_path: Path) -> None:
    run(settings, tmp_path / "data", EVENING)
    places = Published(tmp_path / "data").query("SELECT DISTINCT archive_file, archive_offset FROM documents").rows
    assert places
    for file, offset in places:
        assert read_body(tmp_path / "data" / "archive", file, offset)


def test_broken_sources_are_named_and_the_others_read(settings: Settings, newsroom: Newsroom, tmp_path: Path) -> None:
    whole = run(settings, tmp_path / "whole", EVENING)
    feeds = [source for source in settings.sources if source.kind == "feed"][:2]
    newsroom.faults[feeds[0].url] = html_instead()
    newsroom.faults[feeds[1].url] = unavailable()
    report = run(settings, tmp_path / "data", EVENING)
    assert not report.failed
    assert 0 < report.turn.documents < whole.turn.documents
    told = " ".join(f"{problem.item}: {problem.message}" for problem in report.turn.problems)
    assert feeds[0].name in told
    assert f"{feeds[1].name}: {feeds[1].url}: answered 503" in told


def test_three_failures_in_a_row_reach_the_operator_once_and_so_does_the_recovery(
    settings: Settings, newsroom: Newsroom, tmp_path: Path
) -> None:
    source = next(source for source in settings.sources if source.kind == "feed")
    settings = replace(settings, sources=(source,))
    newsroom.faults[source.url] = unavailable()
    for hours in range(6):
        if hours == 5:
            newsroom.faults.clear()
        run(settings, tmp_path / "data", EVENING + dt.timedelta(hours=hours), force=True)
    query = "SELECT kind FROM alerts WHERE source_id IS NOT NULL ORDER BY created_at"
    assert Published(tmp_path / "data").query(query).rows == (("source_failing",), ("source_recovered",))


def test_a_document_that_breaks_the_extraction_is_named_with_its_error(settings: Settings) -> None:
    good = Document(
        document_id="d1",
        url="https://ledger.example/leaves",
        source_id="s1",
        publisher="The Ledger",
        tier=Tier.PRESS,
        title="Leaves",
        author=None,
        published_at=EVENING,
        published_from="page",
        modified_at=None,
        fetched_at=EVENING,
        language="en",
        text="Zhou Mingyuan resigned from Qwen on September 8, 2026.",
        text_sha256="",
    )
    poisoned = replace(good, document_id="d2", url="https://ledger.example/poison", text=None)  # type: ignore[arg-type]
    extraction = extract_batch([poisoned, good], settings)
    assert extraction.claims["d1"]
    [problem] = extraction.problems
    assert (problem.stage, problem.item) == ("extract", "https://ledger.example/poison")
    assert problem.message.startswith("unexpected ")
    assert ".py:" in problem.message


class WithoutSpeech(Lexicons):
    """Rules with a defect that no check finds: a list of words that the reading needs is not there."""

    @cache  # noqa: B019 (one lexicon, for one test)
    def __getitem__(self, language: str) -> Lexicon:
        file = super().__getitem__(language).file
        without = {name: words for name, words in file.words.items() if name != "speech"}
        return compile_lexicon(language, file.model_copy(update={"words": without}))


def test_documents_that_broke_the_rules_are_read_again_when_the_rules_have_changed(
    settings: Settings, tmp_path: Path
) -> None:
    broken = replace(settings, lexicons=WithoutSpeech({"en": config_text(SHIPPED_ENGLISH, "lexicon/en.yaml")}))
    unread = "SELECT count(*) FROM unread"

    first = run(broken, tmp_path / "data", EVENING)
    assert first.turn.claims == 0
    failed = Published(tmp_path / "data").query(unread).rows[0][0]
    assert failed > 10
    same_rules = run(broken, tmp_path / "data", EVENING + dt.timedelta(hours=1))
    assert not [problem for problem in same_rules.turn.problems if problem.stage == "extract"]

    mended = run(settings, tmp_path / "data", EVENING + dt.timedelta(hours=2))
    assert mended.turn.alerts
    assert Published(tmp_path / "data").query(unread).rows == ((0,),)
    undisturbed = run(settings, tmp_path / "other", EVENING)
    assert counts(tmp_path / "data")["claims"] == counts(tmp_path / "other")["claims"] == undisturbed.turn.claims


def test_a_cycle_is_skipped_while_another_holds_the_directory(settings: Settings, tmp_path: Path) -> None:
    with take_turn(tmp_path / "data") as turn:
        assert isinstance(turn, Turn)
        report = run(settings, tmp_path / "data", EVENING, wait=dt.timedelta(0))
    assert report.headline().startswith("skipped: another run")
    assert report.sources == 0


def test_the_run_is_a_row_with_its_counts(settings: Settings, tmp_path: Path) -> None:
    report = run(settings, tmp_path / "data", EVENING)
    query = "SELECT run_id, flow, state, started_at, counts FROM runs"
    [(run_id, flow, state, started_at, stored)] = Published(tmp_path / "data").query(query).rows
    assert (run_id, flow, state, started_at) == (report.run_id, "monitor", "completed", EVENING)
    assert f"{report.turn.documents}" in str(stored)
