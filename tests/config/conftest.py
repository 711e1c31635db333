"""A configuration that is right, for tests to spoil in one place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import Settings, load_settings
from pipeline.errors import ConfigurationError

SHIPPED = Path(__file__).resolve().parents[2] / "config"

SOURCES = """\
fetch:
  user_agent: test/1 (ada@desk.example)
sources:
  - name: Harbour Wire
    kind: feed
    url: https://harbour.example/feed.xml
    publisher: Harbour Wire
    tier: press
    language: en
    every: 30m
  - name: Team page
    kind: listing
    url: https://team.example/news
    publisher: The team
    tier: official
    every: 6h
    options:
      selector: a.news
"""
WATCHLIST = """\
organisations:
  - name: Harbour Group
    aliases: [港湾集团]
  - name: Model team
    parent: Harbour Group
people:
  - name: Wei Ran
    aliases: [魏然]
    handles: ["@weiran", wr_models]
models:
  - name: Lantern
  - name: Lantern Small
    parent: Lantern
"""
ALERTS = """\
channels:
  - name: here
    kind: console
  - name: team
    kind: slack
    options:
      webhook_url_secret: TEAM_HOOK
  - name: desk
    kind: email
    enabled: false
    options:
      host: mail.desk.example
      sender: Watch <watch@desk.example>
      recipients: [ada@desk.example, bo@desk.example]
routes:
  - channel: here
  - channel: team
    kinds: [conflict_opened, conflict_resolved]
    min_severity: medium
  - channel: desk
    digest: true
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A configuration directory without a mistake."""
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    (tmp_path / "watchlist.yaml").write_text(WATCHLIST, "utf-8")
    (tmp_path / "alerts.yaml").write_text(ALERTS, "utf-8")
    (tmp_path / "lexicon").mkdir()
    shutil.copyfile(SHIPPED / "lexicon" / "en.yaml", tmp_path / "lexicon" / "en.yaml")
    return tmp_path


@pytest.fixture
def spoil(directory: Path) -> Callable[..., list[str]]:
    """Replaces a piece of one file and gives the mistakes that are then found."""

    def replace(name: str, old: str, new: str) -> list[str]:
        path = directory / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return mistakes(directory)

    return replace


def mistakes(directory: Path) -> list[str]:
    """What is wrong with a configuration; empty when nothing is."""
    found: Settings | None = None
    try:
        found = load_settings(directory)
    except ConfigurationError as error:
        return list(error.mistakes)
    assert found is not None
    return []
