"""The page on configuration names everything that can be configured, and its examples load."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from pipeline.categories import AlertKind, ExtractorKind, Severity, Tier
from pipeline.config import LlmSettings, load_settings
from pipeline.config.channels import OPTIONS
from pipeline.config.extraction import ExtractionFile, LlmSection
from pipeline.config.files import FetchSection, RouteEntry, SourceEntry
from pipeline.sources.registry import KINDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text("utf-8")


def test_every_key_kind_and_option_is_described() -> None:
    extraction = (ExtractionFile, LlmSection)
    models: tuple[type[BaseModel], ...] = (SourceEntry, FetchSection, RouteEntry, *extraction, *OPTIONS.values())
    names = {name for model in models for name in model.model_fields}
    names |= {*KINDS, *OPTIONS, *AlertKind, *Severity, *Tier, *ExtractorKind}
    names |= {option for kind in KINDS.values() for option in kind.options}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_the_examples_are_a_configuration_without_a_mistake(directory: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    for name, text in zip(("sources", "watchlist", "alerts", "extraction"), examples, strict=True):
        (directory / f"{name}.yaml").write_text(text, "utf-8")
    settings = load_settings(directory)
    assert [channel.kind for channel in settings.channels] == ["console", "slack", "email"]
    assert len(settings.sources) == 2
    assert settings.llm == LlmSettings("http://127.0.0.1:11434/v1", "qwen3:8b")
