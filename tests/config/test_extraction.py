"""extraction.yaml: may be left out, and says at once where a model is asked for that is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.categories import ExtractorKind
from pipeline.config import load_settings, missing_secrets
from tests.config.conftest import SHIPPED, mistakes

Spoil = Callable[..., list[str]]
EXTRACTION = """\
extractor: rules
llm:
  base_url: http://127.0.0.1:11434/v1/
  model: small-1
  key_secret: TEST_MODEL_KEY
  timeout: 45s
"""


@pytest.fixture
def modelled(directory: Path) -> Path:
    """A configuration with a language model."""
    (directory / "extraction.yaml").write_text(EXTRACTION, "utf-8")
    return directory


def test_without_the_file_the_rules_read_everything(directory: Path) -> None:
    settings = load_settings(directory)
    assert settings.llm is None
    assert {settings.extractor, *(source.extractor for source in settings.sources)} == {ExtractorKind.RULES}


def test_the_file_that_ships_asks_no_model() -> None:
    settings = load_settings(SHIPPED)
    assert (settings.llm, settings.extractor) == (None, ExtractorKind.RULES)


def test_the_file_that_ships_is_whole_once_its_lines_are_taken_in(directory: Path) -> None:
    shipped = (SHIPPED / "extraction.yaml").read_text("utf-8")
    head, section, lines = shipped.partition("\nllm:")
    (directory / "extraction.yaml").write_text(head + section + lines.replace("\n#", "\n"), "utf-8")
    llm = load_settings(directory).llm
    assert llm is not None
    assert (llm.base_url, llm.key_secret) == ("http://127.0.0.1:11434/v1", "QWEN_WATCH_LLM_KEY")


def test_a_source_says_for_itself_and_the_others_follow_the_file(modelled: Path, spoil: Spoil) -> None:
    assert spoil("extraction.yaml", "extractor: rules", "extractor: both") == []
    assert spoil("sources.yaml", "kind: feed\n", "kind: feed\n    extractor: llm\n") == []
    settings = load_settings(modelled)
    assert [source.extractor for source in settings.sources] == [ExtractorKind.LLM, ExtractorKind.BOTH]
    assert settings.extractor is ExtractorKind.BOTH
    assert settings.llm is not None
    assert settings.llm.base_url == "http://127.0.0.1:11434/v1"
    assert settings.llm.timeout == dt.timedelta(seconds=45)


@pytest.mark.parametrize("asked", ["llm", "both"])
def test_a_source_that_asks_for_a_model_that_is_not_configured_is_a_mistake(spoil: Spoil, asked: str) -> None:
    assert spoil("sources.yaml", "kind: feed\n", f"kind: feed\n    extractor: {asked}\n") == [
        f"sources.yaml:6: sources[0].extractor: '{asked}' needs a language model, and none is configured; "
        "fill in llm in extraction.yaml, or write rules here"
    ]


def test_a_file_that_asks_for_a_model_without_one_is_a_mistake(directory: Path) -> None:
    (directory / "extraction.yaml").write_text("extractor: both\nllm:\n", "utf-8")
    assert mistakes(directory) == [
        "extraction.yaml:1: extractor: 'both' needs a language model, and none is configured; "
        "fill in llm below, or write rules here"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "extractor: rules",
            "extractor: rule",
            "extraction.yaml:1: extractor: unknown value 'rule'; did you mean 'rules'? one of: both, llm, rules",
        ),
        (
            "http://127.0.0.1:11434/v1/",
            "http://127.0.0.1:11434/v1/chat/completions",
            "extraction.yaml:3: llm.base_url: leave out /chat/completions; write it up to its version, such as "
            "http://127.0.0.1:11434/v1",
        ),
        (
            "http://127.0.0.1:11434/v1/",
            "http://models.desk.example/v1",
            "extraction.yaml:2: llm: base_url is http: the key would cross the network readable; "
            "write https, or no key",
        ),
        (
            "  model: small-1\n",
            "",
            "extraction.yaml:2: llm.model: this is missing; add `model:` (The model's name as the endpoint knows it)",
        ),
        (
            "timeout: 45s",
            "tokens_per_run: 12",
            "extraction.yaml:6: llm.tokens_per_run: 12 is out of range; it must be greater than or equal to 1000",
        ),
    ],
    ids=["extractor", "whole_address", "key_over_http", "no_model", "budget"],
)
def test_a_mistake_in_the_file(modelled: Path, spoil: Spoil, old: str, new: str, told: str) -> None:
    assert modelled.is_dir()
    assert spoil("extraction.yaml", old, new) == [told]


@pytest.mark.parametrize("line", ["api_key: hunter2", "key_secret: hunter2", "key: sk-made-for-the-test-0123456789"])
def test_a_key_in_the_file_is_refused_and_not_repeated(modelled: Path, spoil: Spoil, line: str) -> None:
    found = spoil("extraction.yaml", "key_secret: TEST_MODEL_KEY", line)
    assert modelled.is_dir()
    assert found
    assert not any(secret in told for told in found for secret in ("hunter2", "sk-made"))


def test_a_key_that_is_not_set_is_told_when_asked(modelled: Path) -> None:
    settings = load_settings(modelled)
    told = missing_secrets(settings, {"TEAM_HOOK": "x"}.get)
    assert [(problem.item, problem.message.split(";")[0]) for problem in told] == [
        ("language model", "the secret TEST_MODEL_KEY is not set")
    ]
    assert missing_secrets(settings, {"TEAM_HOOK": "x", "TEST_MODEL_KEY": "y"}.get) == ()
