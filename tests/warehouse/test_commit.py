"""One transaction: idempotent, whole, and a line's ledger replaced as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import EntityKind, EventType, NameKind, SourceStatus
from pipeline.errors import WarehouseError
from pipeline.ledger import Entity, EntityName, Judgement
from pipeline.model import Problem, SourceState, Value
from tests.warehouse.records import (
    NOW,
    PERSON,
    WAIT,
    alert,
    claim,
    delivery,
    departure,
    document,
    fact,
    metric_line,
    rows_of,
    run,
    source,
    spoken,
    story,
    turn,
    version,
)
from warehouse import Changes, LineChange, writing

TABLES = (
    "sources", "fetches", "documents", "stories", "fingerprints", "entities", "claims", "events", "event_versions",
    "facts", "conflicts", "alerts", "deliveries", "runs",
)  # fmt: skip


def test_committing_the_same_again_changes_no_row(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(departure())
        once = {table: sorted(map(str, rows_of(writer, f"FROM {table}"))) for table in TABLES}
        writer.commit(departure())

        assert {table: sorted(map(str, rows_of(writer, f"FROM {table}"))) for table in TABLES} == once
        assert all(once.values())


def test_a_row_given_twice_in_one_commit_is_kept_once(data_dir: Path) -> None:
    again = departure()
    doubled = replace(again, documents=[*again.documents, *again.documents], testimony=[*again.testimony] * 2)
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(doubled)

        assert rows_of(writer, "SELECT count(*) FROM documents") == [(3,)]
        assert rows_of(writer, "SELECT count(*) FROM claims") == [(6,)]


def test_an_empty_commit_changes_nothing(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        before = rows_of(writer, "FROM warehouse_state")
        writer.commit(Changes(documents=[], alerts=[]))

        assert rows_of(writer, "FROM warehouse_state") == before


def test_a_commit_that_fails_half_way_leaves_nothing(data_dir: Path) -> None:
    homeless = [delivery(alert("never raised"))]
    with writing(data_dir, WAIT, NOW) as writer:
        with pytest.raises(WarehouseError, match="commit the alert first"):
            writer.commit(replace(departure(), deliveries=homeless))

        assert {table: rows_of(writer, f"FROM {table}") for table in TABLES} == {table: [] for table in TABLES}


def test_a_value_no_column_takes_undoes_the_commit_and_names_the_file(data_dir: Path) -> None:
    too_large = {document().document_id: [2**63]}
    with writing(data_dir, WAIT, NOW) as writer:
        with pytest.raises(WarehouseError, match=r"private\.duckdb: could not be written"):
            writer.commit(Changes(documents=[document()], fingerprints=too_large))
        writer.commit(Changes(stories=[story("story-1", document())]))

        assert rows_of(writer, "FROM documents") == []


def test_a_lines_ledger_replaces_what_it_held(data_dir: Path) -> None:
    later = NOW + dt.timedelta(days=1)
    merged = LineChange(
        EventType.DEPARTURE,
        PERSON.entity_id,
        None,
        events=[version("event-1", known_to=later), version("event-2", known_from=later)],
        facts=[fact("event", Value("true"), "event-2", later)],
        claim_events={one.claim.claim_id: "event-2" for one in departure().testimony[:2]},
    )
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(departure())
        writer.commit(Changes(lines=[merged]))

        assert rows_of(writer, "SELECT event_id FROM events") == [("event-2",)]
        assert rows_of(writer, "SELECT event_id FROM event_versions ORDER BY 1") == [("event-1",), ("event-2",)]
        assert rows_of(writer, "SELECT event_id, attribute FROM facts") == [("event-2", "event")]
        assert rows_of(writer, "FROM conflicts") == []
        found = rows_of(writer, "SELECT event_id, count(*) FROM claims GROUP BY ALL ORDER BY 1")
        assert found == [("event-2", 2), (None, 4)]

        writer.commit(departure())
        assert rows_of(writer, "SELECT event_id FROM event_versions") == [("event-1",)]


def test_lines_of_other_metrics_and_subjects_are_left_alone(data_dir: Path) -> None:
    downloads, other = metric_line("model-1", 5e6), metric_line("model-2", 7e6)
    stars = replace(
        metric_line("model-1", 9),
        metric="stars",
        events=[version("event-s", type=EventType.METRIC, subject_id="model-1", object_id=None)],
        facts=[],
    )
    other = replace(
        other,
        events=[version("event-o", type=EventType.METRIC, subject_id="model-2", object_id=None)],
        facts=[],
    )
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(lines=[downloads, stars, other]))
        writer.commit(Changes(lines=[replace(downloads, events=[], facts=[])]))

        assert rows_of(writer, "SELECT event_id, metric FROM events ORDER BY 1") == [
            ("event-o", "downloads"),
            ("event-s", "stars"),
        ]


def test_a_claim_written_again_keeps_its_event(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(departure())
        writer.commit(Changes(testimony=departure().testimony))

        assert rows_of(writer, "SELECT DISTINCT event_id FROM claims") == [("event-1",)]


def test_judgements_outlive_the_ledger_and_are_never_overwritten(data_dir: Path) -> None:
    conflict_id = departure().lines[0].conflicts[0].conflict_id
    judged = Judgement("j-1", conflict_id, None, "left holds", "2026-03-03", "He said so.", "ana", NOW)
    about_event = Judgement("j-2", None, "event-9", "not an event", None, "A joke.", "ana", NOW)
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(replace(departure(), judgements=[judged, about_event]))
        writer.commit(replace(departure(), judgements=[replace(judged, decision="right holds")]))

        assert writer.judgements() == [judged, about_event]
        assert writer.judgements(["event-1"]) == [judged]
        assert writer.judgements(["event-9", "event-8"]) == [about_event]
        assert writer.judgements([]) == []


def test_an_alert_is_raised_once_and_only_a_new_one_is_delivered(data_dir: Path) -> None:
    first, second = alert("first"), alert("second")
    with writing(data_dir, WAIT, NOW) as writer:
        report = writer.commit(Changes(alerts=[first]))
        assert (report.alerts, report.deliveries) == ((first,), ())

        report = writer.commit(Changes(alerts=[first, second, second], deliveries=[delivery(first), delivery(second)]))
        assert report.alerts == (second,)
        assert report.deliveries == (delivery(second),)
        assert rows_of(writer, "SELECT count(*) FROM alerts") == [(2,)]
        assert rows_of(writer, "SELECT alert_id FROM deliveries") == [(second.alert_id,)]


def test_an_entity_takes_its_latest_name_and_keeps_its_other_names(data_dir: Path) -> None:
    names = [
        EntityName("person-1", "Lu Ming", "en", NameKind.CANONICAL),
        EntityName("person-1", "吕明", "zh", NameKind.LEARNED),
    ]
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(entities=[PERSON], entity_names=names))
        renamed = Entity("person-1", EntityKind.PERSON, "Lü Ming")
        writer.commit(Changes(entities=[renamed], entity_names=names[1:]))

        assert writer.entities(["person-1", "unknown"]) == {"person-1": renamed}
        assert rows_of(writer, "SELECT name FROM entity_names ORDER BY 1") == [("Lu Ming",), ("吕明",)]


def test_entities_come_with_everything_they_are_part_of(data_dir: Path) -> None:
    chain = [
        Entity("model-9b", EntityKind.MODEL, "Tern 2 9B", "model-2"),
        Entity("model-2", EntityKind.MODEL, "Tern 2", "model-0"),
        Entity("model-0", EntityKind.MODEL, "Tern"),
        Entity("other", EntityKind.MODEL, "Heron"),
    ]
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(entities=chain))

        assert writer.entities(["model-9b"]) == {one.entity_id: one for one in chain[:3]}


def test_a_problem_is_a_row_of_its_run(data_dir: Path) -> None:
    problem = Problem("read", "https://daily.example/empty", "the page holds no text")
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(problems=[problem, problem], run=run()))

        assert rows_of(writer, "SELECT run_id, item, noticed_at FROM problems") == [
            ("run-1", "https://daily.example/empty", NOW)
        ]
        assert rows_of(writer, "SELECT counts->>'documents' FROM runs") == [("3",)]


def test_states_are_kept_while_the_configuration_changes(data_dir: Path) -> None:
    blog = source()
    state = SourceState(blog.source_id, SourceStatus.FAILING, NOW, None, NOW, 3, "answered 503")
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(sources=[blog], states=[state]))
        writer.put_sources([replace(blog, name="Renamed")])
        assert writer.states() == {blog.source_id: state}
        assert writer.sources() == {blog.source_id: replace(blog, name="Renamed")}

        writer.put_sources([replace(blog, enabled=False)])
        assert writer.states()[blog.source_id].status is SourceStatus.DISABLED

        writer.put_sources([blog])
        assert writer.states()[blog.source_id] == SourceState(blog.source_id, last_checked_at=NOW)


def test_a_source_that_is_configured_no_longer_is_switched_off(data_dir: Path) -> None:
    kept, dropped = source("Kept"), source("Dropped")
    with writing(data_dir, WAIT, NOW) as writer:
        writer.put_sources([kept, dropped])
        writer.put_sources([kept], retire_others=True)

        assert rows_of(writer, "SELECT name, enabled, status FROM sources ORDER BY name") == [
            ("Dropped", False, "disabled"),
            ("Kept", True, "ok"),
        ]
        before = rows_of(writer, "FROM warehouse_state")
        writer.put_sources([kept], retire_others=True)
        assert rows_of(writer, "FROM warehouse_state") == before


def test_the_state_of_an_unknown_source_is_refused(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer, pytest.raises(WarehouseError, match="not among the sources"):
        writer.commit(Changes(states=[SourceState("nowhere")]))


def test_a_story_that_lost_its_documents_is_gone(data_dir: Path) -> None:
    one, two = document("https://a.example/1", story_id="early"), document("https://b.example/1", story_id="late")
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(documents=[one, two], stories=[story("early", one), story("late", two)]))
        moved = replace(two, story_id="early")
        writer.commit(Changes(documents=[moved], stories=[story("early", one, moved)]))

        assert rows_of(writer, "SELECT story_id, documents FROM stories") == [("early", 2)]


def test_testimony_knows_when_a_revision_replaced_its_document(data_dir: Path) -> None:
    before = document()
    fixed_at = NOW + dt.timedelta(hours=3)
    after = document(text="Corrected: Lu Ming stays.", revision_of=before.document_id, fetched_at=fixed_at)
    turn(data_dir, Changes(documents=[before], testimony=[spoken(claim(before), before)]))
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(documents=[after]))

        (found,) = writer.testimony([("departure", PERSON.entity_id, None)])
        assert found.voice.withdrawn_at == fixed_at


def test_lines_are_read_apart(data_dir: Path) -> None:
    told_in = document()
    figures = [
        claim(told_in, "downloads", Value("5", number=5, unit="downloads"), event_type=EventType.METRIC),
        claim(told_in, "as_of", Value("2026-03", unit="downloads"), event_type=EventType.METRIC),
        claim(told_in, "stars", Value("7", number=7, unit="stars"), event_type=EventType.METRIC),
    ]
    with writing(data_dir, WAIT, NOW) as writer:
        given = [spoken(one, told_in, "model-1", None) for one in figures]
        writer.commit(Changes(documents=[told_in], testimony=[*given, spoken(claim(told_in), told_in)]))

        found = writer.testimony([("metric", "model-1", "downloads"), ("metric", "model-1", "downloads")])
        assert {one.claim.attribute for one in found} == {"downloads", "as_of"}
        assert len(found) == 2
        assert writer.testimony([]) == []
        assert writer.lines_of([told_in.document_id]) == {
            ("metric", "model-1", "downloads"),
            ("metric", "model-1", "stars"),
            ("departure", PERSON.entity_id, None),
        }
