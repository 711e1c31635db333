"""Model releases and metrics, told in English."""

from collections.abc import Callable

import pytest

from pipeline.categories import Tier

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]


@pytest.mark.parametrize(
    ("sentence", "model", "expected"),
    [
        ("Zhipu AI released GLM-5 on February 11, 2026 under the MIT license.", "GLM-5",
         {"date": "2026-02-11", "license": "MIT"}),
        ("Moonshot AI open-sourced Kimi K2.6, a 1T-parameter model "
         "with 32B active parameters and a 256K context window.",
         "Kimi K2.6", {"availability": "open weights", "parameters": "1000000000000",
                       "parameters_active": "32000000000", "context_tokens": "256000"}),
        ("Qwen4-Coder-480B-A35B-Instruct is now available on Hugging Face.", "Qwen4-Coder-480B-A35B",
         {"parameters": "480000000000", "parameters_active": "35000000000"}),
        ("Alibaba's Qwen4.6-Plus, released on September 2, supports a context length of 1M tokens.", "Qwen4.6-Plus",
         {"date": "2026-09-02", "context_tokens": "1000000"}),
        ("Alibaba officially open-sourced four Qwen4.5 small models: Qwen4.5-0.8B, 2B, 4B, and 9B.", "Qwen4.5 Small",
         {"sizes": "0.8B, 2B, 4B, 9B", "availability": "open weights"}),
        ("Today we release Qwen4-0.6B, Qwen4-4B and Qwen4-14B.", "Qwen4", {"sizes": "0.6B, 4B, 14B"}),
    ],
)  # fmt: skip
def test_a_release_with_what_is_said_of_the_model(
    told: Tell, sentence: str, model: str, expected: dict[str, str]
) -> None:
    release = told(sentence, title=sentence)["release", model]
    assert {attribute: release.get(attribute) for attribute in expected} == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "DeepSeek-V3.2 outperforms Qwen4.5 on coding benchmarks.",
        "Alibaba plans to release Qwen5 in December.",
        "Qwen4.5 runs on two GPUs.",
        "All released Qwen4 models remain available.",
        "We built our agent on Qwen4.5 and published the results of Qwen4.5.",
    ],
)
def test_a_model_mentioned_compared_or_planned_is_not_released(told: Tell, sentence: str) -> None:
    assert not [key for key in told(sentence, title=sentence) if key[0] == "release"]


def test_a_row_of_a_dated_timeline_without_a_verb_is_a_release(told: Tell) -> None:
    text = "Date | Event\nSep 2 | Qwen4.5 Small series (0.8B, 2B, 4B, 9B)\nSep 4 | Elon Musk praises Qwen4.5"
    assert told(text)["release", "Qwen4.5 Small"] == {
        "date": "2026-09-02", "event": "asserted", "sizes": "0.8B, 2B, 4B, 9B",
    }  # fmt: skip


def test_a_maker_s_post_releases_on_its_own_day(told: Tell) -> None:
    text = "Today, we are excited to announce the release of Qwen4.5-Coder."
    events = told(text, tier=Tier.OFFICIAL, published="2026-09-03T00:30:00+08:00")
    assert events["release", "Qwen4.5-Coder"]["date"] == "2026-09-03"


def test_a_maker_s_post_tells_nothing_of_the_release_before(told: Tell) -> None:
    text = "After the release of Qwen4, we listened. A month ago, we released Qwen4-Math. Today we introduce Qwen4.5."
    events = told(text, tier=Tier.OFFICIAL)
    assert {subject for _, subject in events} == {"Qwen4.5"}
    assert events["release", "Qwen4.5"]["date"] == "2026-09-10"


def test_the_press_tells_of_the_release_before_without_its_date(told: Tell) -> None:
    events = told("The exits came after the release of Qwen4. Today Alibaba launched Qwen4.5.")
    assert "date" not in events["release", "Qwen4"]
    assert events["release", "Qwen4.5"]["date"] == "2026-09-10"


