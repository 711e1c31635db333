"""What the report tells of, made from rows: which releases are one, how far a place is behind, who is on which side."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.report import timeline
from pipeline.report.assembly import contents_of
from tests.report.records import Rows, alert, conflict, figure, happening, place, release, side, source

DAY = dt.date(2026, 3, 3)


def test_a_dispute_has_its_two_values_in_words_and_each_voice_once() -> None:
    day = {"value_from": DAY, "value_to": DAY}
    next_day = {"value_from": DAY + dt.timedelta(1), "value_to": DAY + dt.timedelta(1)}
    rows = Rows(
        conflicts=[conflict()],
        sides=[
            side("left", "2026-03-03", "Lu left on Tuesday.", **day),
            side("left", "2026-03-03", "Lu left on Tuesday.", **day),
            side("right", "2026-03-04", "Lu left on Wednesday.", "Daily", **next_day),
        ],
    )
    [dispute] = contents_of(rows).disputes
    assert dispute.title == "Lu Ming, departure: date of the announcement"
    assert [(one.value, one.origins, len(one.quotes)) for one in dispute.sides] == [
        ("3 March 2026", 2, 1),
        ("4 March 2026", 1, 1),
    ]
    assert dispute.sides[1].quotes[0].link == "https://daily.example/lu#:~:text=Lu%20left%20on%20Wednesday."


def test_the_headline_of_the_alert_names_a_dispute_where_there_is_one() -> None:
    [dispute] = contents_of(Rows(conflicts=[conflict(title="Sources disagree.", body="One day apart.")])).disputes
    assert (dispute.title, dispute.why) == ("Sources disagree.", "One day apart.")
    assert [one.value for one in dispute.sides] == ["no longer said", "no longer said"]


@pytest.mark.parametrize(
    ("days", "told"),
    [(0.0, "first"), (0.1, "+2 h"), (1.0, "+24 h"), (1.9, "+46 h"), (2.0, "+2 d"), (30.4, "+30 d")],
    ids=str,
)
def test_a_lag_is_told_in_hours_then_in_days(days: float, told: str) -> None:
    rows = Rows(happenings=[release("r1", "Tern2", DAY)], places=[place("r1", "press", days)])
    [found] = contents_of(rows).releases
    assert found.places[0].lag == told


def test_sizes_of_a_release_are_no_releases_of_their_own() -> None:
    rows = Rows(
        happenings=[
            release("r1", "Tern2", DAY),
            release("r2", "Tern2-70B", DAY + dt.timedelta(3), "Tern2"),
            release("r3", "Tern2 Small", DAY + dt.timedelta(9), "Tern2", "1B, 4B"),
            release("r4", "Tern2-4B", DAY + dt.timedelta(9), "Tern2", "4B"),
            release("r5", "Tern2-4B", DAY + dt.timedelta(90), "Tern2", "4B"),
        ],
        places=[place(f"r{number}", "blog", 0) for number in range(1, 6)],
    )
    assert [one.happening.event_id for one in contents_of(rows).releases] == ["r1", "r3", "r5"]


def test_the_timeline_keeps_to_the_stretch_that_holds_most_and_leaves_out_what_has_no_day() -> None:
    recent = [happening(f"e{day}", f"Person {day}", DAY.replace(day=day)) for day in (3, 4, 5)]
    old = happening("old", "Old Hand", dt.date(2019, 1, 1), date_to=dt.date(2019, 12, 31))
    last_year = happening("ly", "Last Year", dt.date(2025, 1, 5))
    undated = happening("no", "No Date", None)
    contents = contents_of(Rows(happenings=[undated, *recent, last_year, old]))
    assert [one.event_id for one in timeline.shown(contents)] == ["e3", "e4", "e5"]
    assert timeline.plot(contents_of(Rows(happenings=[undated, old]))) is None


def test_figures_of_one_metric_stand_together_with_the_weaker_side_marked() -> None:
    rows = Rows(
        figures=[figure(6e8, 1, bound="at least"), figure(6e8, 1, bound="at least"), figure(1e9, 4, against=True)]
    )
    [metric] = contents_of(rows).metrics
    assert (metric.name, metric.held, metric.disputed) == ("Tern: downloads", "over 600 million", False)
    assert [(one.words, one.against) for one in metric.figures] == [("over 600 million", False), ("1 billion", True)]


def test_news_stand_by_their_day_and_failing_sources_are_counted() -> None:
    yesterday = alert("Earlier.", created_at=dt.datetime(2026, 3, 8, 23, 59, tzinfo=dt.UTC))
    rows = Rows(alerts=[alert(), yesterday], sources=[source("A", "failing"), source("B"), source("C", "disabled")])
    contents = contents_of(rows)
    assert [(day.day, len(told)) for day, told in contents.news_by_day] == [(9, 1), (8, 1)]
    assert [one.name for one in contents.failing] == ["A"]
