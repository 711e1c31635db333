"""What sentences and lines say of a model: counts, licences, availability, and whose they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.categories import Bound
from pipeline.config import Settings
from pipeline.extract.fields import FieldReader
from pipeline.extract.specifications import SpecificationReader

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "a model with 480B parameters, of which 35B are active",
         {"parameters": 480e9, "parameters_active": 35e9}),
        ("en", "1.1 trillion parameters, of which 38 billion are active, and a context of one million tokens",
         {"parameters": 1.1e12, "parameters_active": 38e9, "context_tokens": 1e6}),
        ("en", "120 billion parameters in total, 7 billion of them active, and a context of 512K.",
         {"parameters": 120e9, "parameters_active": 7e9, "context_tokens": 512e3}),
        ("en", "offered with 32B-A3B, and a 1M token context",
         {"parameters": 32e9, "parameters_active": 3e9, "context_tokens": 1e6}),
        ("en", "it was trained on 9 trillion tokens, of which 70 percent are code", {"training_tokens": 9e12}),
        ("en", "it has seen 18 trillion tokens of training data", {"training_tokens": 18e12}),
        ("en", "the models range from 0.8B to 397B parameters", {}),
        ("zh", "总参数1.1万亿，激活400亿，上下文 256K",
         {"parameters": 1.1e12, "parameters_active": 40e9, "context_tokens": 256e3}),
        ("zh", "总参数达到1.2万亿，每次推理激活380亿，原生上下文200万token",
         {"parameters": 1.2e12, "parameters_active": 38e9, "context_tokens": 2e6}),
        ("zh", "总参数 1480 亿，激活参数 90 亿，上下文长度 100 万 token",
         {"parameters": 148e9, "parameters_active": 9e9, "context_tokens": 1e6}),
        ("zh", "预训练数据达36万亿token，支持百万上下文", {"training_tokens": 36e12, "context_tokens": 1e6}),
        ("zh", "经过2-3T tokens训练", {}),
    ],
)  # fmt: skip
def test_counts(shipped: Settings, language: str, text: str, expected: dict[str, float]) -> None:
    found = SpecificationReader(shipped.lexicons[language]).of(text)
    assert {attribute: value.number for attribute, value in found} == expected


def test_an_order_of_magnitude_is_no_count_but_a_bound_is(shipped: Settings) -> None:
    reader = SpecificationReader(shipped.lexicons["zh"])
    assert reader.of("这是一款万亿参数模型") == []
    ((_, value),) = reader.of("参数规模超过万亿")
    assert (value.number, value.bound) == (1e12, Bound.AT_LEAST)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Both are open-weighted under Apache 2.0.", {"license": "Apache-2.0", "availability": "open weights"}),
        ("en", "Its weights are open, under the MIT licence.", {"license": "MIT", "availability": "open weights"}),
        ("en", "It comes under a modified MIT license.", {"license": "Modified MIT"}),
        ("en", "It is not open-weights, and available through the API.", {"availability": "API"}),
        ("zh", "以 MIT 协议开源", {"license": "MIT", "availability": "open weights"}),
        ("zh", "采用修改版MIT协议，权重可下载", {"license": "Modified MIT", "availability": "open weights"}),
        ("zh", "该模型不开放权重，submit 方式不变", {}),
    ],
)
def test_licence_and_availability(shipped: Settings, language: str, text: str, expected: dict[str, str]) -> None:
    found = SpecificationReader(shipped.lexicons[language]).of(text)
    assert {attribute: value.text for attribute, value in found} == expected


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("en", "- Total parameters: 96B", {"parameters": "96000000000"}),
        ("en", "Parameters (total / active): 96B / 6B",
         {"parameters": "96000000000", "parameters_active": "6000000000"}),
        ("en", "* Parameters: 1.1T total, 38B active",
         {"parameters": "1100000000000", "parameters_active": "38000000000"}),
        ("en", "Sizes: 4B, 8B and 32B", {"sizes": "4B, 8B, 32B"}),
        ("en", "- Context length: 131,072", {"context_tokens": "131072"}),
        ("en", "- Training data: 18 trillion tokens", {"training_tokens": "18000000000000"}),
        ("en", "Licence: modified MIT", {"license": "Modified MIT"}),
        ("en", "License | Apache 2.0", {"license": "Apache-2.0"}),
        ("en", "- Weights: open, on a model hub", {"availability": "open weights"}),
        ("en", "- Weights: not released", {}),
        ("en", "Context: undisclosed", {}),
        ("zh", "参数量：1.1万亿", {"parameters": "1100000000000"}),
        ("zh", "- 总参数 / 激活：1480亿 / 90亿", {"parameters": "148000000000", "parameters_active": "9000000000"}),
        ("zh", "上下文：100万", {"context_tokens": "1000000"}),
        ("zh", "开源协议：Apache 2.0", {"license": "Apache-2.0"}),
        ("zh", "权重：已开放下载", {"availability": "open weights"}),
        ("zh", "状态：尚未发布", {}),
    ],
)  # fmt: skip
def test_a_line_of_a_name_and_its_value(shipped: Settings, language: str, line: str, expected: dict[str, str]) -> None:
    lexicon = shipped.lexicons[language]
    found = FieldReader(lexicon, SpecificationReader(lexicon)).of_line(line)
    assert found is not None
    assert {attribute: value.text for attribute, value in found} == expected


@pytest.mark.parametrize("line", ["Price: 2 dollars", "Context | 128K | 256K", "The context is long.", "Context:"])
def test_other_lines_are_no_values_of_one_model(shipped: Settings, line: str) -> None:
    assert FieldReader(shipped.lexicons["en"], SpecificationReader(shipped.lexicons["en"])).of_line(line) is None


def test_values_listed_below_a_release_are_the_model_s(told: Tell) -> None:
    text = "Alibaba released Qwen4.5 on May 1, 2026.\n- Active parameters: 6B\n- Context: 128K tokens\n- Price: low"
    release = told(text)["release", "Qwen4.5"]
    assert (release["parameters_active"], release["context_tokens"]) == ("6000000000", "128000")


@pytest.mark.parametrize(
    "between",
    ["Other news\n", "DeepSeek-V4 has these values:\n", "Alibaba released Qwen4.6 on May 2, 2026.\n"],
    ids=["heading", "another model", "another release"],
)
def test_values_listed_below_something_else_are_not(told: Tell, between: str) -> None:
    text = f"Alibaba released Qwen4.5 on May 1, 2026.\n{between}- Context: 128K tokens"
    assert "context_tokens" not in told(text)["release", "Qwen4.5"]


def test_what_both_have_is_of_each_model_released_just_before(told: Tell) -> None:
    events = told("On May 1, Alibaba released Qwen4.5-9B and Qwen4.5-27B. Both support 256K context.")
    assert [events["release", name]["context_tokens"] for name in ("Qwen4.5-9B", "Qwen4.5-27B")] == ["256000"] * 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Alibaba released Qwen4.5 on May 1. It was trained on 9 trillion tokens. Its licence is MIT.", "en"),
        ("5月1日，阿里正式开源Qwen4.5。训练数据为9万亿token。该模型采用MIT协议。", "zh"),
    ],
    ids=["en", "zh"],
)
def test_what_goes_on_about_the_model_is_said_of_it(told: Tell, text: str, language: str) -> None:
    release = told(text, language=language)["release", "Qwen4.5"]
    assert release["license"] == "MIT"


@pytest.mark.parametrize(
    "sentence",
    ["Its predecessor had a context of 128K tokens.", "It will get a context of 2M tokens.", "Meta has 128K context."],
    ids=["predecessor", "future", "another subject"],
)
def test_what_goes_on_about_something_else_is_not(told: Tell, sentence: str) -> None:
    assert "context_tokens" not in told(f"Alibaba released Qwen4.5 on May 1. {sentence}")["release", "Qwen4.5"]


def test_sizes_listed_behind_a_release(told: Tell) -> None:
    text = "Today we introduce Qwen4.5-Coder. It is available as Qwen4.5-Coder-30B-A3B and Qwen4.5-Coder-480B-A35B."
    assert told(text)["release", "Qwen4.5-Coder"]["sizes"] == "30B-A3B, 480B-A35B"
