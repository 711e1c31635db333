"""What of an answer is kept: only claims whose quote, names and value stand in the document."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.categories import EntityKind, Modality
from pipeline.config import Settings
from pipeline.extract.llm.figures import has_number
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.protocol import ClaimRow, answer_schema
from pipeline.extract.llm.quotes import StoredText
from pipeline.extract.llm.verify import Verified, verify
from tests.extract.conftest import document
from tests.extract.llm.conftest import RESIGNED, TEXT, claim


@pytest.fixture(scope="session")
def names(settings: Settings) -> Names:
    return Names(settings.lexicons, settings.watchlist)


def verified(settings: Settings, names: Names, text: str, *rows: dict[str, Any], **options: str) -> Verified:
    checked = [ClaimRow.model_validate(row) for row in rows]
    return verify(document(text, **options), checked, names, settings.lexicons, "small-1/1")


STORED = StoredText(
    "“He’s out,” she wrote — ２０２６年３月。\nIt’s\xa0over.\u200b It is over.\nAn idea left; she left."
)


@pytest.mark.parametrize(
    ("quote", "stored"),
    [
        ("“He’s out,”", "“He’s out,”"),
        ('"He\'s out," she wrote', "“He’s out,” she wrote"),
        ("she wrote - 2026年3月", "she wrote — ２０２６年３月"),
        ("It's over.", "It’s\xa0over."),
        ("2026年3月。 It's", "２０２６年３月。\nIt’s"),
        ("  It is over.  ", "It is over."),
    ],
    ids=["as_it_is", "straight_quotes", "full_width", "no_break_space", "line_break", "edges"],
)
def test_a_quote_is_the_stored_words_however_it_was_typed(quote: str, stored: str) -> None:
    span = STORED.find(quote)
    assert not isinstance(span, str)
    assert STORED.text[span.start : span.end] == stored


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("He is out", "not in the text"),
        ("left", "more than once"),
        ("n idea", "not in the text"),
        ("An ide", "not in the text"),
        ("x" * 601, "too long"),
    ],
    ids=["empty", "invisible", "reworded", "twice", "begins_in_a_word", "ends_in_a_word", "long"],
)
def test_a_quote_that_is_not_there_once_does_not_count(quote: str, why: str) -> None:
    found = STORED.find(quote)
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("over 600 million downloads", 6e8),
        ("下载量突破6亿次", 6e8),
        ("月活2.03亿", 2.03e8),
        ("超过六亿次", 6e8),
        ("170,000+ derivatives", 170_000),
        ("half a million stars", 5e5),
        ("a 256K window", 256_000),
        ("a 256K window", 262_144),
        ("100万token", 1e6),
        ("Qwen4-397B-A17B", 17e9),
        ("ranked #4", 4),
    ],
)
def test_a_number_is_found_in_the_form_a_text_gives_it(text: str, number: float) -> None:
    assert has_number(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("600 million", 6e9), ("千问和百度", 1000), ("a model", 1), ("Qwen3.5", 35), ("1,234", 234)],
)
def test_a_number_that_is_not_said_is_not_found(text: str, number: float) -> None:
    assert not has_number(text, number)


def on(first: str, last: str = "") -> dict[str, str]:
    return {"attribute": "date", "value": first, "date_from": first, "date_to": last or first}


SUCCESSOR = {"event": "appointment", "subject": "Qwen", "subject_kind": "organisation", "attribute": "successor"}
RELEASE = {"event": "release", "subject": "Qwen4", "subject_kind": "model", "object": None}


@pytest.mark.parametrize(
    ("quote", "row", "value"),
    [
        ("Li Na left Qwen on September 8.", on("2026-09-08"), "2026-09-08"),
        ("Li Na left Qwen on Tuesday.", on("2026-09-08"), "2026-09-08"),
        ("Li Na left Qwen yesterday.", on("2026-09-09"), "2026-09-09"),
        ("Li Na left Qwen in August 2026.", on("2026-08-01", "2026-08-31"), "2026-08"),
        ("Li Na left Qwen two days after the launch.", on("2026-09-05"), "2026-09-05"),
        ("Li Na left Qwen on the 8th.", on("2026-09-08"), "2026-09-08"),
        ("Li Na left Qwen on September 8.", on("2026-09-07"), None),
        ("Li Na left Qwen in August 2026.", on("2026-08-17"), None),
        ("Li Na left Qwen.", on("2026-09-08"), None),
        ("Li Na left Qwen on September 8.", on("2026-09-08", "2026-09-01"), None),
        ("Li Na left Qwen in 2026.", on("1926-01-01", "2926-12-31"), None),
        ("Li Na, head of data, left Qwen.", {"attribute": "role", "value": "Head of data"}, "Head of data"),
        ("Li Na, head of data, left Qwen.", {"attribute": "role", "value": "chief scientist"}, None),
        ("Li Na left Qwen.", {"attribute": "organisation", "value": "Qwen"}, "Qwen"),
        ("Li Na left Qwen.", {"attribute": "organisation", "value": "Moonshot"}, None),
        ("Li Na left Qwen for Acme Robotics.", {"attribute": "destination", "value": "Acme Robotics"}, "Acme Robotics"),
        ("Li Na was let go by Qwen.", {"attribute": "voluntary", "value": "no"}, "false"),
        ("Li Na was let go by Qwen.", {"attribute": "voluntary", "value": "perhaps"}, None),
        ("Li Na left Qwen.", {"attribute": "license", "value": "MIT"}, None),
        ("Nobody will follow Li Na at Qwen yet.", SUCCESSOR | {"value": "not named"}, "not named"),
        ("Wu Bo follows Li Na at Qwen.", SUCCESSOR | {"value": "named: Wu Bo"}, "named: Wu Bo"),
        ("Wu Bo follows Li Na at Qwen.", SUCCESSOR | {"value": "named: Hu Jin"}, None),
        ("Wu Bo follows Li Na at Qwen.", SUCCESSOR | {"value": "Wu Bo"}, None),
        ("Qwen4 is out in 2B and 9B.", RELEASE | {"attribute": "sizes", "value": "2b, 9B"}, "2B, 9B"),
        ("Qwen4 is out in 2B and 9B.", RELEASE | {"attribute": "sizes", "value": "2B, 19B"}, None),
        ("Qwen4 is out in 2B and 9B.", RELEASE | {"attribute": "sizes", "value": "small"}, None),
        ("Qwen4 is out under Apache 2.0.", RELEASE | {"attribute": "license", "value": "Apache-2.0"}, "Apache-2.0"),
        ("Qwen4 is out under Apache 2.0.", RELEASE | {"attribute": "license", "value": "MIT"}, None),
        ("Qwen4's weights are out.", RELEASE | {"attribute": "availability", "value": "Open weights"}, "open weights"),
        ("Qwen4 is out.", RELEASE | {"attribute": "availability", "value": "open weights"}, None),
        ("Qwen4 reads 1M tokens.", RELEASE | {"attribute": "context_tokens", "value": "", "number": 1e6}, "1000000"),
        ("Qwen4 reads 1M tokens.", RELEASE | {"attribute": "context_tokens", "value": "", "number": 2e6}, None),
        ("Qwen4 reads 1M tokens.", RELEASE | {"attribute": "context_tokens", "value": "1M"}, None),
    ],
)  # fmt: skip
def test_a_value_must_be_in_the_words_quoted_for_it(
    settings: Settings, names: Names, quote: str, row: dict[str, Any], value: str | None
) -> None:
    about = claim(quote=quote, subject="Li Na", object="Qwen") | row
    event = about | {"attribute": "event", "value": "true", "date_from": None, "date_to": None, "number": None}
    found = verified(settings, names, quote, event, about)
    kept = [one.value.text for one in found.claims if one.attribute == about["attribute"] != "event"]
    assert kept == ([value] if value else [])
    assert sum(found.dropped.values()) == (0 if value else 1)


def test_chinese_text_is_held_to_the_same(settings: Settings, names: Names) -> None:
    text = "通义千问技术负责人周明远于9月8日宣布离职。千问下载量超过6亿次。"
    person = {"quote": "通义千问技术负责人周明远于9月8日宣布离职。", "subject": "周明远", "object": "通义千问"}
    metric = {"quote": "千问下载量超过6亿次。", "subject": "千问", "subject_kind": "model", "object": None}
    found = verified(
        settings,
        names,
        text,
        claim(**person),
        claim(attribute="announced", value="2026-09-08", date_from="2026-09-08", date_to="2026-09-08", **person),
        claim(attribute="effective", value="2026-09-09", date_from="2026-09-09", date_to="2026-09-09", **person),
        claim(attribute="role", value="技术负责人", **person),
        claim(event="metric", attribute="downloads", value="6亿", number=6e8, bound="at least", **metric),
        language="zh",
    )
    kept = {one.attribute: (one.subject.name, one.value.text) for one in found.claims}
    assert kept == {
        "event": ("周明远", "true"),
        "announced": ("周明远", "2026-09-08"),
        "role": ("周明远", "技术负责人"),
        "downloads": ("Qwen", "600000000"),
    }
    assert found.dropped == {"the date is not in its quote": 1}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"subject": "Li Na"}, "the subject is not in the text"),
        ({"subject": "Zhou"}, "the subject is not in the text"),
        ({"object": "Moonshot"}, "the organisation is not in the text"),
        ({"attributed_to": "The Ledger"}, "the source it is attributed to is not in the text"),
        ({"attribute": "sizes", "value": "2B"}, "the attribute or subject does not belong to its event"),
        ({"subject": "Qwen", "subject_kind": "model"}, "the attribute or subject does not belong to its event"),
        ({"value": "perhaps"}, "the value is not one of its attribute"),
    ],
    ids=["another_person", "surname_alone", "organisation", "source", "attribute", "subject_kind", "value"],
)
def test_names_and_attributes_must_fit(settings: Settings, names: Names, changed: dict[str, str], why: str) -> None:
    found = verified(settings, names, TEXT, claim(**changed))
    assert found.claims == ()
    assert found.dropped == {why: 1}


def test_an_event_that_is_not_borne_out_takes_its_attributes_with_it(settings: Settings, names: Names) -> None:
    rows = claim(quote="Zhou Mingyuan was dismissed."), claim(attribute="role", value="staff engineer")
    found = verified(settings, names, TEXT, *rows)
    assert found.claims == ()
    assert found.dropped == {"the quote is not in the text": 1, "its event is not borne out": 1}


def test_a_metric_s_days_become_its_as_of(settings: Settings, names: Names) -> None:
    text = "Qwen had over 203 million monthly users in August 2026."
    row = claim(
        quote=text, event="metric", subject="Qwen", subject_kind="organisation", object=None, number=203e6,
        attribute="monthly_active_users", bound="at least", date_from="2026-08-01", date_to="2026-08-31",
    )  # fmt: skip
    found = verified(settings, names, text, row).claims
    assert {one.attribute: one.value.text for one in found} == {
        "monthly_active_users": "203000000",
        "as_of": "2026-08",
    }
    assert {(one.subject.kind, one.subject.name, one.value.unit) for one in found} == {
        (EntityKind.MODEL, "Qwen", "monthly_active_users")
    }


def test_a_watched_person_goes_by_the_watchlist_s_name(settings: Settings, names: Names) -> None:
    text = "Junyang Lin has left Qwen, a person close to him said."
    (found,) = verified(settings, names, text, claim(quote=text, subject="Junyang Lin", object="Qwen")).claims
    assert found.subject.name == "Lin Junyang"
    assert found.subject.aliases == ("Junyang Lin",)


def test_that_nobody_is_named_is_asserted_and_the_appointment_denied(settings: Settings, names: Names) -> None:
    text = "No successor at Qwen has been named."
    team = {"quote": text, "event": "appointment", "subject": "Qwen", "subject_kind": "organisation", "object": None}
    rows = claim(modality="denied", **team), claim(attribute="successor", value="not named", modality="denied", **team)
    found = verified(settings, names, text, *rows).claims
    assert {one.attribute: one.modality for one in found} == {
        "event": Modality.DENIED,
        "successor": Modality.ASSERTED,
    }
    assert {one.object.name for one in found if one.object} == {"Qwen"}


def test_claims_of_one_answer_stand_once(settings: Settings, names: Names) -> None:
    assert len(verified(settings, names, TEXT, claim(), claim(), claim(quote=RESIGNED + " ")).claims) == 1


def test_the_schema_is_strict_and_refers_to_nothing() -> None:
    def holds(part: object) -> bool:
        if isinstance(part, dict):
            if part.get("type") == "object":
                assert part["additionalProperties"] is False
                assert sorted(part["required"]) == sorted(part["properties"])
            assert "$ref" not in part
            return all(map(holds, part.values()))
        return all(map(holds, part)) if isinstance(part, list) else True

    assert holds(answer_schema())
    properties = answer_schema()["properties"]["claims"]["items"]["properties"]
    assert set(properties) == set(ClaimRow.model_fields)
