"""Independent origins, the status ladder, and confidence."""

import pytest

from pipeline.categories import EventStatus, Modality, Tier
from pipeline.reconcile.confidence import confidence
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.statements import Stance
from pipeline.reconcile.voices import fold_outlet
from tests.reconcile.telling import ENTITIES, Teller, day, event, fact


def status(*told) -> EventStatus:  # type: ignore[no-untyped-def]
    return event(reconcile_line(told, (), ENTITIES)).status


def test_one_origin_reports_and_two_corroborate() -> None:
    assert status(Teller("a").says()) is EventStatus.REPORTED
    assert status(Teller("a").says(), Teller("b").says()) is EventStatus.CORROBORATED


def test_copies_of_one_story_are_one_origin() -> None:
    told = [Teller(name, n, story="wire").says() for n, name in enumerate("abcdef")]
    line = reconcile_line(told, (), ENTITIES)
    assert (event(line).origins, event(line).documents) == (1, 6)


def test_several_documents_of_one_publisher_are_one_origin() -> None:
    assert status(Teller("a", publisher="Daily").says(), Teller("b", publisher="Daily").says()) is EventStatus.REPORTED


def test_an_outlet_that_copies_two_others_does_not_make_them_one() -> None:
    told = [
        Teller("a", story="one", publisher="Daily").says(),
        Teller("b", story="two", publisher="Weekly").says(),
        Teller("c", 1, story="one", publisher="Mirror").says(),
        Teller("d", 1, story="two", publisher="Mirror").says(),
    ]
    assert event(reconcile_line(told, (), ENTITIES)).origins == 2


def test_an_outlet_that_cites_another_one_lends_it_no_weight() -> None:
    cited = Teller("a", publisher="The Harbour Post").says()
    citing = Teller("b", publisher="Mirror").says(modality=Modality.REPORTED, by="Harbour Post")
    assert status(cited, citing) is EventStatus.REPORTED


def test_a_citation_is_understood_also_when_the_cited_outlet_is_read_later() -> None:
    citing = Teller("b", publisher="Mirror").says(modality=Modality.REPORTED, by="Harbour Post")
    cited = Teller("a", 5, publisher="harbour-post.example").says()
    assert status(citing, cited) is EventStatus.REPORTED


def test_only_guesses_make_a_rumour() -> None:
    assert status(Teller("a").says(modality=Modality.SPECULATED)) is EventStatus.RUMOURED


def test_an_official_voice_confirms() -> None:
    assert status(Teller("a", tier=Tier.OFFICIAL).says()) is EventStatus.CONFIRMED


@pytest.mark.parametrize("by", ["Wen Tao", "Tao Wen", "Qwen", "Qwen team", "Tongyi Lab"])
def test_the_words_of_the_person_or_the_organisation_confirm(by: str) -> None:
    assert status(Teller("a").says(modality=Modality.REPORTED, by=by)) is EventStatus.CONFIRMED


def test_the_words_of_somebody_else_do_not_confirm() -> None:
    assert status(Teller("a").says(modality=Modality.REPORTED, by="Bai Ruo")) is EventStatus.REPORTED


def test_a_fact_has_a_status_of_its_own() -> None:
    told = [Teller("a").says(), Teller("b").says(), Teller("b").says("destination", "Quince Labs")]
    line = reconcile_line(told, (), ENTITIES)
    assert event(line).status is EventStatus.CORROBORATED
    assert fact(line, "destination").status is EventStatus.REPORTED


@pytest.mark.parametrize(
    ("one", "other"),
    [("The Daily Model", "daily model"), ("daily-model.example", "Daily Model"), ("晚报", "晚报 ")],
)
def test_an_outlet_is_known_by_its_several_names(one: str, other: str) -> None:
    assert fold_outlet(one) == fold_outlet(other)


def test_confidence_grows_with_origins_and_shrinks_with_opposition() -> None:
    alone = confidence({"a": 0.6}, {}, Stance.SUPPORTS)
    assert alone == 0.6
    assert confidence({"a": 0.6, "b": 0.6}, {}, Stance.SUPPORTS) == 0.6923  # odds of 1.5 x 1.5 to 1
    assert confidence({"a": 0.6}, {"b": 0.6}, Stance.SUPPORTS) == 0.5
    assert confidence({"a": 0.6}, {}, Stance.SPECULATES) < alone


def test_certain_voices_against_each_other_leave_it_open() -> None:
    assert confidence({"a": 1.0}, {"b": 1.0}, Stance.SUPPORTS) == 0.5


def test_no_number_of_voices_makes_certain_and_no_number_of_guesses_makes_likely() -> None:
    many = dict.fromkeys("abcdefgh", 0.9)
    assert confidence(many, {}, Stance.SUPPORTS) == 0.98
    assert confidence(many, {}, Stance.SPECULATES) < 0.5


def test_a_voice_that_is_mostly_wrong_makes_nothing_less_likely_but_its_own_word() -> None:
    assert confidence({"a": 0.9, "liar": 0.2}, {}, Stance.SUPPORTS) == confidence({"a": 0.9}, {}, Stance.SUPPORTS)
    assert confidence({"a": 0.9}, {"liar": 0.2}, Stance.SUPPORTS) == confidence({"a": 0.9}, {}, Stance.SUPPORTS)
    assert confidence({"liar": 0.2}, {}, Stance.SUPPORTS) == 0.2


def test_a_dispute_lowers_the_confidence_of_the_fact() -> None:
    agreed = [Teller("a").says("announced", day("2026-05-04")), Teller("b").says("announced", day("2026-05-04"))]
    disputed = [*agreed, Teller("c").says("announced", day("2026-05-08"))]
    before = fact(reconcile_line(agreed, (), ENTITIES), "announced")
    after = fact(reconcile_line(disputed, (), ENTITIES), "announced")
    assert after.value == before.value
    assert after.confidence < before.confidence
