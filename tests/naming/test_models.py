"""The grammar of model names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.naming.models import parse_model


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Qwen3.5-397B-A17B", "Qwen3.5-397B-A17B"),
        ("Qwen3-Coder-480B-A35B-Instruct", "Qwen3-Coder-480B-A35B"),
        ("Qwen 3.6-Plus", "Qwen3.6-Plus"),
        ("Qwen2.5 Coder 32B", "Qwen2.5-Coder-32B"),
        ("QwQ-32B-Preview", "QwQ-32B-Preview"),
        ("Qwen3-30B-A3B-Thinking-2507", "Qwen3-30B-A3B-Thinking-2507"),
        ("Qwen/Qwen3-8B-GGUF", "Qwen3-8B"),
        ("Qwen3.5:9b", "Qwen3.5-9B"),
        ("GLM-5", "GLM-5"),
        ("Kimi K2.6", "Kimi K2.6"),
        ("DeepSeek V3.2", "DeepSeek-V3.2"),
        ("Mixtral 8x7B", "Mixtral-8x7B"),
    ],
)
def test_spellings_fold_into_one_name_without_packaging(written: str, canonical: str) -> None:
    model = parse_model(written)
    assert model is not None
    assert model.canonical == canonical


def test_models_form_a_tree_from_packaging_to_family() -> None:
    line = []
    model = parse_model("Qwen3-Coder-480B-A35B-Instruct")
    while model is not None:
        line.append(model.canonical)
        model = model.parent
    assert line == ["Qwen3-Coder-480B-A35B", "Qwen3-Coder", "Qwen3", "Qwen"]


def test_a_size_and_a_version_never_run_together_in_a_key() -> None:
    small, odd = parse_model("Qwen3.5-9B"), parse_model("Qwen3.59B")
    assert small is not None
    assert odd is not None
    assert small.key != odd.key


@pytest.mark.parametrize("text", ["", "   ", "2026", "-", "系列"])
def test_what_begins_with_no_family_is_no_model(text: str) -> None:
    assert parse_model(text) is None


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_and_parents_end(text: str) -> None:
    model = parse_model(text)
    for _ in range(60):
        if model is None:
            return
        model = model.parent
    raise AssertionError("the line of parents never ends")
