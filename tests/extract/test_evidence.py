"""Every claim can be pointed at, whatever the text is made of."""

import datetime as dt
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.dates import find_dates
from pipeline.extract.extractor import Extractor
from pipeline.intervals import DateInterval
from pipeline.model import Claim
from tests.extract.conftest import document

PIECES = st.sampled_from(
    [
        "Weiming Zhao, the data lead, left Qwen on March 3.", "“I’m stepping down,” wrote Zhao.", "赵维明宣布离职。",
        "Alibaba released Qwen4.5 (0.8B, 2B).", "Who | Role | When", "Su Tong | Engineer | Q1 2026",
        "- Su Tong: Led code",
        "downloads: 600 million", "ｆｕｌｌ　ｗｉｄｔｈ", "e\u0301", "\u202e\u200b", "🙂", "\n", " ", "(((", "—",
        ".", "\t",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).map(" ".join)


@given(TEXTS, st.sampled_from(["en", "zh"]))
@settings(max_examples=150, deadline=None)
def test_a_quote_is_the_slice_it_says_it_is(extractor: Extractor, text: str, language: str) -> None:
    source = document(text, language)
    claims = extractor.claims(source)
    assert all(source.text[claim.start : claim.end] == claim.quote and claim.quote for claim in claims)
    assert len({claim.claim_id for claim in claims}) == len(claims)
    assert extractor.claims(source) == claims


def test_a_language_without_a_lexicon_has_no_claims(extractor: Extractor) -> None:
    assert extractor.claims(document("Zhao a quitté Qwen.", "fr")) == ()


def test_a_megabyte_without_a_full_stop_is_read_in_pieces(extractor: Extractor) -> None:
    assert extractor.claims(document("Alibaba and Qwen and more " * 4000)) == ()


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
def test_a_written_day_is_read_back_in_both_languages(extractor: Extractor, day: dt.date) -> None:
    written = {"en": f"on {day:%B} {day.day}, {day.year} it", "zh": f"{day.year}年{day.month}月{day.day}日"}
    for language, text in written.items():
        lexicon = extractor._readers[language].lexicon
        found = find_dates(text, lexicon, day + dt.timedelta(days=3))
        assert [mention.dates for mention in found] == [DateInterval.day(day)]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.integers(0, 300))
def test_a_day_without_a_year_is_the_last_one_before_publication(
    extractor: Extractor, day: dt.date, later: int
) -> None:
    lexicon = extractor._readers["en"].lexicon
    (mention,) = find_dates(f"{day:%B} {day.day} it", lexicon, day + dt.timedelta(days=later))
    leap = day.month == 2 and day.day == 29
    assert leap or mention.dates == DateInterval.day(day)


def test_a_private_use_character_of_the_text_is_no_mark(claims: Callable[..., tuple[Claim, ...]]) -> None:
    """A PDF's bullet, say, which looks like what stands for a name in the masked text."""
    text = "\ue000 Weiming Zhao, the data lead, left Qwen on March 3.\ue002\ue003"
    assert {claim.subject.name for claim in claims(text)} == {"Weiming Zhao"}
