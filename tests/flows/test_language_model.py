"""Whole runs with a language model behind a socket: who reads what, what is kept, and what happens when it fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import cycle
from flows.ingest import ingest
from flows.model_reading import open_model
from flows.progress import Silent
from flows.reports import CycleReport, IngestReport
from flows.stages import extract_batch
from pipeline.categories import ExtractorKind
from pipeline.config import LlmSettings, Settings, load_settings
from tests.extract.conftest import document
from tests.extract.llm.conftest import archived
from tests.extract.llm.model_server import Model, reply, says, serving
from tests.flows.command import SHIPPED_CONFIG, qwen_watch
from tests.newsroom.configuration import write_config
from tests.newsroom.server import start
from warehouse import Published

NOON = dt.datetime(2026, 9, 10, 12, tzinfo=dt.UTC)
SENTENCE = "Zhou Mingyuan resigned from Qwen on September 8, 2026, to look after an orchard in Yunnan."
KEY = "made-for-the-test-0123456789"


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load_settings(SHIPPED_CONFIG)


@pytest.fixture
def model() -> Iterator[Model]:
    with serving() as running:
        yield running


def with_model(settings: Settings, model: Model, kind: ExtractorKind, **options: Any) -> Settings:
    """The settings with the model configured, and everything read as `kind` says."""
    sources = tuple(replace(source, extractor=kind) for source in settings.sources)
    return replace(settings, sources=sources, extractor=kind, llm=LlmSettings(model.base_url, "small-1", **options))


def read(texts: Sequence[str], settings: Settings, folder: Path) -> IngestReport:
    """Ingest each text as a file of its own, into `folder`/data."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"memo-{number}.txt")
        files[-1].write_text(f"A memo of {number}\n\n{text}\n", "utf-8")
    return ingest(files, settings, folder / "data", lambda: NOON)


def claims(data: Path) -> set[tuple[Any, ...]]:
    return set(Published(data).query("SELECT extractor, attribute, value_text, confidence FROM claims").rows)


def told(*attributes: tuple[str, str]) -> list[dict[str, Any]]:
    """The departure of the sentence above as a model tells it, with these attributes besides."""
    common = {
        "quote": SENTENCE, "event": "departure", "event_number": 1, "subject": "Zhou Mingyuan",
        "subject_kind": "person", "object": "Qwen", "date_from": None, "date_to": None, "number": None,
        "bound": None, "modality": "asserted", "attributed_to": None,
    }  # fmt: skip
    return [{**common, "attribute": name, "value": value} for name, value in (("event", "true"), *attributes)]


def test_both_agree_and_what_the_model_adds_is_less_sure(shipped: Settings, model: Model, tmp_path: Path) -> None:
    model.answers(says(*told(("reason", "to look after an orchard"))))
    read([SENTENCE], shipped, tmp_path)
    rules = {(attribute, value): sure for _, attribute, value, sure in claims(tmp_path / "data")}
    (tmp_path / "both").mkdir()
    report = read([SENTENCE], with_model(shipped, model, ExtractorKind.BOTH), tmp_path / "both")
    assert report.turn.problems == ()
    both = claims(tmp_path / "both" / "data")
    by_rules = {(attribute, value): sure for extractor, attribute, value, sure in both if extractor == "rules"}
    assert by_rules.keys() == rules.keys()
    assert {one for one in rules if by_rules[one] > rules[one]} == {("event", "true")}
    ((_, attribute, value, sure),) = [one for one in both if one[0] == "llm"]
    assert (attribute, value) == ("reason", "to look after an orchard")
    assert sure < min(rules.values())
    query = "SELECT extractor_version, quote FROM claims WHERE extractor = 'llm'"
    assert Published(tmp_path / "both" / "data").query(query).rows == (("small-1/1", SENTENCE),)


def test_the_model_alone_reads_where_it_is_asked_to(shipped: Settings, model: Model, tmp_path: Path) -> None:
    model.answers(says(*told()))
    read([SENTENCE], with_model(shipped, model, ExtractorKind.LLM), tmp_path)
    assert {extractor for extractor, *_ in claims(tmp_path / "data")} == {"llm"}


