"""Moves of people as reporters tell of them day by day, and the sentences beside them that tell of none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]
DEPARTURE, HIRE, APPOINTMENT, FOUNDING = "departure", "hire", "appointment", "founding"


def language_of(text: str) -> str:
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"


@pytest.mark.parametrize(
    ("text", "person", "expected"),
    [
        ("Qwen's head of search, Osei Badu, stood down on Monday.", "Osei Badu", {"date": "2026-09-07"}),
        ("Qwen veteran Osei Badu called it quits on Monday.", "Osei Badu", {}),
        ("Osei Badu has decided to leave Qwen.", "Osei Badu", {"organisation": "Qwen"}),
        ("Osei Badu is the latest engineer to leave Qwen.", "Osei Badu", {"organisation": "Qwen"}),
        ("Osei Badu left Qwen to start his own company.", "Osei Badu", {"organisation": "Qwen"}),
        ("Osei Badu has swapped Qwen for Xiaomi.", "Osei Badu", {"organisation": "Qwen", "destination": "Xiaomi"}),
        ("Alibaba parted company with Osei Badu in June.", "Osei Badu", {"organisation": "Alibaba"}),
        ("Osei Badu followed Mira Lund out of the door.", "Osei Badu", {}),
        ("Osei Badu was replaced by Mira Lund as head of search.", "Osei Badu", {}),
        (
            "After four years at DeepSeek, Osei Badu is heading to Xiaomi.",
            "Osei Badu",
            {"organisation": "DeepSeek", "destination": "Xiaomi"},
        ),
        (
            "Alibaba Cloud has lost its chief designer, Osei Badu, to Xiaomi.",
            "Osei Badu",
            {"organisation": "Alibaba Cloud", "destination": "Xiaomi", "role": "chief designer"},
        ),
        ("Osei Badu, Mira Lund and a third engineer quit Qwen on Monday.", "Osei Badu", {"organisation": "Qwen"}),
        ("Alibaba chief designer Osei Badu to step down in December.", "Osei Badu", {"organisation": "Alibaba"}),
        ("The second departure this week is that of Osei Badu, Qwen's chief designer.", "Osei Badu", {}),
        ("柳青河不再担任千问推理组组长。", "柳青河", {"organisation": "Qwen"}),
        ("公司周一辞退了设计总监柳青河。", "柳青河", {"voluntary": "false"}),
        ("柳青河已非阿里员工。", "柳青河", {"organisation": "Alibaba"}),
        ("柳青河挥别工作多年的阿里。", "柳青河", {"organisation": "Alibaba"}),
    ],
)
def test_a_departure_is_told_with_what_was_left(
    told: Tell, text: str, person: str, expected: Mapping[str, str]
) -> None:
    events = told(text, language=language_of(text))
    assert (DEPARTURE, person) in events
    assert {name: events[DEPARTURE, person].get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "Two Qwen engineers, Osei Badu and Mira Lund, resigned on Monday.",
        "Two Qwen engineers — Osei Badu and Mira Lund — have handed in their notice.",
        "Two colleagues, Osei Badu and Mira Lund, said they too were leaving Qwen.",
    ],
)
def test_all_who_are_named_between_commas_or_dashes_have_left(told: Tell, text: str) -> None:
    assert {(DEPARTURE, "Osei Badu"), (DEPARTURE, "Mira Lund")} <= set(told(text))


@pytest.mark.parametrize(
    ("text", "event", "person"),
    [
        ("“Today is my last day at Qwen,” wrote Osei Badu.", DEPARTURE, "Osei Badu"),
        ("I've left Qwen after six years. Thank you all. — Osei Badu", DEPARTURE, "Osei Badu"),
        ("Thrilled to say that I have joined Qwen! — Osei Badu (@osei)", HIRE, "Osei Badu"),
        ("“今天是我在千问的最后一天。”柳青河写道。", DEPARTURE, "柳青河"),
    ],
)
def test_who_says_i_is_who_speaks_or_signs(told: Tell, text: str, event: str, person: str) -> None:
    events = told(text, language=language_of(text))
    assert [key for key in events if key[0] in (DEPARTURE, HIRE)] == [(event, person)]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Osei Badu quit Qwen in May to found Tidewheel.", "Osei Badu"),
        ("Osei Badu left Qwen to launch a robotics start-up.", "Osei Badu"),
        ("Osei Badu worked at Alibaba before co-founding Tidewheel.", "Osei Badu"),
        ("柳青河从千问离职创业。", "柳青河"),
    ],
)
def test_who_leaves_to_start_a_company_has_founded_one(told: Tell, text: str, person: str) -> None:
    assert (FOUNDING, person) in told(text, language=language_of(text))


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("DeepSeek welcomed Osei Badu to the search team.", HIRE, {}),
        ("DeepSeek's newest hire is Osei Badu.", HIRE, {"organisation": "DeepSeek"}),
        ("Osei Badu now works at DeepSeek.", HIRE, {"organisation": "DeepSeek"}),
        ("Osei Badu has accepted a job at DeepSeek.", HIRE, {"organisation": "DeepSeek"}),
        ("Qwen's new chief designer is Osei Badu.", APPOINTMENT, {"role": "chief designer"}),
        ("Osei Badu takes charge of search.", APPOINTMENT, {"role": "search lead"}),
        ("Alibaba named Osei Badu as Lund's successor.", APPOINTMENT, {"organisation": "Alibaba"}),
        (
            "DeepSeek has tapped former Qwen engineer Osei Badu to lead its search group.",
            APPOINTMENT,
            {"organisation": "DeepSeek"},
        ),
    ],
)
def test_an_arrival_is_told_with_where_and_as_what(
    told: Tell, text: str, event: str, expected: Mapping[str, str]
) -> None:
    events = told(text)
    assert [key[1] for key in events if key[0] == event] == ["Osei Badu"]
    assert {name: events[event, "Osei Badu"].get(name) for name in expected} == expected


def test_who_is_named_a_successor_leads_the_team(told: Tell) -> None:
    events = told("Alibaba named Osei Badu as Lund's successor at Qwen.")
    assert events[APPOINTMENT, "Qwen"]["successor"] == "named: Osei Badu"


@pytest.mark.parametrize(
    "text",
    [
        "Osei Badu will take over from Mira Lund as head of the Qwen testing group.",
        "阿里任命柳青河为通义实验室首席设计师，接替韩越川。",
    ],
)
def test_who_takes_over_a_part_does_not_lead_the_team(told: Tell, text: str) -> None:
    events = told(text, language=language_of(text))
    assert [key[1] for key in events if key[0] == APPOINTMENT] in (["Osei Badu"], ["柳青河"])


@pytest.mark.parametrize(
    "text",
    [
        "Reports that Osei Badu has left Qwen are false.",
        "关于柳青河离职的传闻不实。",
        "阿里称，柳青河离职一说纯属捏造。",
        "Talk of Osei Badu leaving Qwen is nonsense, Alibaba said.",
    ],
)
def test_what_is_called_untrue_behind_the_verb_is_denied(told: Tell, text: str) -> None:
    events = told(text, language=language_of(text))
    assert [(key[0], values["event"]) for key, values in events.items()] == [(DEPARTURE, "denied")]


@pytest.mark.parametrize(
    "text",
    [
        "Osei Badu would have to leave Qwen to found a company.",
        "Much was left to start with when Osei Badu spoke about Qwen.",
        "Osei Badu is heading to Alibaba's campus for a talk on Qwen.",
        "Osei Badu, a founding member of Qwen, spoke on Monday.",
        "Osei Badu gave notice of a new release of Qwen.",
        "原由柳青河带领的推理组并入通义实验室。",
        "柳青河决定不加入小米。",
    ],
)
def test_words_like_those_of_moves_move_nobody(told: Tell, text: str) -> None:
    events = told(text, language=language_of(text))
    assert [key for key in events if key[0] in (DEPARTURE, HIRE, APPOINTMENT, FOUNDING)] == []


@pytest.mark.parametrize(
    ("text", "event", "person"),
    [
        ("小米签下千问的柳青河，合同为期两年。", HIRE, "柳青河"),
        ("韩越川出任千问推理负责人，柳青河任设计负责人。", APPOINTMENT, "柳青河"),
    ],
)
def test_an_arrival_is_told_in_the_shortest_words_there_are(told: Tell, text: str, event: str, person: str) -> None:
    assert (event, person) in told(text, language="zh")
