"""The worked example of docs/new-source-kind.md works as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.sources.registry import KINDS
from tests.sources.site import NOW, Limits, Notebook, Web, source

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "new-source-kind.md").read_text("utf-8")
STATUS = "https://status.example/incidents.json"


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found
    module = ModuleType("status_pages")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(found[1], "new-source-kind.md", "exec"), vars(module))
    monkeypatch.setitem(KINDS, "status_page", module.StatusPageKind())  # type: ignore[arg-type]


def test_the_kind_of_the_example_gives_documents(web: Web, limits: Limits) -> None:
    incident = '{"id": "x1", "url": "https://status.example/x1", "title": "Slow answers", '
    incident += '"body": "Qwen4-Plus answered slowly in one region.", "created_at": "2026-05-03T08:00:00Z"}'
    web.put(STATUS, f'{{"incidents": [{incident}, {{"id": "x2"}}]}}', content_type="application/json")
    (document,) = Notebook([source(STATUS, "status_page", publisher="Studio")], limits).cycle(NOW).documents
    assert document.text == "Slow answers\nQwen4-Plus answered slowly in one region."
    assert (document.url, document.published_at.isoformat()) == (
        "https://status.example/x1",
        "2026-05-03T08:00:00+00:00",
    )


def test_the_kind_of_the_example_says_what_it_cannot_read(web: Web, limits: Limits) -> None:
    web.put(STATUS, "<html>Down</html>")
    (problem,) = Notebook([source(STATUS, "status_page")], limits).cycle(NOW).problems
    assert "lists no incidents" in problem.message
