"""The worked example of docs/new-source-kind.md works as it stands there: one module and one registration."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "new-source-kind.md").read_text("utf-8")
STATUS = "https://status.example/incidents.json"
LAST = '    "x_timeline": Registered("pipeline.sources.x_timeline.XTimelineKind", sends_fields=True),\n'
ASK = """
import json, sys
from tests.sources.site import NOW, Limits, Notebook, serving, source
with serving() as web:
    web.put(sys.argv[1], sys.argv[2], content_type="application/json")
    found = Notebook([source(sys.argv[1], "status_page", publisher="Studio")], Limits(gateway=web.gateway)).cycle(NOW)
documents = [(one.url, one.text, one.published_at.isoformat()) for one in found.documents]
print(json.dumps([documents, [one.message for one in found.problems]]))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the room of work, with the example added as the page says."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "pipeline", tree / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "sources", tree / "tests" / "sources")
    (tree / "tests" / "__init__.py").touch()
    module, registration = (
        re.search(r"```python\n(.*?)```", PAGE, re.DOTALL),
        re.search(r"`(\"status_page\".*?)`", PAGE),
    )
    assert module
    assert registration
    (tree / "pipeline" / "sources" / "status_page.py").write_text(module[1], "utf-8")
    registry = tree / "pipeline" / "sources" / "registry.py"
    written = registry.read_text("utf-8").replace(LAST, f"{LAST}    {registration[1]},\n")
    registry.write_text(written, "utf-8")
    return tree


def ask(tree: Path, answer: str) -> tuple[list[list[str]], list[str]]:
    """The documents and problems of the example's source, where its address gives `answer`."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-P", "-c", ASK, STATUS, answer]
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    documents, problems = json.loads(ran.stdout)
    return documents, problems


def test_the_kind_of_the_example_gives_documents(tree: Path) -> None:
    incident = '{"id": "x1", "url": "https://status.example/x1", "title": "Slow answers", '
    incident += '"body": "Qwen4-Plus answered slowly in one region.", "created_at": "2026-05-03T08:00:00Z"}'
    documents, problems = ask(tree, f'{{"incidents": [{incident}, {{"id": "x2"}}]}}')
    text = "Slow answers\nQwen4-Plus answered slowly in one region."
    assert documents == [["https://status.example/x1", text, "2026-05-03T08:00:00+00:00"]]
    assert problems == []


def test_the_kind_of_the_example_says_what_it_cannot_read(tree: Path) -> None:
    documents, (problem,) = ask(tree, "<html>Down</html>")
    assert documents == []
    assert "lists no incidents" in problem
