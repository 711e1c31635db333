"""A cycle that finds nothing new loads nothing that only news or a changed configuration would need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.command import ROOT, SHIPPED_CONFIG
from tests.sources.site import Web, rss, serving

FEED = "https://wire.example/feed.xml"
ITEM = ("https://wire.example/1", "A quiet week", "Mon, 02 Mar 2026 08:00:00 GMT")
TEXT = "<description>Nobody left the laboratory this week, and no model was released by it either.</description>"
CYCLE = """
import sys
from pathlib import Path
from flows.clock import utc_now
from flows.cycle import cycle
from flows.run_settings import run_settings
data, config = map(Path, sys.argv[1:])
report = cycle(run_settings(data, config), data, utc_now(), utc_now, force=True)
print(report.headline().partition(";")[0])
later = {"feedparser", "httpx", "lxml", "prefect", "pydantic", "rich", "ruamel", "slack_sdk", "trafilatura", "warcio"}
print(*sorted({name.split(".")[0] for name in sys.modules} & later))
"""


def cycle(data: Path, config: Path) -> list[str]:
    """What a process of its own says of a cycle, and what it loaded of the libraries that others than it need."""
    command = [sys.executable, "-c", CYCLE, data, config]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration that ships, channels and routes and all, with one source."""
    return Path(shutil.copytree(SHIPPED_CONFIG, tmp_path / "config"))


def watch(config: Path, web: Web) -> None:
    fetch = f"fetch: {{gateway: '{web.gateway}', allow_networks: [127.0.0.0/8], spacing: 0s}}"
    source = f"{{name: Wire, kind: feed, url: '{FEED}', options: {{articles: entry}}}}"
    (config / "sources.yaml").write_text(f"{fetch}\nsources:\n  - {source}\n", "utf-8")


def test_an_unchanged_configuration_and_no_news_load_no_other_library(config: Path, tmp_path: Path) -> None:
    (data := tmp_path / "data").mkdir()
    with serving() as web:
        web.put(FEED, rss(ITEM, extra=TEXT), Content_Type="application/rss+xml")
        watch(config, web)
        said, loaded = cycle(data, config)
        assert said == "1 source asked (1 new)"
        assert {"pydantic", "ruamel", "warcio"} <= set(loaded.split())
        assert cycle(data, config) == ["1 source asked (1 unchanged)", ""]
