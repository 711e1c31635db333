"""A model behind a real socket, and a reader of documents that asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.config import LlmSettings, Settings, load_settings
from pipeline.extract.llm import ModelReader
from pipeline.fetch.archive import Archive
from tests.extract.conftest import CONFIG
from tests.extract.llm.model_server import Model, serving

NOW = dt.datetime(2026, 9, 10, 13, tzinfo=dt.UTC)

TEXT = (
    "Zhou Mingyuan, a staff engineer, resigned from Alibaba's Qwen team on September 8, 2026.\n"
    "“We thank him,” the company said. Qwen's models have been downloaded over 600 million times.\n"
    "Qwen4-9B came out on September 3 under Apache 2.0."
)
RESIGNED = "Zhou Mingyuan, a staff engineer, resigned from Alibaba's Qwen team on September 8, 2026."
DOWNLOADED = "Qwen's models have been downloaded over 600 million times."
CAME_OUT = "Qwen4-9B came out on September 3 under Apache 2.0."


def claim(**given: Any) -> dict[str, Any]:
    """A departure of the text above as a model tells it, but for what is given."""
    return {
        "quote": RESIGNED,
        "event": "departure",
        "event_number": 1,
        "subject": "Zhou Mingyuan",
        "subject_kind": "person",
        "object": "Qwen team",
        "attribute": "event",
        "value": "true",
        "date_from": None,
        "date_to": None,
        "number": None,
        "bound": None,
        "modality": "asserted",
        "attributed_to": None,
        **given,
    }


DEPARTURE: tuple[Mapping[str, Any], ...] = (
    claim(),
    claim(attribute="resigned", value="2026-09-08", date_from="2026-09-08", date_to="2026-09-08"),
    claim(attribute="role", value="staff engineer"),
)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(CONFIG)


@pytest.fixture
def model() -> Iterator[Model]:
    with serving() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a reader was to wait between two tries; it does not really wait."""
    return []


@pytest.fixture
def open_reader(model: Model, settings: Settings, waits: list[float], tmp_path: Path) -> Callable[..., Any]:
    """Opens a reader with an archive under `tmp_path`; options are those of the configuration, and `key`."""

    @contextmanager
    def opened(key: str | None = None, **options: Any) -> Iterator[ModelReader]:
        llm = LlmSettings(model.base_url, "small-1", **options)
        with (
            Archive(tmp_path / "archive", "run") as archive,
            closing(
                ModelReader(
                    llm,
                    key,
                    settings.lexicons,
                    settings.watchlist,
                    archive,
                    NOW,
                    user_agent="test/1",
                    sleep=waits.append,
                )
            ) as reader,
        ):
            yield reader

    return opened


@dataclass(frozen=True)
class Kept:
    """A response record of the archive: the status line and headers, and the body."""

    url: str
    headers: str
    body: bytes


def archived(directory: Path) -> list[Kept]:
    """Every response that the archive under `directory` holds."""
    kept = []
    for path in sorted((directory / "archive").glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    headers, _, body = record.raw_stream.read().partition(b"\r\n\r\n")
                    kept.append(Kept(record.rec_headers.get_header("WARC-Target-URI"), headers.decode(), body))
    return kept
