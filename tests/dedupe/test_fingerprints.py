"""Likeness of texts."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.fingerprints import KEPT, fingerprint, jaccard, tokens
from tests.dedupe.documents import LIGHT_REWRITE, OTHER, WIRE


def test_a_text_is_like_itself_whatever_its_case_and_punctuation() -> None:
    assert jaccard(WIRE, WIRE.upper().replace(",", " —")) == 1.0


def test_a_light_rewrite_is_nearer_than_another_story() -> None:
    assert jaccard(WIRE, LIGHT_REWRITE) > 0.5 > jaccard(WIRE, OTHER)


def test_a_light_rewrite_shares_enough_hashes_to_be_found() -> None:
    assert len(set(fingerprint(WIRE)) & set(fingerprint(LIGHT_REWRITE))) >= 3


def test_each_han_character_is_a_token() -> None:
    assert tokens("通义千问Qwen3.5发布") == ["通", "义", "千", "问", "qwen3", "5", "发", "布"]


def test_chinese_texts_are_compared_by_character() -> None:
    told = "实验室周一宣布训练负责人将于月底离任，同事们举行了简短的告别会，并感谢她多年来的贡献。"
    assert jaccard(told, told.replace("周一", "昨日")) > 0.7


def test_texts_of_no_words_are_alike_and_unlike_all_others() -> None:
    assert jaccard("", "…") == 1.0
    assert jaccard("", WIRE) == 0.0
    assert fingerprint("…") == ()


@given(st.text(max_size=300))
def test_a_fingerprint_is_at_most_sixteen_ascending_63_bit_numbers(text: str) -> None:
    hashes = fingerprint(text)
    assert list(hashes) == sorted(set(hashes))
    assert len(hashes) <= KEPT
    assert all(0 <= hashed < 2**63 for hashed in hashes)


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_mutual_and_between_nought_and_one(one: str, other: str) -> None:
    assert 0.0 <= jaccard(one, other) == jaccard(other, one) <= 1.0
