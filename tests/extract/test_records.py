"""Records: hub repositories, library entries, dated news lines and release notes give claims of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.categories import DocumentForm, EventType, Tier
from pipeline.extract.extractor import Extractor
from pipeline.model import Claim
from tests.extract.conftest import document

Told = list[tuple[str, str, str]]
Tell = Callable[..., Told]

README = "https://raw.code.example/QwenLM/Qwen4/main/README.md#news-2026-04-28"


@pytest.fixture(scope="session")
def record(extractor: Extractor) -> Callable[..., tuple[Claim, ...]]:
    def read(
        text: str,
        form: DocumentForm,
        url: str = README,
        tier: Tier = Tier.OFFICIAL,
        language: str = "en",
        title: str = "",
    ) -> tuple[Claim, ...]:
        article = document(text, language=language, published="2026-04-28T12:00:00+00:00", tier=tier, title=title)
        return extractor.claims(replace(article, form=form, url=url))

    return read


@pytest.fixture(scope="session")
def tell(record: Callable[..., tuple[Claim, ...]]) -> Tell:
    """What a record tells, as sorted (subject, attribute, value)."""
    return lambda *text, **about: sorted((c.subject.name, c.attribute, c.value.text) for c in record(*text, **about))


def hub(*lines: str) -> tuple[str, DocumentForm]:
    return "\n".join(lines), DocumentForm.HUB_MODEL


def library(*lines: str) -> tuple[str, DocumentForm]:
    return "\n".join(lines), DocumentForm.LIBRARY_ENTRY


def test_a_repository_is_the_release_of_its_model(tell: Tell) -> None:
    text = hub("model: Qwen/Qwen4-30B-A3B", "created: 2026-04-28", "license: apache-2.0", "parameters: 30532122624")
    assert tell(*text) == [
        ("Qwen4-30B-A3B", "availability", "open weights"),
        ("Qwen4-30B-A3B", "date", "2026-04-28"),
        ("Qwen4-30B-A3B", "event", "true"),
        ("Qwen4-30B-A3B", "license", "Apache-2.0"),
        ("Qwen4-30B-A3B", "parameters", "30532122624"),
        ("Qwen4-30B-A3B", "parameters_active", "3000000000"),
        ("Qwen4-30B-A3B", "sizes", "30B-A3B"),
    ]


def test_every_claim_of_a_record_quotes_the_line_that_says_so(record: Callable[..., tuple[Claim, ...]]) -> None:
    text = "model: Qwen/Qwen4-8B\ncreated: 2026-04-28\nlicense: apache-2.0"
    claims = record(text, DocumentForm.HUB_MODEL)
    assert {claim.attribute: claim.quote for claim in claims} == {
        "event": "model: Qwen/Qwen4-8B",
        "availability": "model: Qwen/Qwen4-8B",
        "sizes": "model: Qwen/Qwen4-8B",
        "parameters": "model: Qwen/Qwen4-8B",
        "date": "created: 2026-04-28",
        "license": "license: apache-2.0",
    }
    assert all(text[claim.start : claim.end] == claim.quote for claim in claims)


def test_the_counts_of_a_repository_are_metrics_of_the_day_of_the_fetch(
    record: Callable[..., tuple[Claim, ...]],
) -> None:
    text = "model: Qwen/Qwen4-8B\ncreated: 2026-04-20\ndownloads: 123,456\nlikes: 789"
    metrics = [c for c in record(text, DocumentForm.HUB_MODEL) if c.event_type is EventType.METRIC]
    assert [(c.attribute, c.value.number, c.value.unit, str(c.value.dates)) for c in metrics] == [
        ("as_of", None, "downloads", "2026-04-28"),
        ("downloads", 123456.0, "downloads", "2026-04-28"),
        ("as_of", None, "likes", "2026-04-28"),
        ("likes", 789.0, "likes", "2026-04-28"),
    ]


@pytest.mark.parametrize(
    ("name", "packaging"),
    [
        ("Qwen4-8B-GGUF", "GGUF"),
        ("Qwen4-8B-FP8", "FP8"),
        ("Qwen4-8B-Instruct-AWQ", "AWQ"),
        ("Qwen4-8B-Instruct-GPTQ-Int4", "GPTQ-Int4"),
        ("Qwen4-8B-MLX-4bit", "MLX-4bit"),
    ],
)
def test_a_packaging_is_an_attribute_of_its_model_and_no_release(tell: Tell, name: str, packaging: str) -> None:
    assert tell(*hub(f"model: Qwen/{name}", "created: 2026-05-03")) == [("Qwen4-8B", "packagings", packaging)]


def test_a_repository_that_says_it_is_quantised_is_a_packaging_whatever_its_name(tell: Tell) -> None:
    text = hub("model: Qwen/Qwen4-8B-Edge", "created: 2026-05-03", "base model: Qwen/Qwen4-8B (quantized)")
    assert tell(*text) == [("Qwen4-8B-Edge", "packagings", "quantized")]


@pytest.mark.parametrize("name", ["Qwen4-8B-Instruct", "Qwen4-8B-Base", "Qwen4-8B-Chat"])
def test_a_model_tuned_for_a_use_is_the_model(tell: Tell, name: str) -> None:
    assert ("Qwen4-8B", "event", "true") in tell(*hub(f"model: Qwen/{name}", "created: 2026-04-28"))


@pytest.mark.parametrize(
    "lines",
    [
        ("model: Qwen/Qwen4-8B", "created: 2026-04-28", "gated: manual"),
        ("model: Qwen/Qwen4-8B", "created: 2026-04-28", "disabled: yes"),
        ("dataset: Qwen/Qwen4-Bench", "created: 2026-04-28"),
        ("space: Qwen/Qwen4-8B-Demo", "created: 2026-04-28"),
    ],
    ids=["gated", "disabled", "dataset", "space"],
)
def test_what_people_cannot_fetch_and_what_is_no_model_is_no_release(tell: Tell, lines: tuple[str, ...]) -> None:
    assert tell(*hub(*lines)) == []


def test_a_hub_s_own_word_counts_for_makers_only(tell: Tell) -> None:
    def released(owner: str) -> bool:
        return bool(tell(*hub(f"model: {owner}/Qwen4-8B", "created: 2026-04-28"), tier=Tier.AGGREGATOR))

    assert [released("Qwen"), released("deepseek-ai"), released("somebody")] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("mit", "MIT"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("qwen-research", "qwen-research"),
    ],
)
def test_a_licence_is_given_by_its_spdx_identifier_where_it_has_one(tell: Tell, name: str, identifier: str) -> None:
    assert ("Qwen4-8B", "license", identifier) in tell(*hub("model: Qwen/Qwen4-8B", f"license: {name}"))


def test_a_library_has_a_model_in_its_sizes_by_the_day_it_gives(tell: Tell) -> None:
    text = library("model: qwen4-coder", "For code.", "sizes: 30b, 480b", "features: tools", "updated: 2026-04-28")
    assert tell(*text, tier=Tier.AGGREGATOR) == [
        ("Qwen4-Coder", "availability", "open weights"),
        ("Qwen4-Coder", "date", "by 2026-04-28"),
        ("Qwen4-Coder", "event", "true"),
        ("Qwen4-Coder", "sizes", "30B, 480B"),
    ]


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("qwen4vl", "Qwen4-VL"),
        ("qwen4.5", "Qwen4.5"),
        ("deepseek-r1", "DeepSeek-R1"),
        ("gemma3n", "gemma3n"),
        ("dolphin-llama3", "dolphin-Llama3"),
    ],
)
def test_a_library_s_small_letters_are_read_as_the_model_s_name(tell: Tell, written: str, model: str) -> None:
    assert {subject for subject, *_ in tell(*library(f"model: {written}", "sizes: 8b"))} == {model}


def test_a_family_s_bare_name_without_sizes_is_no_model(tell: Tell) -> None:
    assert tell(*library("model: qwen", "updated: 2026-04-28")) == []


def test_the_pulls_of_a_library_are_rounded(record: Callable[..., tuple[Claim, ...]]) -> None:
    claims = record("model: qwen4\nsizes: 8b\npulls: 405.3K", DocumentForm.LIBRARY_ENTRY)
    [pulls] = [claim.value for claim in claims if claim.attribute == "pulls"]
    assert (pulls.number, pulls.bound) == (405_300.0, "about")


RELEASES = [
    ("2026.04.28: We released the Qwen4 series. Check our blog!", {"Qwen4"}),
    ("2026.04.28: 🔥 We release Qwen4-14B and Qwen4-VL on two hubs. Codes of Qwen3-7B are also updated.",
     {"Qwen4-14B", "Qwen4-VL"}),
    ("2026.04.28: Qwen4-Coder, our best model for code, is released with a technical report.", {"Qwen4-Coder"}),
    ("2026.04.28: The weights of Qwen4-9B are open-sourced.", {"Qwen4-9B"}),
    ("[2026/04/28] Introducing Qwen4-Omni, built upon Qwen4-32B.", {"Qwen4-Omni"}),
    ("2026.04.28: 🔥🔥 Qwen4-VL-235B-A22B and Qwen4-VL-30B-A3B!", {"Qwen4-VL-235B-A22B", "Qwen4-VL-30B-A3B"}),
    ("2026-04-28\n- Qwen4-Coder is released.\n- sizes from 4B on", {"Qwen4-Coder"}),
    ("2026年4月28日：我们发布了Qwen4系列，包括0.6B、4B和32B。", {"Qwen4"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "models"), RELEASES, ids=[str(n) for n in range(len(RELEASES))])
def test_a_line_that_announces_models_releases_each_on_its_day(tell: Tell, text: str, models: set[str]) -> None:
    told = tell(text, DocumentForm.NEWS_LINE, language="zh" if "年" in text else "en")
    assert {subject for subject, attribute, _ in told if attribute == "event"} == models
    assert sorted(value for _, attribute, value in told if attribute == "date") == ["2026-04-28"] * len(models)
    assert {subject for subject, *_ in told} == models


UPDATES = [
    ("2026.04.28: We now support finetuning on the Qwen4-7B models, including LoRA.", "Qwen4-7B", "support"),
    ("2026.04.28: We release the Int4 quantized model for Qwen4-7B-Chat, Qwen4-7B-Chat-Int4.", "Qwen4-7B", "Int4"),
    ("2026.04.28: We have released Qwen4-72B in AWQ and GGUF formats.", "Qwen4-72B", "AWQ"),
    ("2026.04.28: We publish the technical report of Qwen4. Read it here!", "Qwen4", "technical report"),
    ("2026.04.28: Qwen4-Guard technical report is available on arXiv.", "Qwen4-Guard", "technical report"),
    ("2026.04.28: The training code of Qwen4-Embedding is released.", "Qwen4-Embedding", "code"),
    ("2026.04.28: The FP8 version of Qwen4-Coder-480B-A35B is released.", "Qwen4-Coder-480B-A35B", "FP8"),
    ("2026.04.28: We evaluate Qwen4-72B on long texts and release the results.", "Qwen4-72B", "update"),
    ("2026.04.28: We will release Qwen4-Math next week.", "Qwen4-Math", "update"),
    ("2026.04.28: vLLM 0.12 supports Qwen4, see the docs.", "Qwen4", "supports"),
    ("2026.04.28: We opened a chat server.", "Qwen4", "update"),
    ("2026.04.28：我们开源了 Qwen4-VL-8B 的 Int4 量化版本。", "Qwen4-VL-8B", "Int4"),
    ("2026.04.28：vLLM 已支持 Qwen4。", "Qwen4", "支持"),
]


@pytest.mark.parametrize(("text", "model", "about"), UPDATES, ids=[about + model for _, model, about in UPDATES])
def test_a_line_on_a_model_that_is_out_is_one_update_of_its_day(
    record: Callable[..., tuple[Claim, ...]], text: str, model: str, about: str
) -> None:
    language = "zh" if "：" in text else "en"
    [claim] = record(text, DocumentForm.NEWS_LINE, language=language)
    assert (claim.subject.name, claim.attribute, claim.value.text) == (model, "update", about)
    assert str(claim.value.dates) == "2026-04-28"
    assert text[claim.start : claim.end] == claim.quote


def test_a_line_is_of_its_own_day_whenever_its_page_was_read(tell: Tell) -> None:
    told = tell("2026.05.02: We released Qwen4-Math.", DocumentForm.NEWS_LINE)  # read four days before
    assert ("Qwen4-Math", "date", "2026-05-02") in told


RELEASE = "https://code.example/QwenLM/Qwen-Agent/releases/tag/v0.1.2"


def note(text: str, url: str = RELEASE) -> tuple[str, DocumentForm, str]:
    return text, DocumentForm.RELEASE_NOTE, url


@pytest.mark.parametrize(
    "text",
    [
        "Qwen-Agent v0.1.2\nQwen-Agent v0.1.2 is released.\n- Support Qwen4-Coder\n- Fix a crash",
        "Qwen-Agent v0.1.2\nThis release adds tool calls for Qwen4 and Qwen4-VL.",
        "Qwen-Agent v0.1.2\n- Released wheels for Python 3.14",
    ],
    ids=["program", "support", "wheels"],
)
def test_a_version_of_a_program_is_no_release_of_a_model(tell: Tell, text: str) -> None:
    assert tell(*note(text), title="Qwen-Agent v0.1.2") == []


def test_a_release_note_whose_words_release_a_model_releases_it(tell: Tell) -> None:
    told = tell(*note("Qwen-Agent v0.1.2\nToday we release Qwen4-Coder-30B, with a new agent for it."))
    assert {subject for subject, *_ in told} == {"Qwen4-Coder-30B"}


def test_an_article_is_read_as_running_text(tell: Tell) -> None:
    assert tell("model: Qwen/Qwen4-8B\ncreated: 2026-04-28", DocumentForm.ARTICLE, tier=Tier.PRESS) == []
