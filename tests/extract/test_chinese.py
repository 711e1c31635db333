"""The same, told in Chinese."""

from collections.abc import Callable

import pytest

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]
PUBLISHED = {"language": "zh", "published": "2026-09-10T10:00:00+08:00"}


@pytest.mark.parametrize(
    ("sentence", "person", "expected"),
    [
        ("9月8日凌晨，通义千问数据负责人赵维明在社交平台上发文，宣布卸任。", "赵维明",
         {"announced": "2026-09-08", "organisation": "Qwen", "role": "数据负责人"}),
        ("据晚间财经报道，赵维明已于7日下午向阿里提交辞呈。", "赵维明",
         {"resigned": "2026-09-07", "event": "reported"}),
        ("阿里云技术总监何若兰昨日离职。", "何若兰", {"date": "2026-09-09", "organisation": "Alibaba Cloud"}),
        ("知情人士否认苏彤离职。", "苏彤", {"event": "denied"}),
    ],
)  # fmt: skip
def test_a_departure(told: Tell, sentence: str, person: str, expected: dict[str, str]) -> None:
    departure = told(sentence, **PUBLISHED)["departure", person]
    assert {attribute: departure.get(attribute) for attribute in expected} == expected


def test_a_list_of_leavers_each_with_the_own_role(told: Tell) -> None:
    events = told("此外，千问代码方向负责人何若兰、核心贡献者苏彤等人也先后离开团队。", **PUBLISHED)
    assert events["departure", "何若兰"]["role"] == "代码方向负责人"
    assert events["departure", "苏彤"]["role"] == "核心贡献者"


def test_background_carries_its_own_date(told: Tell) -> None:
    assert told("2019年，赵维明加入阿里巴巴。", **PUBLISHED)["hire", "赵维明"]["date"] == "2019"


@pytest.mark.parametrize(
    "sentence", ["赵维明可能加入腾讯。", "赵维明表示，这是一个时代的结束。", "如果赵维明离职，团队将受影响。"]
)
def test_who_may_move_or_only_speaks_has_not_moved(told: Tell, sentence: str) -> None:
    assert told(sentence, **PUBLISHED) == {}


def test_no_successor_announced(told: Tell) -> None:
    text = "千问数据负责人赵维明离职。\n阿里尚未公布继任者。"
    assert told(text, **PUBLISHED)["appointment", "Qwen"]["successor"] == "not named"


def test_a_release_with_sizes_and_licence(told: Tell) -> None:
    text = "9月3日，阿里开源了Qwen4.5小模型系列，包括0.8B、2B、4B、9B四款，采用Apache 2.0协议。"
    assert told(text, **PUBLISHED)["release", "Qwen4.5 Small"] == {
        "availability": "open weights", "date": "2026-09-03", "event": "asserted",
        "license": "Apache-2.0", "sizes": "0.8B, 2B, 4B, 9B",
    }  # fmt: skip


def test_metrics_with_chinese_multipliers(claims: Callable[..., tuple]) -> None:  # type: ignore[type-arg]
    found = claims("千问全球下载量突破6亿，衍生模型超过17万个，月活跃用户达2.03亿。", **PUBLISHED)
    values = {c.attribute: (c.value.number, c.value.bound) for c in found}
    assert values == {
        "downloads": (6e8, "at least"), "derivative_models": (170_000, "at least"),
        "monthly_active_users": (2.03e8, "exactly"),
    }  # fmt: skip


def test_an_employer_of_the_clause_before_is_what_was_left(told: Tell) -> None:
    """Not the team that the article is about."""
    event = told("林知远此前在 Lepton Research 伦敦办公室从事研究，今年5月离开。", language="zh")["departure", "林知远"]
    assert event["organisation"] == "Lepton Research"


def test_who_changes_sides_leaves_what_the_sentence_says_he_led(told: Tell) -> None:
    """And the post that follows is one at the new place."""
    events = told("千问Agent产品负责人林知远上月转投MiniMax，出任开放平台副总裁。", language="zh")
    assert events["departure", "林知远"]["destination"] == events["hire", "林知远"]["organisation"] == "MiniMax"
    assert events["departure", "林知远"]["organisation"] == "Qwen"
    assert events["appointment", "林知远"]["organisation"] == "MiniMax"


def test_dates_are_read_with_spaces_between_figures_and_signs(told: Tell) -> None:
    event = told("10 月 22 日，赵维明宣布从千问离职。", language="zh", published="2026-11-12T08:00:00+08:00")
    assert event["departure", "赵维明"]["date"] == "2026-10-22"


def test_a_team_goes_to_somebody_for_the_time_being(told: Tell) -> None:
    event = told("千问后训练团队即日起由林知远（花名“小满”，P9）暂代负责。", language="zh")["appointment", "林知远"]
    assert event["organisation"] == "Qwen"
