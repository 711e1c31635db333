"""What is worth an alert, how much, in which words, and with which quotes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.categories import AlertKind, Bound, Modality, Severity, Tier
from pipeline.ledger import Alert, Judgement
from pipeline.reconcile.alerts import alerts_of
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line, line_of
from tests.reconcile.telling import (
    BEIJING,
    ENTITIES,
    START,
    Teller,
    Told,
    day,
    figure,
    hours,
    metric,
    release,
    succession,
)

NOW = START + dt.timedelta(days=30)
DAY = 24


def lines(told: Told, judgements: Sequence[Judgement] = ()) -> list[Line]:
    keys = sorted({line_of(one) for one in told}, key=lambda key: key.sort_key)
    return [reconcile_line([one for one in told if line_of(one) == key], judgements, ENTITIES) for key in keys]


def alerts(told: Told, judgements: Sequence[Judgement] = (), **about: object) -> list[Alert]:
    by_claim = {one.claim.claim_id: one for one in told}
    return list(alerts_of(lines(told, judgements), by_claim, ENTITIES, NOW, **about))  # type: ignore[arg-type]


def only(found: Sequence[Alert], kind: AlertKind) -> Alert:
    [alert] = [one for one in found if one.kind is kind]
    return alert


def departure(name: str = "harbour", known: float = 0, **about: object) -> Told:
    teller = Teller(name, known, **about)  # type: ignore[arg-type]
    return [
        teller.says("event"),
        teller.says("role", "technical lead"),
        teller.says("date", day("2026-05-03")),
    ]


def test_a_departure_reported_by_one_source() -> None:
    [alert] = alerts(departure())
    assert alert.title == "Wen Tao left Qwen (technical lead), 3 May 2026: reported by one source."
    assert alert.body == "From The Harbour, 4 May 2026."
    assert (alert.kind, alert.severity, alert.created_at) == (AlertKind.NEW_EVENT, Severity.HIGH, NOW)
    assert alert.dedupe_key == f"new_event:{alert.event_id}::new"
    [side] = alert.sides
    assert (side.origins, [quote.text for quote in side.quotes]) == (1, ["harbour, event, true"])
    assert (side.quotes[0].url, side.quotes[0].value) == ("https://harbour.example/", "")


def test_a_rumour_is_called_one_and_weighs_less() -> None:
    [alert] = alerts([Teller("a").says(modality=Modality.SPECULATED)])
    assert alert.title == "Wen Tao is said to be leaving Qwen: a rumour, so far from one source."
    assert alert.severity is Severity.MEDIUM


def test_a_confirmation_names_who_confirms() -> None:
    told = [*departure(), Teller("team", 5, tier=Tier.OFFICIAL, publisher="Qwen").says()]
    alert = only(alerts(told), AlertKind.STATUS_RAISED)
    assert alert.title == "Confirmed by Qwen: Wen Tao left Qwen (technical lead), 3 May 2026."
    assert alert.body == "Until now it was reported by one source."
    assert alert.severity is Severity.HIGH
    assert alert.dedupe_key.endswith("::confirmed")


def test_a_second_source_is_for_the_digest() -> None:
    alert = only(alerts([*departure(), Teller("b", 5).says()]), AlertKind.STATUS_RAISED)
    assert alert.title.startswith("Now reported by two independent sources: Wen Tao left Qwen")
    assert alert.severity is Severity.LOW


def test_days_that_differ_by_a_time_zone() -> None:
    told = [
        Teller("a", 0, publisher="Daily A").says("announced", day("2026-05-03")),
        Teller("b", 1, publisher="B").says("announced", day("2026-05-03")),
        Teller("c", 2, publisher="C", zone=BEIJING).says("announced", day("2026-05-04")),
    ]
    alert = only(alerts(told), AlertKind.CONFLICT_OPENED)
    assert alert.title == (
        "Sources disagree on when Wen Tao announced leaving Qwen: 3 May 2026 (Daily A, B) or 4 May 2026 (C)."
    )
    assert "one day apart and the sources sit in different time zones" in alert.body
    assert "Until now we held 3 May 2026, on the word of two independent sources." in alert.body
    assert alert.severity is Severity.LOW
    assert [(side.label, side.origins, len(side.quotes)) for side in alert.sides] == [
        ("3 May 2026", 2, 2),
        ("4 May 2026", 1, 1),
    ]
    assert [quote.value for side in alert.sides for quote in side.quotes] == [
        "3 May 2026",
        "3 May 2026",
        "4 May 2026",
    ]


def test_dates_that_differ_by_more_are_grave() -> None:
    told = [Teller("a").says("announced", day("2026-05-03")), Teller("b", 1).says("announced", day("2026-05-10"))]
    alert = only(alerts(told), AlertKind.CONFLICT_OPENED)
    assert alert.severity is Severity.HIGH
    assert alert.body.startswith("The two are seven days apart.")


def test_figures_that_differ() -> None:
    told = [
        metric("a", publisher="Daily A").says("downloads", figure(600e6, Bound.AT_LEAST)),
        metric("b", 1, publisher="B").says("downloads", figure(1e9, Bound.AT_LEAST)),
    ]
    alert = only(alerts(told), AlertKind.CONFLICT_OPENED)
    assert alert.title == "Sources disagree on Qwen9's downloads: over 600 million (Daily A) or over 1 billion (B)."
    assert alert.body.startswith("The larger figure is 1.7 times the smaller.")


def test_a_successor_named_and_denied() -> None:
    told = [
        succession("a", publisher="Daily A").says("successor", "not named"),
        succession("b", 1, publisher="B").says("successor", "named: Bai Ruo"),
    ]
    found = alerts(told)
    assert found[0].title == "Qwen has not named a successor: reported by one source."
    alert = only(found, AlertKind.CONFLICT_OPENED)
    assert alert.title == "Sources disagree on whether Qwen has named a successor: no (Daily A) or yes, Bai Ruo (B)."
    assert "Until now the answer was no, on the word of one source." in alert.body


def test_sizes_that_differ_say_which() -> None:
    told = [release("a").says("sizes", "0.8B, 2B"), release("b", 1).says("sizes", "0.6B, 2B")]
    alert = only(alerts(told), AlertKind.CONFLICT_OPENED)
    assert alert.body.startswith("Only the first lists 0.8B; only the second lists 0.6B.")


def test_more_sources_than_can_be_named_are_counted() -> None:
    told = [Teller(f"n{n}", n).says("announced", day("2026-05-03")) for n in range(5)]
    told.append(Teller("x", 9).says("announced", day("2026-05-10")))
    alert = only(alerts(told), AlertKind.CONFLICT_OPENED)
    assert "(The N0, The N1, The N2, 2 more)" in alert.title
    assert len(alert.sides[0].quotes) == 3


def test_an_event_that_is_new_and_disputed_at_once_raises_two_alerts() -> None:
    told = [Teller("a").says("announced", day("2026-05-03")), Teller("b").says("announced", day("2026-05-10"))]
    assert [one.kind for one in alerts(told)] == [AlertKind.NEW_EVENT, AlertKind.CONFLICT_OPENED]


def test_what_is_no_longer_disputed() -> None:
    told = [
        Teller("a", 0).says("announced", day("2026-05-03")),
        Teller("b", 1).says("announced", day("2026-05-10")),
        Teller("team", 2, tier=Tier.OFFICIAL, publisher="Qwen").says("announced", day("2026-05-10")),
    ]
    alert = only(alerts(told), AlertKind.CONFLICT_RESOLVED)
    assert alert.title == "No longer disputed: when Wen Tao announced leaving Qwen; it is 10 May 2026."
    assert alert.body == "It was 10 May 2026 or 3 May 2026. Decided by official source Qwen."


def in_one_sentence(told: Told) -> Told:
    """The claims of one document, as if all of them came from the words of the first."""
    first = told[0].claim
    return [replace(one, claim=replace(one.claim, start=first.start, end=first.end, quote=first.quote)) for one in told]


def test_a_sentence_that_was_overruled_bears_nothing_else_out() -> None:
    qwen, circuit, ledger = release("qwen", tier=Tier.OFFICIAL, publisher="Qwen"), release("circuit"), release("ledger")
    told = in_one_sentence([qwen.says(), qwen.says("sizes", "0.8B, 9B")])
    told += in_one_sentence([circuit.says(), circuit.says("sizes", "0.6B, 9B")])
    alert = only(alerts([*told, ledger.says()]), AlertKind.NEW_EVENT)
    assert [quote.publisher for quote in alert.sides[0].quotes] == ["Qwen", "The Ledger"]


def test_an_overruled_sentence_stands_where_it_is_the_only_one() -> None:
    circuit = release("circuit")
    qwen = release("qwen", 1, tier=Tier.OFFICIAL, publisher="Qwen").says("sizes", "0.8B, 9B")
    told = in_one_sentence([circuit.says(), circuit.says("sizes", "0.6B, 9B")])
    found = alerts([*told, qwen])
    assert [quote.publisher for quote in only(found, AlertKind.NEW_EVENT).sides[0].quotes] == ["The Circuit"]


@pytest.mark.parametrize(
    ("attribute", "kinds"), [("announced", ["status_raised"]), ("effective", ["status_raised", "fact_changed"])]
)
def test_a_first_day_that_the_new_status_names_is_not_told_a_second_time(attribute: str, kinds: list[str]) -> None:
    person = Teller("wen", 9, tier=Tier.OFFICIAL, publisher="Qwen")
    told = [Teller("a").says(), person.says(), person.says(attribute, day("2026-05-10"))]
    new, *later = alerts(told)
    assert (new.kind, [alert.kind for alert in later]) == (AlertKind.NEW_EVENT, kinds)
    assert later[0].title.endswith("10 May 2026.")


def test_a_conflict_that_opens_again_is_told_again() -> None:
    told = [Teller("a", 0).says("announced", day("2026-05-03")), Teller("b", 1).says("announced", day("2026-05-10"))]
    [conflict] = lines(told)[0].conflicts
    decided = Judgement("1", conflict.conflict_id, None, "resolve", "2026-05-03", "", "Ada", hours(2))
    reopened = Judgement("2", conflict.conflict_id, None, "reopen", None, "", "Ada", hours(3))
    found = [one.dedupe_key for one in alerts(told, [decided, reopened]) if one.kind is AlertKind.CONFLICT_OPENED]
    assert [key.rsplit(":", 1)[1] for key in found] == ["date#1", "date#2"]


def test_a_refined_date_says_what_was_held() -> None:
    told = [Teller("a").says("date", day("2026-05")), Teller("b", 3).says("date", day("2026-05-03"))]
    alert = only(alerts(told), AlertKind.FACT_CHANGED)
    assert alert.title == "When Wen Tao left Qwen: now 3 May 2026 (was May 2026)."
    assert alert.severity is Severity.LOW


def test_another_wording_is_no_news() -> None:
    told = [Teller("a").says("role", "tech lead")]
    told += [Teller(name, 2).says("role", "head of technology") for name in ("b", "c")]
    assert not [one for one in alerts(told) if one.kind is AlertKind.FACT_CHANGED]


def test_a_corrected_article_says_what_it_said_before() -> None:
    told = [
        Teller("v1", 0, story="s", publisher="Daily", withdrawn=5).says("announced", day("2026-05-03")),
        Teller("v2", 5, story="s", publisher="Daily").says("announced", day("2026-05-06")),
    ]
    alert = only(alerts(told), AlertKind.CORRECTION)
    assert alert.title == "Correction on when Wen Tao announced leaving Qwen: 6 May 2026, not 3 May 2026."
    assert alert.severity is Severity.MEDIUM


def test_a_story_nobody_stands_by_is_withdrawn() -> None:
    told = departure(withdrawn=9)
    assert only(alerts(told), AlertKind.CORRECTION).title == (
        "Withdrawn: no source stands by it any more that Wen Tao left Qwen, 3 May 2026."
    )


def test_a_denial_by_the_team() -> None:
    told = [*departure(), Teller("team", 1, tier=Tier.OFFICIAL, publisher="Qwen").says(modality=Modality.DENIED)]
    alert = only(alerts(told), AlertKind.CORRECTION)
    assert alert.title == "Denied by Qwen: Wen Tao left Qwen (technical lead), 3 May 2026."


def test_background_is_no_news() -> None:
    assert not alerts([Teller("a").says("date", day("2019")), Teller("b", 1).says("date", day("2019"))])
    assert alerts([Teller("a").says("date", day("2026-04"))])


def test_background_may_be_defined_otherwise() -> None:
    told = [Teller("a").says("date", day("2026-04"))]
    assert not alerts(told, background=dt.timedelta(days=1))


def test_a_dispute_about_background_weighs_little() -> None:
    told = [Teller("a").says("date", day("2019-05-03")), Teller("b", 1).says("date", day("2019-06-10"))]
    [alert] = alerts(told)
    assert (alert.kind, alert.severity) == (AlertKind.CONFLICT_OPENED, Severity.LOW)


def test_figures_are_for_the_digest() -> None:
    [alert] = alerts([metric("a").says("stars", figure(1500, as_of="2026-05"))])
    assert alert.title == "Qwen9's stars: 1,500 (May 2026): reported by one source."
    assert alert.severity is Severity.LOW


def test_people_of_other_houses_weigh_little() -> None:
    [alert] = alerts([Teller("a", object="rival").says()])
    assert alert.title == "Wen Tao left Quince Labs: reported by one source."
    assert alert.severity is Severity.LOW


def test_a_release_tells_its_specification() -> None:
    teller = release("blog", tier=Tier.OFFICIAL, publisher="Qwen")
    told = [
        teller.says("event"),
        teller.says("date", day("2026-05-04")),
        teller.says("sizes", "0.8B, 2B, 9B"),
        teller.says("context_tokens", figure(262_144)),
        teller.says("license", "Apache-2.0"),
    ]
    [alert] = alerts(told)
    assert alert.title == (
        "Qwen9 was released (0.8B, 2B and 9B; 256K context; Apache-2.0), 4 May 2026: confirmed by Qwen."
    )
    assert alert.severity is Severity.MEDIUM


def test_a_familys_release_speaks_for_its_members_of_that_week() -> None:
    told = [release("a", 0, "family").says(), release("b", 6 * DAY, "nine").says()]
    assert [one.title for one in alerts(told)] == ["Qwen9 was released: reported by one source."]
    late = [release("a", 0, "family").says(), release("b", 8 * DAY, "nine").says()]
    assert len(alerts(late)) == 2


def test_a_family_known_from_earlier_cycles_speaks_for_its_members_too() -> None:
    told = [release("b", 6 * DAY, "nine").says()]
    assert not alerts(told, releases={"family": hours(0)})
    assert alerts(told, releases={"family": hours(-9 * DAY)})


def test_a_series_speaks_for_the_sizes_that_it_lists() -> None:
    small = release("a", 0, "small")
    told = [small.says(), small.says("sizes", "4B, 9B"), release("b", 2, "nine").says()]
    assert [one.title for one in alerts(told)] == ["Qwen9 Small was released (4B and 9B): reported by one source."]
    other = [small.says(), small.says("sizes", "2B, 4B"), release("b", 2, "nine").says()]
    assert len(alerts(other)) == 2


def test_a_familys_release_of_years_ago_silences_nobody() -> None:
    told = [release("a", 0, "family").says("date", day("2024")), release("b", 0, "nine").says()]
    assert [one.title for one in alerts(told)] == ["Qwen9-9B was released: reported by one source."]


def test_only_what_came_after_a_moment_is_considered() -> None:
    told = [*departure(), Teller("b", 5).says()]
    assert [one.kind for one in alerts(told, since=hours(0))] == [AlertKind.STATUS_RAISED]
    assert not alerts(told, since=hours(5))


def test_the_same_history_gives_the_same_keys() -> None:
    told = [*departure(), Teller("b", 5).says("date", day("2026-05-09"))]
    assert [one.dedupe_key for one in alerts(told)] == [one.dedupe_key for one in alerts(told[::-1])]
    assert len({one.dedupe_key for one in alerts(told)}) == len(alerts(told))


def test_words_from_outside_stay_as_they_are() -> None:
    told = [Teller("a", publisher="<b>Daily</b> & Co").says()]
    assert alerts(told)[0].sides[0].quotes[0].publisher == "<b>Daily</b> & Co"


def test_a_departure_known_only_by_its_announcement_says_so() -> None:
    teller = Teller("a")
    [alert] = alerts([teller.says("event"), teller.says("announced", day("2026-05-03"))])
    assert alert.title == "Wen Tao announced leaving Qwen, 3 May 2026: reported by one source."


def test_who_leaves_later_has_not_left_yet() -> None:
    told = [*departure(), Teller("team", 5, tier=Tier.OFFICIAL, publisher="Qwen").says("effective", day("2026-05-31"))]
    alert = only(alerts(told), AlertKind.FACT_CHANGED)
    assert alert.title == "Now known: when the departure of Wen Tao from Qwen takes effect: 31 May 2026."
    assert "Wen Tao is leaving Qwen (technical lead), effective 31 May 2026" in alert.body


def test_a_first_day_that_contradicts_the_one_shown_is_a_correction_of_it() -> None:
    first = Teller("a")
    told = [first.says("event"), first.says("announced", day("2026-05-04"))]
    alert = only(alerts([*told, Teller("b", DAY).says("date", day("2026-05-03"))]), AlertKind.FACT_CHANGED)
    assert alert.title == "When Wen Tao left Qwen: corrected from 4 May 2026 to 3 May 2026."
    assert alert.body == "Of: Wen Tao left Qwen, reported by two independent sources."


def test_a_day_is_told_once_where_the_status_changes_with_it() -> None:
    later = Teller("b", DAY)
    told = [later.says("event"), later.says("date", day("2026-05-03"))]
    _, *found = alerts([Teller("a").says(modality=Modality.SPECULATED), *told])
    assert [alert.title for alert in found] == [
        "No longer only a rumour: Wen Tao left Qwen, 3 May 2026, reported by one source."
    ]


def test_a_denial_names_who_denies_or_else_who_says_so() -> None:
    rumour = Teller("a").says(modality=Modality.SPECULATED)
    by_herself = Teller("b", DAY).says(modality=Modality.DENIED, by="Wen Tao")
    by_others = Teller("b", DAY).says(modality=Modality.DENIED)
    titles = [only(alerts([rumour, one]), AlertKind.CORRECTION).title for one in (by_herself, by_others)]
    assert titles == ["Denied by Wen Tao: Wen Tao left Qwen.", "Denied, according to one source: Wen Tao left Qwen."]
