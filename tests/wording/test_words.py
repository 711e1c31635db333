"""Dates, numbers and standing in words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Bound, EventStatus
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.wording import words_in
from pipeline.wording.catalogue import GAP, fill, load
from tests.reconcile.telling import day, figure

ENGLISH = words_in("en")
CHINESE = words_in("zh")


def _when(dates: DateInterval) -> str:
    return ENGLISH.dated("it happened", dates).removeprefix("it happened")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-04", "4 May 2026"),
        ("2026-05", "May 2026"),
        ("2026-Q2", "the second quarter of 2026"),
        ("2026", "2026"),
    ],
)
def test_dates_are_written_out(text: str, words: str) -> None:
    assert ENGLISH.date(day(text).dates) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-05-03", "2026-05-05", "3 to 5 May 2026"),
        ("2026-04-28", "2026-05-02", "28 April to 2 May 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 to 2 January 2026"),
    ],
)
def test_spans_name_month_and_year_once(first: str, last: str, words: str) -> None:
    span = DateInterval(day(first).dates.first, day(last).dates.last)  # type: ignore[union-attr]
    assert ENGLISH.date(span) == words
    assert _when(span) == f", {words}"


def test_a_day_that_only_bounds_is_said_so() -> None:
    by = DateInterval.by(dt.date(2026, 5, 3))
    assert (ENGLISH.date(by), _when(by), str(by)) == ("by 3 May 2026", " by 3 May 2026", "by 2026-05-03")


def test_a_month_follows_with_in() -> None:
    assert _when(day("2026-05").dates) == " in May 2026"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (600_000_000, "600 million"),
        (1e9, "1 billion"),
        (73_520_000, "73.5 million"),
        (1_250_000, "1.25 million"),
        (3.6e13, "36 trillion"),
        (170_000, "170,000"),
        (1456, "1,456"),
        (88.7, "88.7"),
    ],
)
def test_numbers_are_written_as_people_say_them(number: float, words: str) -> None:
    assert ENGLISH.number(number) == words


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("downloads", figure(600e6, Bound.AT_LEAST), "over 600 million"),
        ("downloads", figure(600e6, Bound.ABOUT), "about 600 million"),
        ("downloads", figure(600e6, as_of="2026-05"), "600 million"),
        ("context_tokens", figure(131_072), "128K"),
        ("context_tokens", figure(256_000), "256K"),
        ("context_tokens", figure(1_000_000), "1M"),
        ("context_tokens", figure(32_000), "32K"),
        ("arena_rank", figure(4), "number 4"),
        ("event", Value("false"), "no"),
        ("voluntary", Value("false"), "not by choice"),
        ("successor", Value("named: Bai Ruo"), "Bai Ruo"),
        ("role", Value("tech lead"), "tech lead"),
    ],
)
def test_values_are_put_into_words_by_their_attribute(attribute: str, value: Value, words: str) -> None:
    assert ENGLISH.value(attribute, value) == words


@pytest.mark.parametrize(
    ("status", "origins", "word_of", "words"),
    [
        (EventStatus.RUMOURED, 1, None, "a rumour, so far from one source"),
        (EventStatus.REPORTED, 1, None, "reported by one source"),
        (EventStatus.CORROBORATED, 2, None, "reported by two independent sources"),
        (EventStatus.CORROBORATED, 14, None, "reported by 14 independent sources"),
        (EventStatus.CONFIRMED, 3, "Qwen", "confirmed by Qwen"),
        (EventStatus.DENIED, 1, None, "denied, according to one source"),
        (EventStatus.DENIED, 1, "Qwen", "denied by Qwen"),
    ],
)
def test_standing_says_on_whose_word(status: EventStatus, origins: int, word_of: str | None, words: str) -> None:
    assert ENGLISH.standing(status, origins, word_of) == words


def test_lists_end_with_and() -> None:
    assert (ENGLISH.listed([]), ENGLISH.listed(["a"]), ENGLISH.listed(["a", "b"]), ENGLISH.listed(["a", "b", "c"])) == (
        "",
        "a",
        "a and b",
        "a, b and c",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-04", "2026年5月4日"),
        ("2026-05", "2026年5月"),
        ("2026-Q2", "2026年第二季度"),
        ("2026", "2026年"),
    ],
)
def test_chinese_dates(text: str, words: str) -> None:
    assert CHINESE.date(day(text).dates) == words  # type: ignore[arg-type]


def test_a_chinese_clause_has_its_time_in_front() -> None:
    assert CHINESE.dated("她离职", DateInterval.by(dt.date(2026, 5, 3))) == "不晚于2026年5月3日，她离职"
    span = DateInterval(dt.date(2026, 4, 28), dt.date(2026, 5, 2))
    assert CHINESE.dated("她离职", span) == "2026年4月28日至5月2日，她离职"


@pytest.mark.parametrize(
    ("number", "words"),
    [(600_000_000, "6亿"), (3.6e13, "36万亿"), (170_000, "17万"), (171_234, "171,234"), (73_520_000, "7352万")],
)
def test_chinese_numbers_count_in_ten_thousands(number: float, words: str) -> None:
    assert CHINESE.number(number) == words


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("Technical lead", "技术负责人"),
        ("head of post-training", "后训练负责人"),
        ("技术负责人", "技术负责人"),
        ("keeper of the keys", "keeper of the keys"),
    ],
)
def test_roles_are_translated_where_the_catalogue_knows_them(role: str, words: str) -> None:
    assert CHINESE.value("role", Value(role)) == words
    assert (CHINESE.translated(role) is None) == (role == words and role.isascii())


def test_a_space_stands_between_han_and_latin_words_and_not_before_numbers() -> None:
    assert CHINESE.say("clauses.hire", s="Maren Oxholm", o="通义千问") == "Maren Oxholm 加入通义千问"
    assert CHINESE.say("nouns.metric", owner="Qwen4.5", metric="下载量") == "Qwen4.5 下载量"
    assert CHINESE.say("bounds.at_least", n="310") == "超过310"


def test_whoever_leaves_without_a_known_employer_leaves_no_team() -> None:
    assert ENGLISH.say("clauses.departure", s="Fan Qingye", o=None) == "Fan Qingye left"
    assert CHINESE.say("clauses.departure", s="樊青野", o=None) == "樊青野离职"


def gaps(text: object) -> set[str]:
    return set(GAP.findall(str(text)))


def test_both_catalogues_have_the_same_sentences() -> None:
    english, chinese = load("en"), load("zh")
    open_ended = {"terms", "areas", "attributes", "dated"}
    assert english.keys() == chinese.keys()
    for table in english.keys() - open_ended - {"spaced"}:
        assert english[table].keys() == chinese[table].keys(), table


def test_no_sentence_of_one_language_waits_for_a_value_that_the_other_never_names() -> None:
    english, chinese = load("en"), load("zh")
    for table in ("titles", "bodies", "standing", "sides", "topics", "counts", "bounds"):
        for name, text in chinese[table].items():
            known = gaps(english[table][name]) | {"s", "o", "by", "sources", "owner", "n", "standing"}
            assert gaps(text) <= known, f"{table}.{name}"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_value_is_never_read_as_a_sentence(subject: str, organisation: str) -> None:
    told = fill("{s} left[ {o}]", {"s": f"x{subject}", "o": f"y{organisation}"}, spaced=True)
    assert told == f"x{subject} left y{organisation}"