def test_nobody_is_asked_where_the_rules_read(shipped: Settings, model: Model, tmp_path: Path) -> None:
    model.answers(says(*told()))
    read([SENTENCE], with_model(shipped, model, ExtractorKind.RULES), tmp_path)
    assert model.asked == []


def test_an_answer_of_no_use_leaves_the_rules_claims_where_both_read(
    shipped: Settings, model: Model, tmp_path: Path
) -> None:
    model.answers(reply(b"<html>"))
    report = read([SENTENCE], with_model(shipped, model, ExtractorKind.BOTH), tmp_path)
    assert {extractor for extractor, *_ in claims(tmp_path / "data")} == {"rules"}
    (problem,) = report.turn.problems
    assert problem.item.endswith("memo-0.txt")
    assert f"the language model at {model.base_url} answered with something" in problem.message
    stored = Published(tmp_path / "data").query("SELECT stage, message FROM problems").rows
    assert stored == (("extract", problem.message),)


def test_a_document_that_the_endpoint_failed_on_is_read_in_the_next_run(
    shipped: Settings, model: Model, tmp_path: Path
) -> None:
    settings = replace(with_model(shipped, model, ExtractorKind.LLM), sources=())
    model.answers(reply(b"no", 403))
    assert read([SENTENCE], settings, tmp_path).turn.documents == 1
    assert claims(tmp_path / "data") == set()
    model.answers(says(*told()))
    later = NOON + dt.timedelta(hours=1)
    report = cycle(settings, tmp_path / "data", later, lambda: later, progress=Silent())
    assert report.turn.problems == ()
    assert {extractor for extractor, *_ in claims(tmp_path / "data")} == {"llm"}
    again = cycle(settings, tmp_path / "data", later, lambda: later, progress=Silent())
    assert (again.turn.claims, len(model.asked)) == (0, 1)


def test_when_the_tokens_are_spent_the_rules_read_the_rest_and_that_is_told_once(
    shipped: Settings, model: Model, tmp_path: Path
) -> None:
    model.answers(says(tokens=9000))
    settings = with_model(shipped, model, ExtractorKind.LLM, tokens_per_run=10_000)
    texts = [
        f"{SENTENCE} This was told to readers of the {edition} edition." for edition in ("first", "second", "third")
    ]
    report = read(texts, settings, tmp_path)
    assert len(model.asked) == 1
    assert [problem.message for problem in report.turn.problems if "tokens are spent" not in problem.message] == []
    assert len(report.turn.problems) == 1
    query = "SELECT count(DISTINCT document_id) FROM claims WHERE extractor = 'rules'"
    assert Published(tmp_path / "data").query(query).rows == ((2,),)