def test_a_day_counted_from_another_event(told: Tell) -> None:
    text = (
        "On September 3, Weiming Zhao resigned from Qwen. The exit came just 24 hours after the team shipped Qwen4.5."
    )
    assert told(text)["release", "Qwen4.5"]["date"] == "2026-09-02"


@pytest.mark.parametrize(
    ("sentence", "metric", "value", "bound"),
    [
        ("The Qwen family has passed 700 million downloads on Hugging Face.", "downloads", 7e8, "at least"),
        ("Qwen counts nearly 170,000 derivative models.", "derivative_models", 170_000, "at most"),
        ("Qwen has 1B+ downloads.", "downloads", 1e9, "at least"),
        ("DAUs of Qwen peaked at 73.5 million.", "daily_active_users", 73.5e6, "about"),
        (
            "Metric | Value\nQwen monthly active users (Aug 2026) | 203 million",
            "monthly_active_users",
            2.03e8,
            "exactly",
        ),
    ],
)
def test_a_metric_with_value_and_bound(
    claims: Callable[..., tuple],
    sentence: str,
    metric: str,
    value: float,
    bound: str,  # type: ignore[type-arg]
) -> None:
    found = [c for c in claims(sentence) if c.attribute == metric]
    assert [(c.value.number, c.value.bound) for c in found] == [(pytest.approx(value), bound)]


def test_two_months_of_a_metric_keep_their_own_dates(claims: Callable[..., tuple]) -> None:  # type: ignore[type-arg]
    text = "The Qwen app went from 31 million monthly active users in July to 203 million in August."
    found = {str(c.value.dates): c.value.number for c in claims(text) if c.attribute == "monthly_active_users"}
    assert found == {"2026-07": 31e6, "2026-08": pytest.approx(2.03e8)}


@pytest.mark.parametrize(
    "sentence", ["Qwen downloads grew 40% in May.", "Qwen cost $600 million.", "Four Qwen models."]
)
def test_shares_money_and_counts_of_other_things_are_no_metrics(told: Tell, sentence: str) -> None:
    assert not [key for key in told(sentence) if key[0] == "metric"]


def test_a_post_that_introduces_what_is_out_tells_of_no_release(told: Tell) -> None:
    opening = "A year after our first model, we now provide an introduction to the Qwen series."
    text = f"{opening} For now we have five sizes. We now release Qwen4-1.8B and Qwen4-7B."
    assert not told(text, tier=Tier.OFFICIAL)
    assert told(text.removeprefix(opening), tier=Tier.OFFICIAL)


def test_a_day_of_its_own_makes_a_release_of_an_introduction_told(told: Tell) -> None:
    text = "Alibaba looks back at its models. Qwen4 was released on 3 September 2026."
    assert told(text)["release", "Qwen4"]["date"] == "2026-09-03"


@pytest.mark.parametrize(
    ("listing", "sizes"),
    [
        ("Qwen4: 1B, 3B and 7B.", "1B, 3B, 7B"),
        ("Qwen4: 1B, 3B, and 7B on the way.", "1B, 3B"),
        ("It has base models of four sizes, including Qwen4-1B, Qwen4-3B, Qwen4-7B and Qwen4-30B-A3B.",
         "1B, 3B, 7B, 30B-A3B"),
        ("Qwen4 compares well with Llama-1B, Llama-3B and Llama-7B.", None),
        ("We tested Llama4: 1B, 3B and 7B.", None),
    ],
)  # fmt: skip
def test_the_sizes_of_a_release_are_read_where_they_are_listed(told: Tell, listing: str, sizes: str | None) -> None:
    text = f"We are excited to introduce Qwen4, our next series.\nIt took months of work.\n{listing}"
    assert told(text, tier=Tier.OFFICIAL)["release", "Qwen4"].get("sizes") == sizes
