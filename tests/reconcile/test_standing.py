"""Who tells of an event and in whose voice, who stands for a fact when, and what moved a status."""

from __future__ import annotations

from pipeline.categories import EventStatus, Modality, MovedBy, Tier, VoiceRole
from pipeline.ledger import Judgement
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import ENTITIES, Teller, Told, day, event, hours


def roles(told: Told) -> dict[str, tuple[str, VoiceRole]]:
    return {one.document_id: (one.origin, one.role) for one in reconcile_line(told, (), ENTITIES).voices}


def test_each_document_has_its_part_in_the_tree() -> None:
    told = [
        Teller("a", 0, "The Ledger", story="s").says(),
        Teller("b", 1, "Mirror", story="s").says(),
        Teller("c", 2, "Echo").says(modality=Modality.REPORTED, by="Ledger"),
        Teller("d", 3, "Courier").says(),
        Teller("e", 4, "The Ledger").says("announced", day("2026-05-04")),
    ]
    assert roles(told) == {
        "a": ("ledger", VoiceRole.FIRST),
        "b": ("ledger", VoiceRole.COPY),
        "c": ("ledger", VoiceRole.CITES),
        "d": ("courier", VoiceRole.INDEPENDENT),
        "e": ("ledger", VoiceRole.FIRST),
    }


def test_first_is_who_published_first_whichever_we_read_first() -> None:
    told = [Teller("a", 9, "Daily", published=1).says(), Teller("b", 3, "Weekly", published=2).says()]
    assert roles(told)["a"] == ("daily", VoiceRole.FIRST)


def test_a_document_that_cites_and_knows_more_by_itself_is_a_voice_of_its_own() -> None:
    both = Teller("b", 2, "Echo")
    told = [Teller("a", 0, "Ledger").says(), both.says(by="Ledger"), both.says("announced", day("2026-05-04"))]
    assert roles(told)["b"] == ("echo", VoiceRole.INDEPENDENT)


def test_who_cites_an_outlet_that_only_cites_gives_the_word_of_the_first() -> None:
    told = [
        Teller("a", 0, "Ledger").says(),
        Teller("b", 1, "Echo").says(by="Ledger"),
        Teller("c", 2, "Rumble").says(by="Echo"),
    ]
    assert roles(told)["c"] == ("ledger", VoiceRole.CITES)
    line = reconcile_line(told, (), ENTITIES)
    assert (event(line).origins, event(line).status) == (1, EventStatus.REPORTED)


def test_who_cites_an_outlet_that_only_copies_gives_the_word_of_the_first() -> None:
    told = [
        Teller("a", 0, "Ledger", story="s").says(),
        Teller("b", 1, "Mirror", story="s").says(),
        Teller("c", 2, "Rumble").says(by="Mirror"),
    ]
    assert roles(told)["c"] == ("ledger", VoiceRole.CITES)


def test_an_outlet_that_is_cited_becomes_a_voice_when_it_says_something_itself() -> None:
    told = [
        Teller("a", 0, "Ledger").says(),
        Teller("b", 1, "Echo").says(by="Ledger"),
        Teller("c", 2, "Rumble").says(by="Echo"),
        Teller("d", 3, "Echo").says(),
    ]
    assert roles(told)["c"] == ("echo", VoiceRole.CITES)
    assert event(reconcile_line(told, (), ENTITIES)).origins == 2


def test_outlets_that_cite_each_other_in_a_circle_are_one_voice() -> None:
    told = [Teller("a", 0, "Echo").says(by="Rumble"), Teller("b", 1, "Rumble").says(by="Echo")]
    assert event(reconcile_line(told, (), ENTITIES)).origins == 1


def test_a_denial_stands_against() -> None:
    told = [Teller("a").says(), Teller("b", 1, tier=Tier.OFFICIAL).says(modality=Modality.DENIED)]
    voices = reconcile_line(told, (), ENTITIES).voices
    assert {one.document_id: one.against for one in voices} == {"a": False, "b": True}
    assert {one.document_id: one.role for one in voices}["a"] is VoiceRole.FIRST


def test_who_stands_for_a_fact_and_against_it_has_its_times() -> None:
    told = [
        Teller("a", 0, "Daily").says("announced", day("2026-05-04")),
        Teller("b", 2, "Weekly", withdrawn=9).says("announced", day("2026-05-08")),
    ]
    found = [one for one in reconcile_line(told, (), ENTITIES).fact_voices if one.attribute == "announced"]
    assert [(one.origin, one.against, one.known_from, one.known_to) for one in found] == [
        ("daily", False, hours(0), None),
        ("weekly", True, hours(2), hours(9)),
    ]


def test_every_step_on_the_ladder_names_the_words_that_moved_it() -> None:
    decided = Judgement("j", None, None, "retract", None, "a hoax", "Ada", hours(9))
    told = [
        Teller("guess", 0).says(modality=Modality.SPECULATED),
        Teller("first", 1).says(),
        Teller("second", 2).says("role", "tech lead"),
        Teller("second", 2).says("announced", day("2026-05-04")),
        Teller("team", 3, tier=Tier.OFFICIAL).says(),
        Teller("late", 4).says(),
    ]
    about = event(reconcile_line(told, (), ENTITIES)).event_id
    judgement = Judgement("j", None, about, decided.decision, None, decided.reason, decided.who, decided.made_at)
    steps = reconcile_line(told, [judgement], ENTITIES).status_changes
    assert [(one.after.value, one.moved_by, one.document_id or one.judgement_id) for one in steps] == [
        ("rumoured", MovedBy.SAID, "guess"),
        ("reported", MovedBy.SAID, "first"),
        ("corroborated", MovedBy.SAID, "second"),
        ("confirmed", MovedBy.SAID, "team"),
        ("retracted", MovedBy.DECIDED, "j"),
    ]


def test_of_words_that_come_together_the_one_that_gives_the_status_moved_it() -> None:
    told = [Teller("a").says(), Teller("team", tier=Tier.OFFICIAL, published=5).says()]
    [step] = reconcile_line(told, (), ENTITIES).status_changes
    assert (step.before, step.after, step.document_id) == (None, EventStatus.CONFIRMED, "team")


def test_a_withdrawal_that_moves_a_status_names_the_document() -> None:
    told = [Teller("a", withdrawn=5).says(), Teller("b", 1).says()]
    step = reconcile_line(told, (), ENTITIES).status_changes[-1]
    assert (step.after, step.moved_by, step.document_id) == (EventStatus.REPORTED, MovedBy.WITHDRAWN, "a")
