"""The commands `releases` and `annotation`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.flows.command import PAGES, SHIPPED_CONFIG, Page, qwen_watch, write_warc
from warehouse import Published

RELEASE = Page(
    "https://ledger.example/qwen9",
    "The Ledger",
    "2026-03-05T09:00:00+00:00",
    "Qwen9 is out",
    ("Alibaba's Qwen team released Qwen9 on March 5, 2026, with open weights; a café named “Ｑｗｅｎ” opened.",),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cite")
    warc = write_warc(place, *PAGES, RELEASE)
    done = qwen_watch("ingest", warc, "--data", place / "data", "--config", SHIPPED_CONFIG)
    assert done.code == 0, done.err
    return place / "data"


def test_releases_shows_places_and_what_is_missing(data: Path) -> None:
    done = qwen_watch("releases", "--data", data)
    assert (done.code, done.err) == (0, "")
    head, row, missing = done.out.splitlines()
    assert head.split()[:4] == ["model", "place", "first_seen", "said_from"]
    assert row.split()[:5] == ["Qwen9", "press", "2026-03-05", "09:00:00", "2026-03-05"]
    assert missing == "missing: Qwen9, any official place: told of by press alone (since 2026-03-05)"


def test_releases_of_one_model_and_what_is_missing_alone(data: Path) -> None:
    [row] = json.loads(qwen_watch("releases", "qwen9", "--data", data, "--format", "json").out)
    assert (row["place"], row["lag_days"], row["url"]) == ("press", 0.0, RELEASE.url)
    [row] = json.loads(qwen_watch("releases", "--missing", "--data", data, "--format", "json").out)
    assert (row["model"], row["missing"]) == ("Qwen9", "any official place")
    unknown = qwen_watch("releases", "Qwem9", "--data", data, "--format", "json")
    assert (unknown.code, "'Qwen9'" in unknown.err) == (2, True)


def test_an_event_is_exported_as_a_collection_and_each_quote_stands_at_its_place(data: Path) -> None:
    [(event,)] = Published(data).query("SELECT event_id FROM events WHERE type = 'departure'").rows
    done = qwen_watch("annotation", event[:6], "--data", data)
    made = json.loads(done.out)
    texts = dict(Published(data).query("SELECT url, text FROM documents").rows)
    assert made["total"] == len(made["first"]["items"]) > 1
    for item in made["first"]["items"]:
        quote, position = item["target"]["selector"]
        text = texts[item["target"]["source"]["id"]]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert text.count(quote["prefix"] + quote["exact"] + quote["suffix"]) == 1
        file, _, offset = item["target"]["state"]["cached"].partition("#")
        assert (data / file).exists()
        assert int(offset) >= 0


def test_a_claim_is_exported_alone(data: Path) -> None:
    [(claim, *_), *_] = Published(data).query("SELECT claim_id FROM claims WHERE event_type = 'release'").rows
    made = json.loads(qwen_watch("annotation", claim, "--data", data).out)
    assert made["id"] == f"urn:qwen-watch:claim:{claim}"
    assert made["@context"][0] == "http://www.w3.org/ns/anno.jsonld"


@pytest.mark.parametrize("asked", ["nobody", "", "' OR true --"], ids=["unknown", "empty", "sql"])
def test_an_id_that_is_none_is_a_usage_error(data: Path, asked: str) -> None:
    done = qwen_watch("annotation", asked, "--data", data)
    assert done.code == 2
    assert "no id is" in done.err


def test_a_claim_whose_text_was_altered_is_not_exported(data: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered"
    altered.mkdir()
    (altered / "qwen.duckdb").write_bytes((data / "qwen.duckdb").read_bytes())
    with duckdb.connect(str(altered / "qwen.duckdb")) as connection:
        connection.execute("UPDATE documents SET text = replace(text, 'March 5', 'March 8')")
    [(event,)] = Published(data).query("SELECT event_id FROM events WHERE type = 'release'").rows
    done = qwen_watch("annotation", event, "--data", altered)
    assert (done.code, done.out) == (1, "")
    assert "the quote is not what the text has" in done.err
