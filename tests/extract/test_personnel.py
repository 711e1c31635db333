"""Departures, hires, appointments and foundings, told in English."""

from collections.abc import Callable

import pytest

from pipeline.categories import Modality
from pipeline.model import Claim

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]


@pytest.mark.parametrize(
    ("sentence", "person", "expected"),
    [
        (
            "Priya Raghunathan, who ran safety evaluations, has resigned from Google DeepMind.",
            "Priya Raghunathan",
            {"organisation": "Google DeepMind"},
        ),
        (
            "DeepSeek researcher Guo Dalei left the company in late January 2026.",
            "Guo Dalei",
            {"date": "2026-01-21 to 2026-01-31", "role": "researcher", "organisation": "DeepSeek"},
        ),
        (
            "Li Wen, head of multimodal research, said on Tuesday that she was leaving ByteDance.",
            "Li Wen",
            {"announced": "2026-09-08", "role": "head of multimodal research", "organisation": "ByteDance"},
        ),
        (
            "Mei Tanaka stepped down as CEO of Sakura Labs on 2 September, the company confirmed.",
            "Mei Tanaka",
            {"date": "2026-09-02", "role": "CEO"},
        ),
        (
            "On September 7, 2026, Weiming Zhao — the data lead of Alibaba’s Qwen project — announced his departure.",
            "Weiming Zhao",
            {"announced": "2026-09-07", "role": "data lead", "organisation": "Qwen"},
        ),
        (
            "Weiming Zhao submitted his resignation to Alibaba on the afternoon of September 6.",
            "Weiming Zhao",
            {"resigned": "2026-09-06", "organisation": "Alibaba"},
        ),
    ],
)
def test_a_departure_with_its_role_organisation_and_kind_of_date(
    told: Tell, sentence: str, person: str, expected: dict[str, str]
) -> None:
    departure = told(sentence)["departure", person]
    assert {attribute: departure.get(attribute) for attribute in expected} == expected


def test_every_person_of_a_list_leaves(told: Tell) -> None:
    events = told("Tomas Lindqvist, who led audio, Elena Petrova and Wu Jiahao have all quit xAI.")
    assert set(events) == {("departure", n) for n in ("Tomas Lindqvist", "Elena Petrova", "Wu Jiahao")}


def test_a_crowd_leaves_and_the_sentence_says_who_is_among_it(told: Tell) -> None:
    events = told(
        "Two other experts of the Qwen team also left, including He Ruolan, the lead for code work, and Su Tong."
    )
    assert events["departure", "He Ruolan"]["role"] == "lead for code work"
    assert ("departure", "Su Tong") in events


def test_a_list_under_a_lead_in_carries_its_verb(told: Tell) -> None:
    text = (
        "The move was followed by departures of several members:\n"
        "- Ruolan He: Led code pretraining\n- Tong Su: Contributor"
    )
    events = told(text)
    assert events["departure", "Ruolan He"]["role"] == "code pretraining lead"
    assert ("departure", "Tong Su") in events


def test_a_table_of_leavers_gives_role_and_date(told: Tell) -> None:
    text = (
        "Who Left the Qwen Team?\nWho | Role | When\n"
        "He Ruolan | Head of Code | September 8, 2026\nSu Tong | Engineer | Q3 2026"
    )
    events = told(text)
    assert events["departure", "He Ruolan"] == {
        "event": "asserted", "role": "Head of Code", "date": "2026-09-08", "organisation": "Qwen",
    }  # fmt: skip
    assert events["departure", "Su Tong"]["date"] == "2026-Q3"


def test_a_surname_and_a_pronoun_stand_for_the_person_named_before(told: Tell) -> None:
    text = "Weiming Zhao is well known. Zhao joined Alibaba in 2019. He became Qwen data lead in 2023."
    events = told(text)
    assert events["hire", "Weiming Zhao"]["date"] == "2019"
    assert events["appointment", "Weiming Zhao"] == {
        "event": "asserted", "organisation": "Qwen", "role": "data lead", "date": "2023",
    }  # fmt: skip


def test_the_same_day_is_the_day_of_the_event_told_before(told: Tell) -> None:
    text = "Weiming Zhao resigned from Alibaba on September 6. On the same day, Su Tong also resigned."
    assert told(text)["departure", "Su Tong"]["resigned"] == "2026-09-06"


@pytest.mark.parametrize(
    "sentence",
    [
        "Zhang Weiming may leave Baidu.",
        "Zhang Weiming could be replaced by an outsider.",
        "If Zhang Weiming leaves Baidu, others will follow.",
        "Zhang Weiming is considering leaving Baidu.",
        "Zhang Weiming, a former Baidu executive and now founder of Lumen Labs, wrote that the news was sad.",
        "Google's Noam Feldman thanked Zhang Weiming on X.",
        "Kimi K2.6 leaves rivals behind, said Morgan Freeman.",
        "Jack Ma visited Alibaba's campus.",
        "“I know leaving wasn't your choice,” wrote Chen Chang.",
    ],
)
def test_who_is_quoted_thanked_or_speculated_about_has_not_left(told: Tell, sentence: str) -> None:
    assert not [key for key in told(sentence) if key[0] in ("departure", "hire", "appointment", "founding")]


@pytest.mark.parametrize(
    ("sentence", "modality"),
    [
        ("Rumours that Chen Yifan had left Moonshot AI spread on Weibo.", "speculated"),
        ("Moonshot AI denied that Chen Yifan had left.", "denied"),
        ("Moonshot AI said Chen Yifan did not resign.", "denied"),
        ("According to Reuters, Chen Yifan has left Moonshot AI.", "reported"),
        ("Chen Yifan has left Moonshot AI.", "asserted"),
        ("Chen Yifan was not the only one departing.", "asserted"),
    ],
)
def test_how_sure_a_sentence_is(told: Tell, sentence: str, modality: str) -> None:
    assert told(sentence)["departure", "Chen Yifan"]["event"] == modality


