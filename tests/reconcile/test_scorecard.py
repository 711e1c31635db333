"""Scorecards: who is first, who is right, who repeats; and confidence that rests on them."""

from __future__ import annotations

import pytest

from pipeline.categories import EventStatus, Result, Tier
from pipeline.reconcile.confidence import PRIORS, confidence
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.scorecard import Score, reliabilities, scorecards, wilson
from pipeline.reconcile.statements import Stance
from pipeline.standing import Outcome
from tests.reconcile.month import lines, month
from tests.reconcile.telling import ENTITIES, OUTSIDERS, STAFF, Teller, Told, day, event, hours


def outcomes(told: Told) -> list[Outcome]:
    return [one for line in lines(told).values() for one in line.outcomes]


@pytest.fixture(scope="module")
def cards() -> dict[str, Score]:
    return scorecards(outcomes(month()))


def test_the_outlet_that_is_always_first_and_right_has_a_clean_scorecard(cards: dict[str, Score]) -> None:
    ledger = cards["ledger"]
    assert (ledger.first, ledger.wrong, ledger.corrected) == (12, 0, 0)
    assert ledger.right == 16  # twelve departures, and the day in the four disputes about one
    assert ledger.lead_hours == 5.5  # the median of six times 5 hours, thrice 6 and thrice 24
    low, high = ledger.interval
    assert (round(low, 2), high) == (0.81, 1.0)


def test_copying_and_citing_earn_nothing(cards: dict[str, Score]) -> None:
    assert "mirror" not in cards
    assert "echo" not in cards


def test_an_outlet_that_finds_out_later_is_right_and_not_first(cards: dict[str, Score]) -> None:
    assert (cards["courier"].right, cards["courier"].wrong, cards["courier"].first) == (6, 1, 0)


def test_the_inventor_is_wrong_where_denied_and_alone_where_nobody_cared(cards: dict[str, Score]) -> None:
    whisper = cards["whisper"]
    assert whisper.wrong == 6  # three hires and three days
    assert whisper.right == 3  # that those departures of which it had the day wrong had happened
    assert (whisper.alone_confirmed, whisper.alone_unconfirmed) == (0, 6)


def test_who_decides_is_not_judged_by_its_own_word(cards: dict[str, Score]) -> None:
    assert cards["qwen"].settled == 0


def test_the_month_ends_with_each_event_on_its_rung() -> None:
    told = lines(month())
    status = {key.subject_id: event(line).status for key, line in told.items()}
    assert {status[who] for who in STAFF} == {EventStatus.CONFIRMED}
    denied = [status[who] for who in OUTSIDERS]
    assert denied == [EventStatus.DENIED] * 3 + [EventStatus.REPORTED] * 3


def test_what_an_outlet_says_next_is_believed_by_what_became_of_its_words(cards: dict[str, Score]) -> None:
    ledger = dict(reliabilities({"ledger": PRIORS[Tier.PRESS]}, cards))
    whisper = dict(reliabilities({"whisper": PRIORS[Tier.COMMUNITY]}, cards))
    assert confidence(ledger, {}, Stance.SUPPORTS) == 0.96
    assert confidence(whisper, {}, Stance.SUPPORTS) < 0.5
    assert confidence(whisper, ledger, Stance.SUPPORTS) < 0.04


def test_an_events_own_outcome_is_left_out_on_asking() -> None:
    told = outcomes(month())
    one = next(outcome for outcome in told if outcome.origin == "ledger" and outcome.attribute == "event")
    assert scorecards(told, without=one.event_id)["ledger"].right < scorecards(told)["ledger"].right


@pytest.mark.parametrize("at", [0, 23, 24, 49, 130, 400], ids=lambda at: f"{at} hours")
def test_a_scorecard_of_the_past_is_that_of_a_replay_to_that_moment(at: int) -> None:
    moment = hours(at)
    known = [one for one in month() if one.claim.known_at <= moment]
    assert scorecards(outcomes(month()), moment) == scorecards(outcomes(known))


def test_one_of_one_is_not_certain() -> None:
    assert [round(end, 3) for end in wilson(1, 1)] == [0.207, 1.0]
    assert [round(end, 3) for end in wilson(0, 1)] == [0.0, 0.793]
    assert [round(end, 3) for end in wilson(9, 10)] == [0.596, 0.982]
    assert wilson(0, 0) == (0.0, 1.0)


def results(*told: Teller | object) -> dict[tuple[str, str], Result]:
    line = reconcile_line(told, (), ENTITIES)  # type: ignore[arg-type]
    return {(one.origin, one.attribute): one.result for one in line.outcomes if one.known_to is None}


def test_who_takes_a_wrong_day_back_has_corrected_itself_and_the_other_was_right() -> None:
    found = results(
        Teller("a", 0, "Daily").says("announced", day("2026-05-04")),
        Teller("b", 1, "Weekly", withdrawn=9).says("announced", day("2026-05-06")),
        Teller("b2", 9, "Weekly", story="story of b").says("announced", day("2026-05-04")),
    )
    assert found == {("daily", "announced"): Result.RIGHT, ("weekly", "announced"): Result.CORRECTED}


def test_an_event_that_its_only_teller_takes_back_is_corrected() -> None:
    assert results(Teller("a", 0, "Daily", withdrawn=4).says()) == {("daily", "event"): Result.CORRECTED}


def test_a_report_of_one_outlet_alone_is_open() -> None:
    assert results(Teller("a", 0, "Daily").says()) == {("daily", "event"): Result.OPEN}


def test_two_that_agree_are_neither_right_nor_wrong_yet() -> None:
    assert results(Teller("a", 0, "Daily").says(), Teller("b", 1, "Weekly").says()) == {}


def test_who_only_follows_an_announcement_earns_nothing() -> None:
    team = Teller("t", 0, "Qwen", Tier.OFFICIAL).says()
    assert results(team, Teller("a", 3, "Daily").says()) == {("qwen", "event"): Result.SETTLED}


def test_who_repeats_a_wrong_day_after_the_announcement_is_wrong() -> None:
    team = Teller("t", 0, "Qwen", Tier.OFFICIAL).says("announced", day("2026-05-04"))
    late = Teller("a", 30, "Daily").says("announced", day("2026-05-06"))
    assert results(team, late)["daily", "announced"] is Result.WRONG


def test_a_dispute_that_is_open_judges_nobody() -> None:
    told = [Teller(name, 0, name).says("announced", day(f"2026-05-0{n}")) for n, name in ((4, "Daily"), (6, "Weekly"))]
    assert not [key for key in results(*told) if key[1] == "announced"]


def test_days_that_turn_out_to_agree_judge_nobody() -> None:
    told = [
        Teller("a", 0, "Daily").says("announced", day("2026-05-04")),
        Teller("b", 1, "Weekly").says("announced", day("2026-05")),
    ]
    assert not [key for key in results(*told) if key[1] == "announced"]
