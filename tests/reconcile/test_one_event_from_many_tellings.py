"""Which tellings are of one event."""

from pipeline.categories import EventStatus
from pipeline.intervals import DateInterval
from pipeline.reconcile.history import reconcile_line
from tests.reconcile.telling import ENTITIES, Teller, day, event, events, fact, figure, metric

DAY = 24


def test_tellings_within_120_days_are_one_event() -> None:
    told = [Teller("a").says("date", day("2026-05-04")), Teller("b", 1).says("date", day("2026-08-30"))]
    assert len(events(reconcile_line(told, (), ENTITIES))) == 1


def test_a_second_departure_years_later_is_another_event() -> None:
    told = [
        Teller("a").says("date", day("2019")),
        Teller("b").says("date", day("2026-05-04")),
        Teller("c", 1).says("date", day("2026-05-04")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert sorted(one.documents for one in events(line)) == [1, 2]
    assert not line.conflicts


def test_two_events_of_one_document_are_kept_apart() -> None:
    biography = Teller("biography")
    told = [
        biography.says("date", day("2019"), occurrence=0),
        biography.says("date", day("2026-05-04"), occurrence=1),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert [one.dates for one in sorted(events(line), key=lambda one: str(one.dates))] == [
        DateInterval.year(2019),
        day("2026-05-04").dates,
    ]


def test_a_whole_year_does_not_tie_two_events_of_that_year_together() -> None:
    told = [
        Teller("a").says("date", day("2026-01-10")),
        Teller("b").says("date", day("2026-11-20")),
        Teller("c").says("date", day("2026")),
    ]
    assert len(events(reconcile_line(told, (), ENTITIES))) == 2


def test_one_telling_that_gives_two_far_dates_ties_them_together() -> None:
    both = Teller("both")
    told = [both.says("announced", day("2026-03-01")), both.says("effective", day("2026-12-31"))]
    told.append(Teller("other").says("effective", day("2026-12-31")))
    assert len(events(reconcile_line(told, (), ENTITIES))) == 1


def test_an_undated_telling_joins_the_latest_event_begun_before_it_was_published() -> None:
    told = [
        Teller("past").says("date", day("2023-02-01")),
        Teller("news").says("date", day("2026-05-03")),
        Teller("future").says("date", day("2027-02-01")),
        Teller("undated").says("event"),
    ]
    line = reconcile_line(told, (), ENTITIES)
    news = next(one for one in events(line) if one.dates == day("2026-05-03").dates)
    assert line.claim_events[told[3].claim.claim_id] == news.event_id


def test_an_undated_telling_may_come_out_a_day_before_the_event_elsewhere() -> None:
    told = [Teller("early").says("event"), Teller("dated", 30).says("date", day("2026-05-05"))]
    assert event(reconcile_line(told, (), ENTITIES)).documents == 2


def test_undated_tellings_alone_are_one_event_without_a_date() -> None:
    line = reconcile_line([Teller("a").says(), Teller("b", 500 * DAY).says()], (), ENTITIES)
    assert event(line).dates is None


def test_an_event_keeps_its_id_when_a_date_comes_later() -> None:
    first = [Teller("a").says()]
    later = [*first, Teller("b", 5).says("date", day("2026-05-03"))]
    assert event(reconcile_line(first, (), ENTITIES)).event_id == event(reconcile_line(later, (), ENTITIES)).event_id


def test_a_date_between_two_events_makes_them_one_and_the_younger_ends() -> None:
    told = [
        Teller("a").says("date", day("2026-01-01")),
        Teller("b", 1).says("date", day("2026-07-01")),
        Teller("c", 2).says("date", day("2026-04-01")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert event(line).documents == 3
    [ended] = {one.event.event_id for one in line.events} - {event(line).event_id}
    assert all(one.known_to for one in line.events if one.event.event_id == ended)
    assert all(one.known_to for one in line.facts if one.event_id == ended)


def test_an_events_date_is_its_date_or_the_day_of_announcement_or_resignation_within_it() -> None:
    teller = Teller("a")
    announced = teller.says("announced", day("2026-05-04"))
    resigned = teller.says("resigned", day("2026-05-03"))
    assert event(reconcile_line([announced, resigned], (), ENTITIES)).dates == day("2026-05-04").dates
    dated = [announced, resigned, teller.says("date", day("2026-05"))]
    assert event(reconcile_line(dated, (), ENTITIES)).dates == day("2026-05-04").dates
    elsewhere = [announced, resigned, teller.says("date", day("2026-06"))]
    assert event(reconcile_line(elsewhere, (), ENTITIES)).dates == day("2026-06").dates


def test_figures_of_two_months_are_two_events_and_no_conflict() -> None:
    told = [
        metric("a").says("monthly_active_users", figure(31e6, as_of="2026-01")),
        metric("b").says("monthly_active_users", figure(203e6, as_of="2026-02")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert len(events(line)) == 2
    assert not line.conflicts


def test_two_months_told_by_one_document_have_ids_of_their_own() -> None:
    table = metric("table")
    told = [table.says("likes", figure(10, as_of="2026-01")), table.says("likes", figure(20, as_of="2026-02"))]
    assert len({one.event_id for one in events(reconcile_line(told, (), ENTITIES))}) == 2


def test_a_figure_without_a_time_counts_for_the_month_of_its_publication() -> None:
    told = [metric("a").says("stars", figure(100)), metric("b").says("stars", figure(110, as_of="2026-05"))]
    line = reconcile_line(told, (), ENTITIES)
    assert event(line).origins == 2
    assert fact(line, "as_of").value.dates == day("2026-05").dates


def test_figures_of_two_stated_days_of_one_month_may_differ() -> None:
    told = [
        metric("a").says("stars", figure(100, as_of="2026-05-01")),
        metric("b").says("stars", figure(900, as_of="2026-05-30")),
    ]
    assert not reconcile_line(told, (), ENTITIES).conflicts


def test_a_metrics_standing_is_that_of_its_figure() -> None:
    told = [metric("a").says("stars", figure(100)), metric("b").says("stars", figure(900))]
    line = reconcile_line(told, (), ENTITIES)
    assert (event(line).status, event(line).disputed) == (EventStatus.REPORTED, True)


def test_a_time_of_a_figure_belongs_to_the_figures_event() -> None:
    table = metric("table")
    told = [
        table.says("stars", figure(100, as_of="2026-04")),
        table.says("as_of", day("2026-04").__class__("2026-04", dates=day("2026-04").dates, unit="stars")),
    ]
    line = reconcile_line(told, (), ENTITIES)
    assert set(line.claim_events.values()) == {event(line).event_id}
