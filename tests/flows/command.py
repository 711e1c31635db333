"""The command line as a user calls it: a process of its own, real files, and what it printed."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.fetch.archive import Archive

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_CONFIG = ROOT / "config"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def qwen_watch(*arguments: object, cwd: Path | None = None, **environment: str) -> Done:
    """Run `qwen-watch` with the arguments, in an environment without the user's own settings."""
    base = {
        name: value for name, value in os.environ.items() if not name.startswith(("QWEN_WATCH_", "PREFECT_", "COLUMNS"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=cwd,
        env=base | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Page:
    """An article of a test, as it went live."""

    url: str
    publisher: str
    published: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def live(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.published).astimezone(dt.UTC)

    @property
    def html(self) -> bytes:
        text = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)
        head = (
            f'<title>{self.title}</title><meta property="og:site_name" content="{self.publisher}">'
            f'<meta property="article:published_time" content="{self.published}">'
        )
        body = f"<article><h1>{self.title}</h1>{text}</article>"
        return f'<html lang="en"><head>{head}</head><body>{body}</body></html>'.encode()


PAGES = (
    Page(
        "https://ledger.example/zhou-leaves",
        "The Ledger",
        "2026-03-04T09:00:00+00:00",
        "Qwen engineer leaves Alibaba",
        (
            "Zhou Mingyuan, a staff engineer, resigned from Alibaba's Qwen team on March 3, 2026.",
            "The company has spent the past year enlarging the group that builds its models, and it did not say who "
            "will take over his duties there.",
        ),
    ),
    Page(
        "https://tidings.example/qwen-staff",
        "Tidings",
        "2026-03-07T15:30:00+00:00",
        "Another engineer gone at Qwen",
        (
            "Zhou Mingyuan resigned from Qwen on March 6, 2026, according to a message he sent to colleagues.",
            "People who work near the laboratory described a quiet week of meetings, farewell lunches and a good deal "
            "of speculation about what comes next.",
        ),
    ),
)


def write_warc(directory: Path, *pages: Page) -> Path:
    """A WARC file with the pages, each recorded when it went live."""
    with Archive(directory, "pages") as archive:
        for page in pages:
            headers = [("Content-Type", "text/html; charset=utf-8")]
            name, _ = archive.store(page.url, 200, headers, page.html, page.live)
    return directory / name
