"""The ledger made anew: nothing where nothing changed, a diff where rules did, all of it or none."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows.ingest import ingest
from flows.progress import Silent
from flows.rebuilding import rebuild
from pipeline.config import Settings, load_settings
from pipeline.errors import WarehouseError
from tests.flows.command import PAGES, SHIPPED_CONFIG, qwen_watch, write_warc
from warehouse import Changes, LineChange, Published, writing

LATER = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
WAIT = dt.timedelta(seconds=9)
SHARED = SHIPPED_CONFIG.parent.parent / "shared"
TABLES = ("claims", "events", "event_versions", "facts", "conflicts", "alerts", "summed_up", "entities", "runs")
RESIGNED = "    form: verb\n    date: resigned\n"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED_CONFIG)


@pytest.fixture(scope="module")
def other_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rules by which who resigned has announced it: other claims of the same words."""
    place = tmp_path_factory.mktemp("rules") / "config"
    shutil.copytree(SHIPPED_CONFIG, place)
    lexicon = place / "lexicon" / "en.yaml"
    text = lexicon.read_text("utf-8")
    assert text.count(RESIGNED) == 1
    lexicon.write_text(text.replace(RESIGNED, RESIGNED.replace("resigned", "announced")), "utf-8")
    return place


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    place = tmp_path_factory.mktemp("rebuilding")
    ingest([write_warc(place, *PAGES)], settings, place / "data", lambda: LATER)
    return place / "data"


@pytest.fixture
def data(told: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(told, tmp_path / "data"))


def rows(data: Path) -> list[object]:
    return [Published(data).query(f"FROM {table} ORDER BY ALL").rows for table in TABLES]


def test_without_a_change_there_is_nothing_to_rebuild(data: Path, settings: Settings) -> None:
    before = rows(data)
    done = rebuild(data, settings, lambda: LATER, apply=True)
    assert (done.changes, done.documents, done.alert) == ([], None, None)
    assert done.headline() == "1 line of the ledger made anew: nothing changes"
    assert rebuild(data, settings, lambda: LATER, apply=True, extract=True).changes == []
    assert rows(data) == before


def test_other_rules_give_a_diff_that_a_dry_run_only_shows(data: Path, other_config: Path) -> None:
    before = rows(data)
    done = qwen_watch("rebuild", "--dry-run", "--format", "json", "--data", data, "--config", other_config)
    assert done.code == 0, done.err
    changes = {(row["change"], row["attribute"]) for row in json.loads(done.out)}
    assert {("new fact", "announced"), ("fact gone", "resigned"), ("conflict opened", "announced")} <= changes
    assert rows(data) == before


def test_applying_raises_one_alert_and_a_second_time_none(data: Path, other_config: Path) -> None:
    first = qwen_watch("rebuild", "--quiet", "--data", data, "--config", other_config)
    assert first.code == 0, first.err
    assert "conflict opened  departure of Zhou Mingyuan (Qwen)  announced" in first.out
    assert "2 documents read again (2 claims new, 2 gone)" in first.out
    assert "alert: Rebuilt: " in first.out
    raised = "SELECT title FROM alerts WHERE alert_id IN (SELECT alert_id FROM summed_up) OR title LIKE 'Rebuilt%'"
    assert len(Published(data).query(raised).rows) == 1
    applied = rows(data)
    second = qwen_watch("rebuild", "--quiet", "--data", data, "--config", other_config)
    assert "1 line of the ledger made anew: nothing changes" in second.out
    assert "read again" not in second.out
    assert rows(data) == applied


def test_what_the_one_alert_told_of_is_not_raised_by_later_copies(data: Path, other_config: Path) -> None:
    settings = load_settings(other_config)
    rebuild(data, settings, lambda: LATER, apply=True)
    alerts = Published(data).query("SELECT count(*) FROM alerts").rows
    copy = replace(
        PAGES[0], url="https://mirror.example/zhou", publisher="Mirror", published="2026-03-25T08:00:00+00:00"
    )
    (data.parent / "copy").mkdir()
    report = ingest([write_warc(data.parent / "copy", copy)], settings, data, lambda: LATER)
    assert report.turn.documents == 1
    assert Published(data).query("SELECT count(*) FROM alerts").rows == alerts