def test_the_outlet_that_a_sentence_cites_is_kept(claims: Callable[..., tuple]) -> None:  # type: ignore[type-arg]
    (claim, *_) = [
        c for c in claims("According to Reuters, Chen Yifan has left Moonshot AI.") if c.attribute == "event"
    ]
    assert claim.attributed_to == "Reuters"


@pytest.mark.parametrize(
    ("sentence", "key", "expected"),
    [
        (
            "Anthropic hired Marcus Oyelaran, formerly of OpenAI, as head of interpretability.",
            ("hire", "Marcus Oyelaran"),
            {"organisation": "Anthropic", "role": "head of interpretability"},
        ),
        (
            "Former Meta researcher Paul Okafor joined Mistral AI last month as research director.",
            ("hire", "Paul Okafor"),
            {"organisation": "Mistral AI", "role": "research director", "date": "2026-08"},
        ),
        (
            "OpenAI named Dr. Hannah Kessler chief scientist on Monday.",
            ("appointment", "Hannah Kessler"),
            {"organisation": "OpenAI", "role": "chief scientist", "date": "2026-09-07"},
        ),
        (
            "Sarah Whitfield co-founded Meridian Labs with two former colleagues in 2024.",
            ("founding", "Sarah Whitfield"),
            {"organisation": "Meridian Labs", "date": "2024"},
        ),
    ],
)
def test_hires_appointments_and_foundings(
    told: Tell, sentence: str, key: tuple[str, str], expected: dict[str, str]
) -> None:
    event = told(sentence)[key]
    assert {attribute: event.get(attribute) for attribute in expected} == expected


@pytest.mark.parametrize(
    ("sentence", "successor"),
    [
        ("Alibaba has not named a successor for the Qwen team.", "not named"),
        ("No successor has been named at Qwen.", "not named"),
        ("Alibaba placed a scientist from Google's Gemini team in charge of the Qwen project.",
         "named: a scientist from Google's Gemini team"),
        ("Alibaba has appointed Xu Yinghui to lead the Qwen team.", "named: Xu Yinghui"),
    ],
)  # fmt: skip
def test_a_successor_is_named_or_explicitly_not(told: Tell, sentence: str, successor: str) -> None:
    assert told(sentence)["appointment", "Qwen"]["successor"] == successor


def test_silence_about_a_successor_says_nothing(told: Tell) -> None:
    events = told("Weiming Zhao left Qwen. Much depends on whether Alibaba names a successor.")
    assert ("appointment", "Qwen") not in events


def test_an_involuntary_departure_is_told_as_such(told: Tell) -> None:
    text = "Weiming Zhao left Qwen. The departure was not voluntary."
    assert told(text)["departure", "Weiming Zhao"]["voluntary"] == "false"


@pytest.mark.parametrize(
    ("sentence", "organisation"),
    [
        ("Anna Keller worked at Lepton Research in London and left this spring.", "Lepton Research"),
        ("Anna Keller, who had spent three years at OpenAI, left in May.", "OpenAI"),
        ("Anna Keller, who once worked for Google, resigned from Qwen on Tuesday.", "Qwen"),
    ],
)
def test_an_employer_of_the_clause_before_is_what_was_left(told: Tell, sentence: str, organisation: str) -> None:
    assert told(sentence)["departure", "Anna Keller"]["organisation"] == organisation


def test_what_was_joined_since_is_what_was_left(told: Tell) -> None:
    text = "Anna Keller had worked at Google, joined Lepton Research in 2022 and left on Monday."
    assert told(text)["departure", "Anna Keller"]["organisation"] == "Lepton Research"


def test_being_dismissed_is_a_departure_and_dismissing_a_report_is_none(told: Tell) -> None:
    event = told("Anna Keller, a Qwen engineer, was dismissed in May.")["departure", "Anna Keller"]
    assert (event["event"], event["voluntary"]) == ("asserted", "false")
    denied = told("Alibaba dismissed reports that Anna Keller had left Qwen.")["departure", "Anna Keller"]
    assert denied["event"] == "denied"


def test_who_is_now_at_another_lab_has_left_the_one_whose_team_was_led(told: Tell) -> None:
    events = told("Anna Keller, who ran Qwen's evaluation team, is now at Zhipu as vice president of research.")
    assert events["departure", "Anna Keller"]["destination"] == events["hire", "Anna Keller"]["organisation"]
    assert events["departure", "Anna Keller"]["organisation"] == "Qwen"


@pytest.mark.parametrize(
    ("sentence", "by"),
    [
        ("Wen Ruolan denied that she has left Qwen.", "Wen Ruolan"),
        (
            "Wen Ruolan, who leads evaluation at Alibaba's Qwen, on Sunday denied that she has left the team.",
            "Wen Ruolan",
        ),
        ("Moonshot AI denied that Wen Ruolan had left.", None),
    ],
    ids=["herself", "herself-behind-an-aside", "her-company"],
)
def test_who_denies_her_own_departure_is_named_as_the_one_who_does(
    claims: Callable[..., tuple[Claim, ...]], sentence: str, by: str | None
) -> None:
    [denial] = [claim for claim in claims(sentence) if claim.attribute == "event"]
    assert (denial.modality, denial.attributed_to) == (Modality.DENIED, by)
