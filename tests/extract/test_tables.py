"""Tables of people and of models, with the event in a column, in the header, or in the lines above."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]


def test_a_column_of_changes_tells_the_event_of_each_row(told: Tell) -> None:
    events = told(
        "Team changes at Qwen\nName | Type | Date | Role | To\n"
        "Anna Keller | Left | March 3, 2026 | data lead | ByteDance\n"
        "Raj Patel | Joined | 4 May 2026 | engineer | —\n"
        "Tom Baker | Promoted | June 2026 | head of training | —"
    )
    assert events == {
        ("departure", "Anna Keller"): {
            "event": "asserted", "organisation": "Qwen", "role": "data lead",
            "date": "2026-03-03", "destination": "ByteDance",
        },
        ("hire", "Raj Patel"): {"event": "asserted", "organisation": "Qwen", "role": "engineer", "date": "2026-05-04"},
        ("appointment", "Tom Baker"): {
            "event": "asserted", "organisation": "Qwen", "role": "head of training", "date": "2026-06",
        },
    }  # fmt: skip


def test_a_chinese_column_of_changes(told: Tell) -> None:
    events = told(
        "千问团队人员变动\n姓名 | 职务 | 变动 | 时间 | 去向\n"
        "王小川 | 评测负责人 | 离职 | 2026年4月2日 | 加盟月之暗面\n"
        "孙立 | 研究员 | 离职 | 5月 | 创业\n"
        "赵一鸣 | 研究员 | 入职 | 5月11日 | —\n"
        "李明远 | 推理负责人 | 升任 | 5月18日 | —",
        language="zh",
    )
    assert {key: (told.get("date"), told.get("destination")) for key, told in events.items()} == {
        ("departure", "王小川"): ("2026-04-02", "Moonshot AI"),
        ("departure", "孙立"): ("2026-05", None),
        ("hire", "赵一鸣"): ("2026-05-11", None),
        ("appointment", "李明远"): ("2026-05-18", None),
    }
    assert events["hire", "赵一鸣"]["organisation"] == "Qwen"


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", "Name | Change | Date\nAnna Keller | rumoured to have left | June 2026"),
        ("en", "Name | Change | Date\nAnna Keller | denied leaving | June 2026"),
        ("en", "Name | Change | Date\nAnna Keller | on leave | June 2026"),
        ("zh", "姓名 | 变动 | 时间\n王小川 | 传闻离职，本人已否认 | 5月"),
        ("zh", "姓名 | 变动 | 时间\n王小川 | 疑似离职 | 5月"),
    ],
    ids=["rumoured", "denied", "no change", "rumoured-zh", "suspected-zh"],
)
def test_a_rumoured_or_denied_change_is_none(told: Tell, language: str, row: str) -> None:
    assert told(f"Qwen\n{row}", language=language) == {}


@pytest.mark.parametrize(
    ("language", "text", "date"),
    [
        ("en", "People of Qwen\nName | Role | Left on\nAnna Keller | engineer | 3 March 2026", "2026-03-03"),
        ("zh", "千问人员\n姓名 | 岗位 | 离职时间\nAnna Keller | 工程师 | 2026年3月", "2026-03"),
    ],
    ids=["en", "zh"],
)
def test_a_header_tells_of_departures_by_itself(told: Tell, language: str, text: str, date: str) -> None:
    assert told(text, language=language)["departure", "Anna Keller"]["date"] == date


def test_a_row_without_the_day_of_leaving_tells_of_none(told: Tell) -> None:
    assert told("People of Qwen\nName | Role | Left on\nAnna Keller | engineer | —") == {}


def test_when_those_who_left_had_come_is_background(told: Tell) -> None:
    text = "People of Qwen\nName | Joined | Left\nAnna Keller | May 2021 | March 2026\nRaj Patel | May 2022 | —"
    assert {key: each["date"] for key, each in told(text).items()} == {
        ("departure", "Anna Keller"): "2026-03",
        ("hire", "Raj Patel"): "2022-05",
    }


def test_rumour_in_the_heading_makes_no_departures(told: Tell) -> None:
    assert told("Rumoured departures from Qwen\nName | Role | When\nAnna Keller | engineer | March 2026") == {}


def test_a_column_in_which_most_cells_name_a_role(told: Tell) -> None:
    text = "Who left Qwen\nName | What they did | When\nAnna Keller | Release manager | March 2026"
    assert told(text)["departure", "Anna Keller"]["role"] == "Release manager"


@pytest.mark.parametrize(
    ("cell", "destination"),
    [
        ("StepFun", "StepFun"),
        ("Naver", "Naver"),
        ("Tidewater Labs, as an adviser", "Tidewater Labs"),
        ("joined ByteDance", "ByteDance"),
        ("Undisclosed", None),
        ("n/a", None),
        ("Founder, stealth company", None),
        ("a start-up", None),
        ("Academia", None),
        ("Anthropic (rumoured)", None),
    ],
)
def test_a_destination_is_an_organisation(told: Tell, cell: str, destination: str | None) -> None:
    text = f"Who left Qwen\nName | Left on | Now at\nAnna Keller | March 3, 2026 | {cell}"
    assert told(text)["departure", "Anna Keller"].get("destination") == destination


def test_a_table_of_models_and_their_days(told: Tell) -> None:
    events = told(
        "Open models of the year\nModel | Released | Parameters | Context | License | Access\n"
        "Qwen4-30B-A3B | 1 March 2026 | 30B (3B active) | 400K | Apache-2.0 | open weights\n"
        "Qwen4 Max | 2 April 2026 | undisclosed | 1M | — | API\n"
        "Qwen5 | TBD | 2T | 2M | MIT | open weights\n"
        "Qwen6 | December 2026 | — | — | — | planned"
    )
    assert events == {
        ("release", "Qwen4-30B-A3B"): {
            "event": "asserted", "date": "2026-03-01", "parameters": "30000000000", "parameters_active": "3000000000",
            "context_tokens": "400000", "license": "Apache-2.0", "availability": "open weights",
        },
        ("release", "Qwen4-Max"): {
            "event": "asserted", "date": "2026-04-02", "context_tokens": "1000000", "availability": "API",
        },
    }  # fmt: skip


def test_a_chinese_table_with_plain_dates_under_a_title_of_releases(told: Tell) -> None:
    rows = (
        "日期 | 模型 | 总参数 / 激活 | 上下文 | 许可证 | 状态\n"
        "2026年2月16日 | Qwen4 | 1.1万亿 / 400亿 | 100万 | MIT | 已开源\n"
        "2026年8月 | Qwen4-OCR-3 | 60亿 / — | — | MIT | 已开源\n"
        "待定 | Qwen5 | 未知 | 未知 | 未知 | 尚未发布"
    )
    events = told(f"2026年模型发布时间表\n{rows}", language="zh")
    assert events == {
        ("release", "Qwen4"): {
            "event": "asserted", "date": "2026-02-16", "parameters": "1100000000000",
            "parameters_active": "40000000000", "context_tokens": "1000000", "license": "MIT",
            "availability": "open weights",
        },
        ("release", "Qwen4-OCR-3"): {
            "event": "asserted", "date": "2026-08", "parameters": "6000000000", "license": "MIT",
            "availability": "open weights",
        },
    }  # fmt: skip
    assert told(f"模型一览\n{rows}", language="zh") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Results\nModel | MMLU | GPQA | Date\nQwen4 | 88.1 | 70.2 | March 2026",
        "Models released this year\nRank | Model | Score | Released\n1 | Qwen4 | 1441 | March 2026",
        "发布榜单\n排名 | 模型 | 得分 | 日期\n1 | Qwen4 | 1441 | 2026年3月",
    ],
    ids=["dated results", "ranking", "ranking-zh"],
)
def test_a_benchmark_s_table_tells_of_nothing(told: Tell, text: str) -> None:
    assert told(text, language="zh" if "榜" in text else "en") == {}


def test_a_name_that_fills_its_cell_is_read_to_its_end(told: Tell) -> None:
    events = told("New models\nModel | Released\nQwen4.5 mini | 21 July 2026\nQwen4.5-Audio-2 | 22 July 2026")
    assert [name for _, name in events] == ["Qwen4.5-Mini", "Qwen4.5-Audio-2"]


def test_a_date_without_a_year_is_of_the_year_above_the_table(told: Tell) -> None:
    events = told("Qwen releases of 2025\nModel | Release date\nQwen3 | April 29\nQwen3-Max | 5 September 2025")
    assert {name: each["date"] for (_, name), each in events.items()} == {
        "Qwen3": "2025-04-29", "Qwen3-Max": "2025-09-05",
    }  # fmt: skip


def test_comings_and_goings_in_one_word(told: Tell) -> None:
    text = "Comings and goings\nName | Movement | When | Team\nAnna Keller | In | March 2026 | Qwen\n"
    assert set(told(f"{text}Raj Patel | Out | April 2026 | Qwen")) == {
        ("hire", "Anna Keller"), ("departure", "Raj Patel"),
    }  # fmt: skip
