"""What the command line asks: tables, and why something is held."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import NameKind
from pipeline.ledger import EntityName
from tests.warehouse.records import COMPANY, NOW, PERSON, alert, departure, turn
from warehouse import Changes, Published
from warehouse.filters import Filters
from warehouse.questions import alerts, conflicts, events, facts, sources
from warehouse.why import why

LATER = NOW + dt.timedelta(seconds=1)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    data_dir = tmp_path_factory.mktemp("departure")
    names = [EntityName(PERSON.entity_id, "吕明", "zh", NameKind.ALIAS)]
    turn(data_dir, replace(departure(), entity_names=names))
    return Published(data_dir)


def test_facts_are_what_is_held_now(published: Published) -> None:
    found = {row["attribute"]: row["value"] for row in facts(published).records()}
    assert found == {"event": "true", "announced": "2026-03-03", "role": "tech lead"}
    assert len(facts(published, Filters(limit=2)).rows) == 2


@pytest.mark.parametrize("name", ["Lu Ming", "lu ming", "吕明", "harbour lab", "Harbour La", " @Lu Ming "])
def test_facts_of_somebody_are_found_by_any_name(published: Published, name: str) -> None:
    assert len(facts(published, Filters(entity=name)).rows) == 3


def test_facts_can_be_narrowed_down(published: Published) -> None:
    assert facts(published, Filters(event_type="release")).rows == ()
    assert len(facts(published, Filters(event_type="departure", since=NOW)).rows) == 3
    assert facts(published, Filters(since=LATER)).rows == ()


def test_events_since_a_moment_are_what_is_new(published: Published) -> None:
    (event,) = events(published, Filters(since=NOW)).records()
    assert (event["subject"], event["object"], event["type"]) == ("Lu Ming", "Harbour Lab", "departure")
    assert events(published, Filters(since=LATER)).rows == ()


def test_conflicts_come_with_the_words_of_both_sides(published: Published) -> None:
    (conflict,) = conflicts(published).records()
    assert sorted(conflict["left_publishers"]) == ["The Daily", "Wire"]
    assert conflict["right_quotes"] == ["On 4 March Lu Ming t"]
    assert conflicts(published, Filters(status="resolved")).rows == ()
    assert len(conflicts(published, Filters(entity="Lu Ming")).rows) == 1
    assert conflicts(published, Filters(entity=COMPANY.name, limit=0)).rows == ()


def test_alerts_say_how_far_their_deliveries_are(published: Published) -> None:
    (found,) = alerts(published, Filters(limit=5)).records()
    assert (found["title"], found["deliveries"]) == (alert().title, "team: pending")


def test_sources_are_listed(published: Published) -> None:
    assert [row["name"] for row in sources(published).records()] == ["Harbour blog"]


@pytest.mark.parametrize("asked", ["Lu Ming", "吕明", "Harbour Lab"])
def test_why_gives_the_words_for_every_value(published: Published, asked: str) -> None:
    (event,) = why(published, asked)
    assert (event.subject, event.object, event.disputed) == ("Lu Ming", "Harbour Lab", True)
    assert [found.attribute for found in event.attributes] == ["event", "announced", "role"]

    happened, announced, role = event.attributes
    assert (announced.held, announced.conflict) == ("2026-03-03", "date")
    assert {value.value: {words.publisher for words in value.words} for value in announced.values} == {
        "2026-03-03": {"The Daily", "Wire"},
        "2026-03-04": {"Hangzhou Post"},
    }
    words = happened.values[0].words[0]
    assert (words.modality, words.attributed_to, words.standing, words.published_at) == ("asserted", None, True, NOW)
    assert (role.held, role.values) == ("tech lead", ())


def test_why_takes_ids_of_events_conflicts_and_alerts_and_their_beginnings(data_dir: Path) -> None:
    story = departure()
    event_id = "e0123456789abcde"
    turn(data_dir, as_event(story, event_id))
    published = Published(data_dir)
    conflict_id = story.lines[0].conflicts[0].conflict_id

    for asked in (event_id, event_id[:6], event_id.upper(), conflict_id, conflict_id[:8]):
        assert [found.event_id for found in why(published, asked)] == [event_id], asked
    assert why(published, "ffff") == ()
    assert why(published, "nobody") == ()
    assert why(published, "Lu Ming", limit=0) == ()


def as_event(story: Changes, event_id: str) -> Changes:
    """The same story with a real event id."""
    (line,) = story.lines
    return replace(
        story,
        lines=[
            replace(
                line,
                events=[replace(version, event=replace(version.event, event_id=event_id)) for version in line.events],
                facts=[replace(fact, event_id=event_id) for fact in line.facts],
                conflicts=[replace(conflict, event_id=event_id) for conflict in line.conflicts],
                claim_events=dict.fromkeys(line.claim_events, event_id),
            )
        ],
    )
