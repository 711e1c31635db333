"""Turns of phrase that the press uses every day, each in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]
HIRE, APPOINTMENT, RELEASE, METRIC = "hire", "appointment", "release", "metric"


@pytest.mark.parametrize(
    ("text", "event", "subject", "expected"),
    [
        ("Alibaba has hired Tess Okoro from DeepSeek.", HIRE, "Tess Okoro", {"organisation": "Alibaba"}),
        ("Alibaba poached Tess Okoro from DeepSeek last month.", HIRE, "Tess Okoro", {"organisation": "Alibaba"}),
        ("Qwen has surpassed one billion downloads.", METRIC, "Qwen", {"downloads": "1000000000"}),
        ("Qwen models passed half a billion downloads.", METRIC, "Qwen", {"downloads": "500000000"}),
        ("千问模型下载量突破十亿次。", METRIC, "Qwen", {"downloads": "1000000000"}),
        ("Qwen7.5-9B landed on Hugging Face on 3 March.", RELEASE, "Qwen7.5-9B", {"date": "2026-03-03"}),
        ("Qwen7.5 became available on 3 March.", RELEASE, "Qwen7.5", {"date": "2026-03-03"}),
        ("Qwen7.5-9B weights are now on ModelScope.", RELEASE, "Qwen7.5-9B", {"availability": "open weights"}),
        ("Meet Qwen7.5-9B, our new small model.", RELEASE, "Qwen7.5-9B", {}),
        ("Alibaba pushed Qwen7.5-Max to its API on 3 March.", RELEASE, "Qwen7.5-Max", {"date": "2026-03-03"}),
        ("Alibaba opened a preview of Qwen7.5-Max to customers.", RELEASE, "Qwen7.5-Max", {}),
        ("Qwen7.5-Max has finally landed.", RELEASE, "Qwen7.5-Max", {}),
        ("You can now download Qwen7.5-9B from ModelScope.", RELEASE, "Qwen7.5-9B", {}),
        ("Qwen7.5-9B was added to the collection on 3 March.", RELEASE, "Qwen7.5-9B", {"date": "2026-03-03"}),
        ("Alibaba followed up on Friday with Qwen7.5-9B.", RELEASE, "Qwen7.5-9B", {}),
        ("Alibaba published the weights of Qwen7.5-9B.", RELEASE, "Qwen7.5-9B", {"availability": "open weights"}),
        ("More than 70,000 models are derived from Qwen.", METRIC, "Qwen", {"derivative_models": "70000"}),
        ("阿里向企业客户开放Qwen7.5-Max预览版。", RELEASE, "Qwen7.5-Max", {}),
        ("Qwen7.5-9B登陆魔搭社区。", RELEASE, "Qwen7.5-9B", {}),
        ("Weights for Qwen7.5-9B are up on ModelScope.", RELEASE, "Qwen7.5-9B", {}),
        ("The API for Qwen7.5-Max opened to all developers.", RELEASE, "Qwen7.5-Max", {}),
        ("Qwen7.5-Max的API周一向企业客户开放。", RELEASE, "Qwen7.5-Max", {}),
        ("阿里周一拿出了Qwen7.5-9B。", RELEASE, "Qwen7.5-9B", {}),
        ("Qwen7.5 于 9 月 9 日正式发布。", RELEASE, "Qwen7.5", {"date": "2026-09-09"}),
        (
            "阿里开源 Qwen7.5，稠密模型 4B、14B，MoE 模型 45B-A4B、280B-A20B。",
            RELEASE,
            "Qwen7.5",
            {"sizes": "4B, 14B, 45B-A4B, 280B-A20B"},
        ),
        (
            "Alibaba released Qwen7.5: dense models 4B and 14B, and MoE models 45B-A4B and 280B-A20B.",
            RELEASE,
            "Qwen7.5",
            {"sizes": "4B, 14B, 45B-A4B, 280B-A20B"},
        ),
    ],
)
def test_an_event_is_read(told: Tell, text: str, event: str, subject: str, expected: Mapping[str, str]) -> None:
    events = told(text, language="en" if text.isascii() else "zh")
    assert (event, subject) in events
    assert {name: events[event, subject].get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "You can now download the paper on Qwen7.5 (12B tokens of data).",
        "The report on Qwen7.5 has finally landed.",
        "Support for Qwen7.5 was added to the library.",
        "Alibaba was about to put Qwen7.5 on show.",
        "Qwen7.5原定3月发布，因故搁置。",
    ],
)
def test_what_comes_out_beside_a_model_is_no_release_of_it(told: Tell, text: str) -> None:
    assert told(text, language="en" if text.isascii() else "zh") == {}


@pytest.mark.parametrize("text", ["千问下载量已达几十亿次。", "千问系列下载量超过二十亿。"])
def test_a_number_in_words_that_is_not_read_whole_is_not_read(told: Tell, text: str) -> None:
    assert told(text, language="zh") == {}


def test_who_is_named_somebody_s_successor_is_appointed(told: Tell) -> None:
    events = told("Mira Lund left Qwen on Monday; Alibaba named Osei Badu as her successor.")
    assert {("departure", "Mira Lund"), ("appointment", "Osei Badu")} <= set(events)


def test_a_successor_who_is_not_named_is_nobody(told: Tell) -> None:
    assert told("Alibaba has not named Mira Lund's successor.") == {}


def test_who_is_no_longer_there_has_left(told: Tell) -> None:
    events = told("Mira Lund is no longer with Alibaba.")
    assert events["departure", "Mira Lund"]["event"] == "asserted"


def test_who_is_hired_away_is_hired_by_whom_the_sentence_names(told: Tell) -> None:
    events = told("DeepSeek 核心成员罗兰被小米挖走。", language="zh")
    assert events["hire", "罗兰"]["organisation"] == "Xiaomi"
