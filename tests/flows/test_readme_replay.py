"""A README's news list over all its versions, where the archive lies beside the project: each line is told once."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.ingest import ingest
from pipeline.config import load_settings
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from tests.flows.command import ROOT, SHIPPED_CONFIG
from warehouse import Published

ARCHIVE = ROOT.parent / "shared" / "replay" / "qwen-readme-2024.warc.gz"
NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.skipif(not ARCHIVE.exists(), reason="the archive does not lie beside this checkout")

# Told by themselves: a bullet, a day, and the rest of the line, with links and emphasis still in it.
LINE = re.compile(r"^[*-] (\d{4})\.(\d\d)\.(\d\d): (.+)$", re.MULTILINE)
CLAIMS = """
    SELECT document_url AS url, subject, attribute, value_text AS value, value_from AS day, quote, standing
    FROM evidence WHERE event_type = 'release' ORDER BY ALL
"""


@dataclass(frozen=True)
class Line:
    """A dated line as its versions had it: its day, its wordings from the oldest, and how often they changed."""

    day: dt.date
    wordings: tuple[str, ...]
    versions: int  # one that came back counts again


@pytest.fixture(scope="module")
def versions() -> list[ArchivedResponse]:
    found = [one for one in archived_responses(ARCHIVE) if isinstance(one, ArchivedResponse)]
    return sorted(found, key=lambda one: one.archived_at)


@pytest.fixture(scope="module")
def lines(versions: list[ArchivedResponse]) -> list[Line]:
    """The dated lines of all versions; in these no day has two lines."""
    found: dict[dt.date, list[str]] = defaultdict(list)
    for version in versions:
        for year, month, day, text in LINE.findall(version.body.decode()):
            plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).strip()
            told = found[dt.date(int(year), int(month), int(day))]
            if told[-1:] != [plain]:
                told.append(plain)
    return [Line(day, tuple(dict.fromkeys(told)), len(told)) for day, told in sorted(found.items())]


@pytest.fixture(scope="module")
def read(versions: list[ArchivedResponse], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    config = place / "config"
    (config / "lexicon").mkdir(parents=True)
    for file in SHIPPED_CONFIG.rglob("*.yaml"):
        if file.parent in (SHIPPED_CONFIG, SHIPPED_CONFIG / "lexicon"):
            (config / file.relative_to(SHIPPED_CONFIG)).write_bytes(file.read_bytes())
    source = {"name": "README", "kind": "news_lines", "url": versions[0].url, "publisher": "Qwen", "tier": "official",
              "language": "en", "every": "1h"}  # fmt: skip
    (config / "sources.yaml").write_text(json.dumps({"sources": [source]}), "utf-8")  # JSON is YAML
    report = ingest([ARCHIVE], load_settings(config), place / "data", lambda: NOW)
    assert report.turn.problems == ()
    return place / "data"


def test_every_wording_of_a_line_is_one_version_of_one_document(read: Path, lines: list[Line]) -> None:
    query = "SELECT url, count(*) AS versions, count(revision_of) AS revisions FROM documents GROUP BY url ORDER BY url"
    found = [(row["url"].partition("#")[2], row["versions"], row["revisions"])
             for row in Published(read).query(query).records()]  # fmt: skip
    assert found == [(f"news-{line.day}", line.versions, line.versions - 1) for line in lines]


def test_every_line_is_one_release_or_one_update_on_its_day(read: Path, lines: list[Line]) -> None:
    """As it stands now: the models that a line releases, or the one of which it is an update, with its date."""
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    days: dict[str, set[dt.date]] = defaultdict(set)
    for row in Published(read).query(CLAIMS).records():
        if row["standing"] and row["attribute"] in ("event", "update"):
            told[row["url"]].add((row["subject"], row["attribute"]))
        if row["standing"] and row["attribute"] in ("date", "update"):
            days[row["url"]].add(row["day"])
    assert len(told) == len(lines)
    assert [len(group) for group in told.values()] == [1] * len(lines)
    assert sorted(days.values(), key=min) == [{line.day} for line in lines]


def test_the_ledger_holds_each_line_s_release_once_on_its_day(read: Path, lines: list[Line]) -> None:
    """A name that a later wording took back is retracted; every other line is one confirmed release."""
    events = Published(read).query("SELECT model, released_from, released_to, status FROM model_releases").records()
    standing = [event for event in events if event["status"] != "retracted"]
    assert sorted(event["released_from"] for event in standing) == [line.day for line in lines]
    assert all(event["released_from"] == event["released_to"] for event in standing)
    assert {event["status"] for event in standing} == {"confirmed"}
    assert len({event["model"] for event in events}) == len(events)


def test_all_versions_again_tell_nothing_new(read: Path, versions: list[ArchivedResponse]) -> None:
    before = Published(read).query("SELECT count(*) FROM claims").rows
    assert versions
    report = ingest([ARCHIVE], load_settings(read.parent / "config"), read, lambda: NOW)
    assert (report.turn.documents, report.turn.claims, report.turn.alerts) == (0, 0, ())
    assert Published(read).query("SELECT count(*) FROM claims").rows == before