def test_a_key_that_is_not_set_is_told_and_the_rules_read(
    shipped: Settings, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_LLM_KEY", raising=False)
    settings = with_model(shipped, model, ExtractorKind.LLM, key_secret="TEST_LLM_KEY")
    report = read([SENTENCE, SENTENCE.replace("Zhou Mingyuan", "Li Na")], settings, tmp_path)
    assert {extractor for extractor, *_ in claims(tmp_path / "data")} == {"rules"}
    (problem,) = report.turn.problems
    assert "the secret TEST_LLM_KEY is not set" in problem.message
    assert model.asked == []


def test_the_key_is_sent_and_written_nowhere(
    shipped: Settings, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_LLM_KEY", f"{KEY}\n")
    model.answers(reply(f'{{"error": "no such key: {KEY}"}}'.encode(), 401))
    settings = with_model(shipped, model, ExtractorKind.BOTH, key_secret="TEST_LLM_KEY")
    report = read([SENTENCE], settings, tmp_path)
    assert model.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(report)
    assert any(b"[key]" in kept.body for kept in archived(tmp_path / "data"))
    for path in (tmp_path / "data").rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_a_model_s_word_alone_confirms_nothing(shipped: Settings, model: Model, tmp_path: Path) -> None:
    model.answers(says(*[{**each, "attributed_to": "Zhou Mingyuan"} for each in told()]))
    text = f"{SENTENCE} “It was time,” Zhou Mingyuan said."
    read([text], with_model(shipped, model, ExtractorKind.LLM), tmp_path)
    query = "SELECT type, status FROM events"
    assert Published(tmp_path / "data").query(query).rows == (("departure", "reported"),)


def test_a_surprise_with_the_model_costs_the_rules_nothing(shipped: Settings, model: Model, tmp_path: Path) -> None:
    model.answers(says(*told()))
    settings = with_model(shipped, model, ExtractorKind.BOTH)
    no_directory = tmp_path / "archive"
    no_directory.write_bytes(b"")
    with open_model(settings, no_directory, "run", NOON, lambda _: None) as reader:
        extraction = extract_batch([document(SENTENCE)], settings, reader)
    ((problem,), (read,)) = extraction.problems, extraction.claims.values()
    assert problem.message.startswith("unexpected ")
    assert {claim.extractor for claim in read} == {"rules"}
    assert extraction.unread == ()


def run(settings: Settings, data: Path) -> CycleReport:
    return cycle(settings, data, NOON, lambda: NOON, progress=Silent())


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, int]]:
    """The settings of a running newsroom, and how many claims the rules alone find there."""
    folder = tmp_path_factory.mktemp("newsroom")
    with start(NOON) as running:
        settings = load_settings(write_config(folder / "config", running.port))
        yield settings, run(settings, folder / "data").turn.claims


def test_a_cycle_asks_for_each_document_and_keeps_each_answer(
    newsroom: tuple[Settings, int], model: Model, tmp_path: Path
) -> None:
    settings, by_rules = newsroom
    model.answers(says())
    report = run(with_model(settings, model, ExtractorKind.BOTH, tokens_per_run=1_000_000), tmp_path / "data")
    assert report.turn.claims == by_rules > 0
    sent = {asked.document["title"] for asked in model.asked}
    titles = {title for (title,) in Published(tmp_path / "data").query("SELECT title FROM documents").rows}
    assert titles <= sent
    assert {one.url.rpartition(":")[0] for one in archived(tmp_path / "data") if one.url.startswith("urn:")} == {
        "urn:qwen-watch:llm:small-1"
    }


def test_a_cycle_goes_on_without_the_model_when_its_endpoint_is_down(
    newsroom: tuple[Settings, int], model: Model, tmp_path: Path
) -> None:
    settings, by_rules = newsroom
    model.answers(reply(b"closed", 403))
    report = run(with_model(settings, model, ExtractorKind.BOTH), tmp_path / "data")
    assert not report.failed
    assert report.turn.claims == by_rules > 0
    extra = [problem for problem in report.turn.problems if "language model" in f"{problem.item} {problem.message}"]
    assert len(extra) == 4
    assert "failed 3 times in a row" in extra[-1].message
    assert len(model.asked) == 3


@pytest.mark.slow
def test_the_command_asks_the_model_under_prefect_with_its_key(model: Model, tmp_path: Path) -> None:
    model.answers(says())
    with start(NOON) as running:
        config = write_config(tmp_path / "config", running.port)
        llm = f"  base_url: {model.base_url}\n  model: small-1\n  key_secret: TEST_LLM_KEY\n"
        (config / "extraction.yaml").write_text(f"extractor: both\nllm:\n{llm}", "utf-8")
        options = ("--config", config, "--data", tmp_path / "data", "--at", NOON.isoformat())
        done = qwen_watch("run", *options, TEST_LLM_KEY=KEY)
    assert done.code == 0, done.err
    assert model.asked
    assert {asked.headers["authorization"] for asked in model.asked} == {f"Bearer {KEY}"}
    assert KEY not in done.out + done.err
    assert [one for one in archived(tmp_path / "data") if one.url.startswith("urn:qwen-watch:llm:")]
