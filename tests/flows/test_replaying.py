"""Replay: an archive of several cycles gives the same ledger again, and a damaged one is found out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.archive_checking import ArchiveTally, damaged_records
from flows.cycle import cycle
from flows.progress import Silent
from flows.replaying import archive_files, replay
from pipeline.config import Settings, load_settings
from pipeline.errors import InputError
from tests.flows.command import qwen_watch
from tests.newsroom.configuration import write_config
from tests.newsroom.server import Newsroom, start
from warehouse import Published

EVENING = dt.datetime(2026, 9, 17, 23, tzinfo=dt.UTC)
CYCLES = [EVENING - dt.timedelta(hours=hours) for hours in (230, 190, 170, 150, 96, 60, 30, 7, 0)]
LEDGER = {
    "documents": "document_id, url, title, publisher, published_at, fetched_at, text_sha256, story_id, story_role",
    "claims": "claim_id, document_id, event_id, attribute, value_text, quote_start, known_at",
    "events": "event_id, type, subject_id, date_from, date_to, status, disputed, documents, origins",
    "facts": "fact_id, event_id, attribute, value_text, status, known_from, known_to",
    "conflicts": "conflict_id, event_id, attribute, kind, left_value, right_value, status, opened_at, resolved_at",
}


def ledger(data: Path) -> dict[str, list[tuple[object, ...]]]:
    read = {name: f"SELECT {columns} FROM {name} ORDER BY ALL" for name, columns in LEDGER.items()}
    return {name: list(Published(data).query(query).rows) for name, query in read.items()}


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with start(CYCLES[0]) as running:
        yield running


@pytest.fixture(scope="module")
def settings(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(write_config(tmp_path_factory.mktemp("config"), newsroom.port))


@pytest.fixture(scope="module")
def lived(newsroom: Newsroom, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that saw the story in several cycles."""
    data = tmp_path_factory.mktemp("lived") / "data"
    for at in CYCLES:
        newsroom.clock = at
        cycle(settings, data, at, lambda at=at: at, progress=Silent())
    return data


def test_a_replayed_archive_gives_the_same_ledger_id_by_id(settings: Settings, lived: Path, tmp_path: Path) -> None:
    report = replay(archive_files(lived), settings, tmp_path / "again")
    first, again = ledger(lived), ledger(tmp_path / "again")
    assert report.moments > 3
    for name in LEDGER:
        assert first[name], name
        assert again[name] == first[name], name


@pytest.mark.soak
def test_a_replay_of_a_replay_gives_it_once_more(settings: Settings, lived: Path, tmp_path: Path) -> None:
    replay(archive_files(lived), settings, tmp_path / "again")
    replay(archive_files(tmp_path / "again"), settings, tmp_path / "and again")
    assert ledger(tmp_path / "and again") == ledger(lived)


def test_a_span_of_time_is_replayed_as_if_there_were_no_other(settings: Settings, lived: Path, tmp_path: Path) -> None:
    replay(archive_files(lived), settings, tmp_path / "early", until=CYCLES[2])
    early = [row for row in ledger(lived)["documents"] if row[5] <= CYCLES[2]]  # type: ignore[operator]
    assert [row[0] for row in ledger(tmp_path / "early")["documents"]] == [row[0] for row in early]
    replay(archive_files(lived), settings, tmp_path / "late", since=CYCLES[3])
    assert all(row[5] >= CYCLES[3] for row in ledger(tmp_path / "late")["documents"])  # type: ignore[operator]


def test_a_replay_sends_nothing_and_leaves_other_data_alone(settings: Settings, lived: Path, tmp_path: Path) -> None:
    replay(archive_files(lived), settings, tmp_path / "again")
    assert Published(tmp_path / "again").query("SELECT count(*) FROM deliveries").rows == ((0,),)
    with pytest.raises(InputError, match="not empty"):
        replay(archive_files(lived), settings, lived)
    with pytest.raises(InputError, match="no WARC file"):
        archive_files(tmp_path / "again" / "archive" / "none")


def test_the_cycles_of_a_day_share_a_file(lived: Path) -> None:
    days = {at.strftime("%Y%m%d") for at in CYCLES}
    assert {path.name for path in (lived / "archive").glob("*.warc.gz")} <= {f"{day}.warc.gz" for day in days}


def test_a_sound_archive_is_well_and_a_damaged_record_is_named(lived: Path, tmp_path: Path) -> None:
    tally = ArchiveTally()
    assert list(damaged_records(lived / "archive", tally)) == []
    assert tally.bodies > 10
    copy = tmp_path / "data" / "archive"
    copy.mkdir(parents=True)
    for path in (lived / "archive").glob("*.warc.gz"):
        (copy / path.name).write_bytes(path.read_bytes())
    victim = max(copy.iterdir(), key=lambda path: path.stat().st_size)
    spoiled = bytearray(victim.read_bytes())
    spoiled[-8] ^= 0xFF  # of the last record's checksum: a byte of a gzip header, by chance hit, would say nothing
    victim.write_bytes(bytes(spoiled))
    done = qwen_watch("archive", "verify", "--data", tmp_path / "data")
    assert done.code == 1
    assert f"{victim.name} at byte " in done.out
    assert qwen_watch("archive", "verify", "--data", lived).code == 0
