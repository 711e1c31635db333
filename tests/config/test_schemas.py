"""The JSON schemas for editors are those of the models, and agree with what loading accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from pipeline.config import schemas, write_schemas
from tests.config.conftest import ALERTS, SHIPPED, SOURCES, WATCHLIST

FIX = "run `qwen-watch check --write-schemas`"


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


def test_the_schemas_in_the_repository_are_current() -> None:
    for name, schema in schemas().items():
        assert json.loads((SHIPPED / "schemas" / name).read_text("utf-8")) == schema, FIX
    assert {path.name for path in (SHIPPED / "schemas").iterdir()} == set(schemas())


def test_writing_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path)
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_schemas(tmp_path)] == first


@pytest.mark.parametrize("path", [*SHIPPED.glob("*.yaml"), *SHIPPED.glob("lexicon/*.yaml")], ids=lambda path: path.name)
def test_a_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = json.loads((path.parent / first.partition("$schema=")[2]).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read(text))


@pytest.mark.parametrize(
    ("name", "text", "old", "new"),
    [
        ("sources.json", SOURCES, "kind: feed", "kind: feeed"),
        ("sources.json", SOURCES, "selector", "selektor"),
        ("sources.json", SOURCES, "every: 30m", "every: 30 minutes"),
        ("sources.json", SOURCES, "tier: press", "tier: pres"),
        ("watchlist.json", WATCHLIST, "people", "person"),
        ("alerts.json", ALERTS, "webhook_url_secret: TEAM_HOOK", "timeout: 5s"),
        ("alerts.json", ALERTS, "TEAM_HOOK", "https://hooks.desk.example/x"),
        ("alerts.json", ALERTS, "min_severity: medium", "min_severity: middling"),
    ],
)
def test_an_editor_sees_the_mistake_that_loading_would_tell(name: str, text: str, old: str, new: str) -> None:
    validator = Draft202012Validator(schemas()[name])
    assert validator.is_valid(read(text))
    assert not validator.is_valid(read(text.replace(old, new, 1)))
