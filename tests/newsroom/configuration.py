"""Writes a configuration that points the real program at a running newsroom."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ruamel.yaml import YAML

ROOM = Path(__file__).parent
LEXICON = ROOM.parents[1] / "config" / "lexicon"
SLACK_SECRET = "QWEN_WATCH_DEMO_SLACK"


def write_config(directory: Path, port: int, slack_url: str | None = None, smtp_port: int | None = None) -> Path:
    """Write sources, watchlist, alerts and the project's lexicon to `directory`, and return it.

    Channels without a receiver are left out. The webhook's address is a secret: it goes to the environment.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sources = (ROOM / "config" / "sources.yaml").read_text("utf-8")
    (directory / "sources.yaml").write_text(sources.replace("GATEWAY", f"http://127.0.0.1:{port}"), "utf-8")
    shutil.copyfile(ROOM / "config" / "watchlist.yaml", directory / "watchlist.yaml")
    shutil.copytree(LEXICON, directory / "lexicon", dirs_exist_ok=True)
    _write_alerts(directory / "alerts.yaml", slack_url, smtp_port)
    return directory


def _write_alerts(path: Path, slack_url: str | None, smtp_port: int | None) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    alerts = yaml.load((ROOM / "config" / "alerts.yaml").read_text("utf-8"))
    absent = set()
    for channel in alerts["channels"]:
        if channel["kind"] == "slack":
            if slack_url is None:
                absent.add(channel["name"])
            else:
                os.environ[SLACK_SECRET] = slack_url
        if channel["kind"] == "email":
            if smtp_port is None:
                absent.add(channel["name"])
            channel["options"]["port"] = smtp_port
    alerts["channels"] = [each for each in alerts["channels"] if each["name"] not in absent]
    alerts["routes"] = [each for each in alerts["routes"] if each["channel"] not in absent]
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(alerts, stream)
