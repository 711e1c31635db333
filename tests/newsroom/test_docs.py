"""The docs tell the truth: the notebook runs, the commands work, the site stands by itself."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from tests.flows.command import ROOT, qwen_watch
from tests.newsroom.expectations import Told

DOCS = ROOT / "docs"
COMMANDS = re.findall(r"^\$ qwen-watch (.*?) --data demo-data$", (DOCS / "reading.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one != "report"])
def test_a_command_of_the_page_on_reading_answers(told: Told, command: str) -> None:
    done = qwen_watch(*shlex.split(command), "--data", told.data_dir)
    assert (done.code, done.err) == (0, "")
    assert len(done.out) > 100


def test_every_cell_of_the_notebook_runs_and_one_draws(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QWEN_WATCH_DATA", str(told.data_dir))
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len(outputs) >= 5
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)
    assert "Shen Yanqiu" in str(outputs)


def test_the_notebook_is_kept_without_the_output_of_somebodys_data() -> None:
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]


def test_the_site_is_built_without_a_request_to_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = sorted(tmp_path.glob("*.html"))
    loading = "script[src], link[href]:not([rel=canonical]), img[src], iframe"
    assert {"index.html", "reading.html", "questions.html", "commands.html"} <= {page.name for page in pages}
    asked = [
        (page.name, address)
        for page in pages
        for element in BeautifulSoup(page.read_text("utf-8"), "lxml").select(loading)
        if (address := element.get("src") or element.get("href") or "").startswith(("http:", "https:", "//"))
    ]
    assert asked == []


def test_pictures_are_there_and_small() -> None:
    named = set(re.findall(r"\(screenshots/([\w-]+\.webp)\)", (DOCS / "reading.md").read_text("utf-8")))
    assert named == {picture.name for picture in (DOCS / "screenshots").iterdir()}
    assert all((DOCS / "screenshots" / name).stat().st_size < 200_000 for name in named)
