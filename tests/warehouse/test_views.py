"""The views and macros that people query: the columns they promise, and what they say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.categories import Bound, EntityKind, EventType, Outcome
from pipeline.intervals import DateInterval
from pipeline.ledger import Entity
from pipeline.model import SourceState, Value
from tests.warehouse.records import (
    COMPANY,
    NOW,
    PERSON,
    claim,
    departure,
    document,
    fact,
    fetch,
    metric_line,
    source,
    spoken,
    turn,
    version,
)
from warehouse import Changes, LineChange, Published

PROMISED = {
    "sources": "source_id, name, kind, url, publisher, language, tier, status, last_checked_at, last_changed_at, "
    "next_check_at, consecutive_failures, last_error",
    "fetches": "fetch_id, source_id, url, final_url, requested_at, duration_ms, status, outcome, bytes, sha256, "
    "archive_file, archive_offset, error",
    "documents": "document_id, url, source_id, publisher, title, author, published_at, modified_at, fetched_at, "
    "language, text, text_sha256, story_id, story_role, revision_of, archive_file, archive_offset",
    "stories": "story_id, origin_document_id, first_seen_at, documents, publishers",
    "entities": "entity_id, kind, name, parent_id, watched",
    "entity_names": "entity_id, name, language, kind",
    "claims": "claim_id, document_id, event_id, event_type, subject_id, object_id, attribute, value_text, "
    "value_from, value_to, value_number, unit, bound, modality, attributed_to, quote, quote_start, quote_end, "
    "extractor, extractor_version, confidence, known_at",
    "events": "event_id, type, subject_id, object_id, date_from, date_to, status, disputed, documents, origins, "
    "first_known_at, last_known_at",
    "facts": "fact_id, event_id, attribute, value_text, value_from, value_to, value_number, unit, bound, status, "
    "documents, origins, confidence, known_from, known_to",
    "conflicts": "conflict_id, event_id, attribute, kind, left_value, right_value, left_origins, right_origins, "
    "severity, status, opened_at, resolved_at, resolution, resolved_by",
    "judgements": "judgement_id, conflict_id, event_id, decision, value, reason, who, made_at",
    "alerts": "alert_id, dedupe_key, kind, severity, event_id, conflict_id, source_id, title, body, created_at",
    "deliveries": "delivery_id, alert_id, channel, target, state, attempts, next_attempt_at, sent_at, provider_id, "
    "error",
    "runs": "run_id, flow, started_at, finished_at, state, counts",
    "personnel_changes": "person, change, organisation, role, date_from, date_to, status, disputed, documents, "
    "origins, first_known_at",
    "model_releases": "model, family, released_from, released_to, sizes, parameters, parameters_active, "
    "context_tokens, license, availability, status, disputed, documents, origins",
    "release_places": "model, place, first_seen, said_from, said_to, lag_days, said_lag_days, url, through, event_id",
    "missing_places": "model, missing, why, since, event_id",
    "status_steps": "subject, type, status, reached_at, event_id",
    "dispute_outcomes": "subject, attribute, kind, publisher, value, was_right, opened_at, resolved_at, conflict_id",
    "changes_since('2026-03-04')": "subject, type, attribute, before, now, status, changed_at, event_id",
    "who_said('leaving')": "publisher, attributed_to, published_at, quote, document_url, claim_id",
    "metrics": "subject, metric, value, as_of_from, as_of_to",
    "open_conflicts": "left_quotes, left_publishers, left_urls, right_quotes, right_publishers, right_urls",
    "source_health": "name, status, last_error",
    "timeline": "date_from, date_to, what",
    "evidence": "document_url, publisher, published_at, event_type, subject, organisation, attribute, value_text, "
    "value_from, value_to, value_number, modality, attributed_to, quote, standing",
    "events_as_of('2026-03-04')": "event_id, type, status, known_from, known_to",
    "facts_as_of('2026-03-04')": "fact_id, event_id, attribute, value_text, known_from, known_to",
}
MARCH_3 = dt.date(2026, 3, 3)


def test_every_promised_name_is_there(data_dir: Path) -> None:
    turn(data_dir, Changes())
    published = Published(data_dir)
    for relation, columns in PROMISED.items():
        assert published.query(f"SELECT {columns} FROM {relation}").rows == (), relation


def test_a_departure_is_a_personnel_change(data_dir: Path) -> None:
    turn(data_dir, departure())

    (change,) = Published(data_dir).query("FROM personnel_changes").records()
    assert change["person"] == "Lu Ming"
    assert (change["change"], change["organisation"], change["role"]) == ("departure", "Harbour Lab", "tech lead")
    assert (change["date_from"], change["date_to"], change["disputed"]) == (MARCH_3, MARCH_3, True)


def test_a_post_without_a_person_speaks_of_the_successor(data_dir: Path) -> None:
    line = LineChange(
        EventType.APPOINTMENT,
        COMPANY.entity_id,
        None,
        events=[version("event-a", type=EventType.APPOINTMENT, subject_id=COMPANY.entity_id)],
        facts=[fact("successor", Value("not named"), "event-a")],
    )
    turn(data_dir, Changes(entities=[COMPANY], lines=[line]))

    table = Published(data_dir).query("SELECT person, organisation, successor FROM personnel_changes")
    assert table.rows == ((None, "Harbour Lab", "not named"),)


def test_a_release_names_its_family_and_its_standing_facts_only(data_dir: Path) -> None:
    models = [
        Entity("tern-2-9b", EntityKind.MODEL, "Tern 2 9B", "tern-2"),
        Entity("tern-2", EntityKind.MODEL, "Tern 2", "tern"),
        Entity("tern", EntityKind.MODEL, "Tern", COMPANY.entity_id),
    ]
    before = NOW - dt.timedelta(days=1)
    line = LineChange(
        EventType.RELEASE,
        "tern-2-9b",
        None,
        events=[version("event-r", type=EventType.RELEASE, subject_id="tern-2-9b", object_id=None)],
        facts=[
            fact("sizes", Value("9B"), "event-r"),
            fact("parameters", Value("8B", number=8e9), "event-r", before, NOW),
            fact("parameters", Value("9B", number=9e9), "event-r"),
            fact("license", Value("Apache-2.0"), "event-r"),
        ],
    )
    turn(data_dir, Changes(entities=[*models, COMPANY], lines=[line]))

    (release,) = Published(data_dir).query("FROM model_releases").records()
    assert (release["model"], release["family"], release["sizes"]) == ("Tern 2 9B", "Tern 2", "9B")
    assert (release["parameters"], release["license"], release["released_from"]) == (9e9, "Apache-2.0", MARCH_3)


@pytest.mark.parametrize(
    ("chain", "family"),
    [
        (["Tern2.5 Coder 9B", "Tern2.5 Coder", "Tern2.5", "Tern"], "Tern2.5"),
        (["Tern 2", "Tern"], "Tern 2"),
        (["Tern2.5 Coder", "Tern2.5"], "Tern2.5"),
        (["Tern-9B", "Tern"], "Tern"),
        (["Tern"], "Tern"),
    ],
)
def test_a_family_is_a_generation(data_dir: Path, chain: list[str], family: str) -> None:
    parents = [*chain[1:], None]
    models = [Entity(name, EntityKind.MODEL, name, parent) for name, parent in zip(chain, parents, strict=True)]
    release = version("event-r", type=EventType.RELEASE, subject_id=chain[0], object_id=None)
    line = LineChange(EventType.RELEASE, chain[0], None, events=[release])
    turn(data_dir, Changes(entities=models, lines=[line]))

    assert Published(data_dir).query("SELECT family FROM model_releases").rows == ((family,),)


def test_a_model_whose_ancestors_go_in_a_circle_is_its_own_family(data_dir: Path) -> None:
    models = [Entity("a", EntityKind.MODEL, "A", "b"), Entity("b", EntityKind.MODEL, "B", "a")]
    line = LineChange(
        EventType.RELEASE,
        "a",
        None,
        events=[version("event-r", type=EventType.RELEASE, subject_id="a", object_id=None)],
    )
    turn(data_dir, Changes(entities=models, lines=[line]))

    assert Published(data_dir).query("SELECT model, family FROM model_releases").rows == (("A", "A"),)


def test_a_figure_speaks_of_a_time(data_dir: Path) -> None:
    line = metric_line("tern", 5e6)
    spring = Value("2026-Q1", DateInterval.quarter(2026, 1), unit="downloads")
    stated = replace(line, facts=[*line.facts, fact("as_of", spring, "event-m")])
    turn(data_dir, Changes(entities=[Entity("tern", EntityKind.MODEL, "Tern")], lines=[stated]))

    (figure,) = Published(data_dir).query("FROM metrics").records()
    assert (figure["subject"], figure["metric"], figure["value"], figure["bound"]) == (
        "Tern",
        "downloads",
        5e6,
        Bound.AT_LEAST,
    )
    assert (figure["as_of_from"], figure["as_of_to"]) == (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    (what,) = Published(data_dir).query("SELECT what FROM timeline").rows[0]
    assert what == "Tern downloads: at least 5,000,000"


def test_a_conflict_shows_both_sides_in_one_order(data_dir: Path) -> None:
    turn(data_dir, departure())

    (conflict,) = Published(data_dir).query("FROM open_conflicts").records()
    assert (conflict["subject"], conflict["attribute"], conflict["kind"]) == ("Lu Ming", "announced", "date")
    assert (conflict["left_value"], conflict["right_value"]) == ("2026-03-03", "2026-03-04")
    sides = dict(zip(conflict["left_publishers"], conflict["left_urls"], strict=True))
    assert sides == {"The Daily": "https://daily.example/lu-ming", "Wire": "https://wire.example/lu"}
    quotes = dict(zip(conflict["left_publishers"], conflict["left_quotes"], strict=True))
    assert quotes == {"The Daily": "Lu Ming said on Tues", "Wire": "Lu Ming left Harbour"}
    assert (conflict["right_publishers"], conflict["right_quotes"]) == (["Hangzhou Post"], ["On 4 March Lu Ming t"])


def test_evidence_is_a_row_a_claim_and_says_whether_it_stands(data_dir: Path) -> None:
    before = document()
    after = document(text="Corrected: Lu Ming stays.", revision_of=before.document_id)
    told = [spoken(claim(one), one) for one in (before, after)]
    turn(data_dir, Changes(documents=[before, after], entities=[PERSON, COMPANY], testimony=told))

    table = Published(data_dir).query("SELECT subject, organisation, quote, standing FROM evidence ORDER BY quote")
    assert table.rows == (
        ("Lu Ming", "Harbour Lab", "Corrected: Lu Ming s", True),
        ("Lu Ming", "Harbour Lab", "Lu Ming said on Tues", False),
    )


@pytest.mark.parametrize(
    ("hours", "events", "facts"),
    [
        (-1, [], []),
        (0, [("reported", False)], ["2026-03-03"]),
        (4.9, [("reported", False)], ["2026-03-03"]),
        (5, [("reported", True)], ["2026-03-04"]),
        (500, [("reported", True)], ["2026-03-04"]),
    ],
)
def test_what_was_held_at_a_moment(
    data_dir: Path, hours: float, events: list[tuple[str, bool]], facts: list[str]
) -> None:
    change = NOW + dt.timedelta(hours=5)
    line = LineChange(
        EventType.DEPARTURE,
        PERSON.entity_id,
        None,
        events=[version(known_to=change), version(disputed=True, known_from=change)],
        facts=[
            fact("announced", Value("2026-03-03"), known_to=change),
            fact("announced", Value("2026-03-04"), known_from=change),
        ],
    )
    turn(data_dir, Changes(lines=[line]))
    moment = (NOW + dt.timedelta(hours=hours)).astimezone(dt.timezone(dt.timedelta(hours=8)))

    published = Published(data_dir)
    held = published.query("SELECT status, disputed FROM events_as_of(?)", [moment]).rows
    assert list(held) == events
    held = published.query(f"SELECT value_text FROM facts_as_of('{moment.isoformat()}')").rows
    assert [value for (value,) in held] == facts


def test_the_health_of_a_source_counts_what_it_brought(data_dir: Path) -> None:
    blog = source()
    fetches = [
        fetch(blog.url, NOW),
        fetch(blog.url, NOW + dt.timedelta(hours=1), Outcome.UNCHANGED),
        fetch(blog.url, NOW + dt.timedelta(hours=2), Outcome.ERROR, sha256=None),
    ]
    state = SourceState(blog.source_id, last_checked_at=NOW, consecutive_failures=1, last_error="answered 503")
    turn(data_dir, Changes(sources=[blog], states=[state], fetches=fetches, documents=[document()]))

    (health,) = Published(data_dir).query("FROM source_health").records()
    assert (health["fetches"], health["unchanged"], health["errors"], health["documents"]) == (3, 1, 1, 1)
    assert (health["last_error"], health["last_document_at"]) == ("answered 503", NOW)


def test_the_timeline_puts_events_without_a_date_last(data_dir: Path) -> None:
    lines = [
        LineChange(EventType.DEPARTURE, subject, None, events=[version(subject, subject_id=subject, dates=dates)])
        for subject, dates in (("undated", None), ("late", DateInterval.year(2026)), ("early", DateInterval.year(2019)))
    ]
    turn(data_dir, Changes(lines=lines))

    table = Published(data_dir).query("SELECT event_id FROM timeline")
    assert [event for (event,) in table.rows] == ["early", "late", "undated"]