def test_the_ledger_is_that_of_a_data_directory_that_knew_the_rules_from_the_start(
    data: Path, other_config: Path, tmp_path: Path
) -> None:
    settings = load_settings(other_config)
    rebuild(data, settings, lambda: LATER, apply=True)
    ingest([write_warc(tmp_path, *PAGES)], settings, tmp_path / "fresh", lambda: LATER)
    for table in TABLES[:5]:
        query = f"FROM {table} ORDER BY ALL"
        assert Published(data).query(query).rows == Published(tmp_path / "fresh").query(query).rows


def test_what_is_stored_otherwise_than_made_is_named_and_put_right(data: Path, settings: Settings) -> None:
    before = rows(data)[:5]
    with writing(data, WAIT, LATER) as writer:
        [(line, _)] = writer.all_lines()
        held = writer.stored_lines([line])[line]
        wrong = LineChange(held.event_type, held.subject_id, held.metric, held.events, claim_events=held.claim_events)
        writer.commit(Changes(lines=[wrong]))
    done = rebuild(data, settings, lambda: LATER, apply=True)
    assert {change.event for change in done.changes} == {"departure of Zhou Mingyuan (Qwen)"}
    assert {change.change for change in done.changes} >= {"new fact", "conflict opened"}
    assert rows(data)[:5] == before


class Interrupted(Silent):
    """Ctrl-C at one stage."""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def step(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002
        if stage == self.stage:
            raise KeyboardInterrupt


@pytest.mark.parametrize("stage", ["extract", "reconcile"])
def test_interrupted_nothing_is_half_done(data: Path, other_config: Path, stage: str) -> None:
    before = rows(data)
    settings = load_settings(other_config)
    with pytest.raises(KeyboardInterrupt):
        rebuild(data, settings, lambda: LATER, apply=True, progress=Interrupted(stage))
    assert rows(data) == before
    assert rebuild(data, settings, lambda: LATER, apply=True).alert is not None


def test_since_keeps_to_what_was_learned_from_then_on(data: Path, other_config: Path, settings: Settings) -> None:
    after = load_settings(other_config)
    done = rebuild(data, after, lambda: LATER, apply=False, since=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    assert (done.documents, done.claims_new, done.claims_gone) == (1, 1, 1)
    assert rebuild(data, settings, lambda: LATER, apply=False, since=LATER).lines == 0


def test_what_people_decided_is_counted_where_it_bears_on_nothing_any_more(data: Path, other_config: Path) -> None:
    [(conflict,)] = Published(data).query("SELECT conflict_id FROM conflicts").rows
    done = qwen_watch("resolve", conflict, "--value", "2026-03-03", "--because", "his post", "--data", data, "--config",
                      SHIPPED_CONFIG)  # fmt: skip
    assert done.code == 0, done.err
    done = qwen_watch("rebuild", "--dry-run", "-q", "--data", data, "--config", other_config)
    assert "without effect any more: 1 judgement" in done.out


def test_where_nothing_is_stored_it_says_so(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="nothing is stored there yet"):
        rebuild(tmp_path / "none", settings, lambda: LATER, apply=False)


@pytest.mark.skipif(not SHARED.exists(), reason="the corpus does not lie beside this checkout")
def test_the_seeds_rebuild_to_what_they_are(tmp_path: Path, settings: Settings) -> None:
    ingest([SHARED / "corpus" / "seeds" / "seeds.warc.gz"], settings, tmp_path, lambda: LATER)
    assert rebuild(tmp_path, settings, lambda: LATER, apply=False, extract=True).changes == []
