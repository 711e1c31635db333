"""The whole story through the plain stages, day by day, over real HTTP: what an analyst holds at the end."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from flows.cycle import cycle
from flows.rebuilding import rebuild
from flows.simulating import simulated
from pipeline.config import load_settings
from tests.newsroom import server
from tests.newsroom.configuration import write_config
from tests.newsroom.expectations import EXPECTED, NEWS_BEFORE, Row, Told, cases, fact_rows, holds, is_of
from tests.newsroom.story import evenings, load_story


def test_every_day_runs_without_a_problem(told: Told) -> None:
    problems = [(day, each) for day, report in told.days.items() for each in (*report.turn.problems, *report.surprises)]
    assert problems == []


def test_every_edition_of_every_article_is_a_document_once(told: Told) -> None:
    story = load_story()
    stored = told.rows("SELECT url, count(*) AS documents FROM documents GROUP BY url")
    found = {row["url"]: row["documents"] for row in stored}
    listed = {url: len(versions) for url, versions in story.editions.items()}
    assert {url: found.get(url, 0) for url in listed} == listed


def test_the_ledger_of_the_story_is_what_its_claims_and_texts_give(told: Told, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(told.data_dir, tmp_path / "data"))
    settings = load_settings(copy / "config")
    done = rebuild(copy, settings, lambda: dt.datetime(2027, 1, 1, tzinfo=dt.UTC), apply=False, extract=True)
    assert (done.changes, done.claims_new, done.claims_gone) == ([], 0, 0)
    assert done.lines > 20


def test_no_paragraph_of_an_article_is_lost(told: Told) -> None:
    texts: dict[str, str] = {}
    for row in told.rows("SELECT url, text FROM documents"):
        texts[row["url"]] = texts.get(row["url"], "") + squeezed(row["text"])
    lost = [
        (edition.url, paragraph)
        for versions in load_story().editions.values()
        for edition in versions
        for paragraph in edition.body.split("\n")
        if not set(paragraph) <= set("|- ") and squeezed(paragraph) not in texts[edition.url]
    ]
    assert lost == []


def squeezed(text: str) -> str:
    """The letters and digits of a text, without mark-up."""
    return "".join(character for character in text if character.isalnum())


@pytest.mark.parametrize("expected", cases(EXPECTED["events"], "event"))
def test_an_event_is_known_from_its_day_with_its_status(told: Told, expected: Row) -> None:
    event = told.event(expected)
    held = (event["first_known_at"].date(), event["disputed"])
    assert held == (expected["since"], expected["disputed"])
    assert event["status"] in (wanted if isinstance(wanted := expected["status"], list) else [wanted])
    if "organisation" in expected:
        assert event["organisation"] in expected["organisation"]


@pytest.mark.parametrize("expected", cases(fact_rows(), "fact"))
def test_a_fact_has_its_value(told: Told, expected: Row) -> None:
    found = told.rows(
        "SELECT * FROM facts WHERE event_id = ? AND attribute = ? AND known_to IS NULL",
        told.event(expected)["event_id"],
        expected["attribute"],
    )
    assert len(found) == 1
    assert holds(found[0], expected["value"]), (found[0]["value_text"], expected["value"])


@pytest.mark.parametrize("expected", cases(EXPECTED["open"], "open"))
def test_a_dispute_is_open_at_the_end(told: Told, expected: Row) -> None:
    found = told.conflicts(expected)
    assert [(row["status"], row["kind"]) for row in found] == [("open", expected["kind"])]
    assert found[0]["severity"] == expected.get("severity", found[0]["severity"])
    held = {found[0]["left_value"], found[0]["right_value"]}
    assert all(any(str(side) in value for value in held) for side in expected["sides"]), held


@pytest.mark.parametrize("expected", cases(EXPECTED["settled"], "settled"))
def test_a_dispute_was_open_for_a_while(told: Told, expected: Row) -> None:
    (row,) = told.conflicts(expected)
    assert (row["status"], row["kind"]) == ("resolved", expected["kind"])
    assert (row["opened_at"].date(), row["resolved_at"].date()) == (expected["opened"], expected["resolved"])


def test_nothing_else_is_disputed(told: Told) -> None:
    wanted = {row["conflict_id"] for expected in EXPECTED["open"] for row in told.conflicts(expected)}
    found = [row for row in told.rows("FROM open_conflicts") if row["conflict_id"] not in wanted]
    gaps = [(gap["type"], gap["subject"], gap["attribute"]) for gap in EXPECTED["known_gaps"]["conflicts"]]
    assert sorted((row["event_type"], row["subject"], row["attribute"]) for row in found) == sorted(gaps)


@pytest.mark.parametrize("expected", cases(EXPECTED["alerts"], "alert"))
def test_readers_are_told_on_the_day(told: Told, expected: Row) -> None:
    events = {row["event_id"] for row in told.events(expected)}
    found = [
        (row["kind"], row["severity"])
        for row in told.rows("FROM alerts WHERE created_at::DATE = ?", expected["day"])
        if row["event_id"] in events and row["kind"] in expected["kind"]
    ]
    assert len(found) == 1
    assert found[0][1] == expected.get("severity", found[0][1])


@pytest.mark.parametrize("expected", cases(EXPECTED["never"]["conflicts"], "never"))
def test_what_agrees_was_never_disputed(told: Told, expected: Row) -> None:
    assert told.conflicts(expected) == [], expected["why"]


def test_nobody_leaves_for_being_quoted(told: Told) -> None:
    names = set(EXPECTED["never"]["people"])
    found = told.rows("SELECT person, change, date_from FROM personnel_changes")
    assert [row for row in found if row["person"] in names] == []


@pytest.mark.parametrize("person", EXPECTED["never"]["departures"])
def test_who_stays_has_not_left(told: Told, person: str) -> None:
    found = told.events({"type": "departure", "subject": person})
    assert [row["status"] for row in found if row["status"] != "denied"] == []


def test_nobody_else_comes_or_goes_and_no_other_model_is_out(told: Told) -> None:
    known = [*EXPECTED["events"], *EXPECTED["allowed"]]
    found = [row for row in told.all_events() if row["type"] != "metric"]
    invented = [row for row in found if not any(is_of(row, expected) for expected in known)]
    gaps = [(gap["type"], gap["subject"]) for gap in EXPECTED["known_gaps"]["events"]]
    assert sorted((row["type"], row["subject"]) for row in invented) == sorted(gaps)


def test_a_counter_that_grows_is_no_correction(told: Told) -> None:
    found = told.rows(
        "SELECT DISTINCT kind, type FROM alerts JOIN events USING (event_id) "
        "WHERE kind = 'correction' AND type = 'metric'"
    )
    gaps = [(gap["kind"], gap["type"]) for gap in EXPECTED["known_gaps"]["alerts"]]
    assert [(row["kind"], row["type"]) for row in found] == gaps


def test_a_model_in_a_comparison_is_not_released(told: Told) -> None:
    found = told.rows("SELECT model FROM model_releases WHERE released_to >= ?", NEWS_BEFORE)
    assert {row["model"] for row in found} & set(EXPECTED["never"]["releases"]) == set()


def test_background_is_no_news(told: Told) -> None:
    found = told.rows(
        "SELECT title, date_to FROM alerts JOIN events USING (event_id) WHERE date_to < ?",
        NEWS_BEFORE,
    )
    assert found == []


def test_the_wire_and_its_copies_are_one_story(told: Told) -> None:
    found = told.rows("SELECT url, story_id, story_role FROM documents")
    by_url = {row["url"]: row for row in found}
    wire = [by_url[url] for url in EXPECTED["wire"]]
    assert len({row["story_id"] for row in wire}) == 1
    assert wire[0]["story_role"] == "origin"
    assert {row["story_role"] for row in wire[1:]} <= {"copy", "rewrite"}
    assert len([row for row in found if row["story_id"] == wire[0]["story_id"]]) == len(wire)


@pytest.mark.parametrize("day", EXPECTED["quiet"], ids=str)
def test_a_quiet_day_brings_nothing(told: Told, day: dt.date) -> None:
    turn = told.days[day].turn
    assert (turn.documents, turn.claims, turn.alerts) == (0, 0, ())


def test_a_second_run_at_the_same_moment_finds_nothing_new(told: Told, tmp_path: Path) -> None:
    """The last day again: nothing is written twice, and nobody is told twice."""
    *_, at = evenings()
    before = told.rows("SELECT (SELECT count(*) FROM claims) AS claims, (SELECT count(*) FROM alerts) AS alerts")
    with server.start(at) as newsroom:
        settings = load_settings(write_config(tmp_path, newsroom.port))
        turn = cycle(settings, told.data_dir, at, lambda: at, force=True).turn
    after = told.rows("SELECT (SELECT count(*) FROM claims) AS claims, (SELECT count(*) FROM alerts) AS alerts")
    assert (turn.documents, turn.claims, turn.alerts) == (0, 0, ())
    assert before == after


def test_every_alert_reaches_its_readers_and_none_twice(told: Told) -> None:
    raised = {row["alert_id"] for row in told.rows("SELECT alert_id FROM alerts")}
    sent = told.rows("SELECT channel, alert_id, message_id FROM deliveries WHERE state = 'sent'")
    assert {row["alert_id"] for row in sent if row["channel"] == "newsroom"} == raised
    for channel, arrived in (("newsroom", told.slack.messages), ("editors", told.mail.messages)):
        messages = {row["message_id"] for row in sent if row["channel"] == channel}
        assert {message: len(copies) for message, copies in arrived.items() if copies} == dict.fromkeys(messages, 1)


def test_who_is_named_the_successor_and_appointed_is_told_in_one_message(told: Told) -> None:
    query = """
        SELECT message_id, count(*) AS alerts FROM deliveries JOIN alerts USING (alert_id)
        WHERE channel = 'newsroom' AND kind IN ('new_event', 'conflict_opened')
            AND (title LIKE 'Fan Qingye became %' OR title LIKE '%Qwen has named a successor%')
        GROUP BY message_id
        """
    assert [row["alerts"] for row in told.rows(query)] == [3]


def test_a_simulation_of_the_story_equals_what_was_sent(told: Told) -> None:
    settings = load_settings(told.data_dir / "config")
    until = max(report.started_at for report in told.days.values())
    outcomes = simulated(told.data_dir, settings, dt.datetime.min.replace(tzinfo=dt.UTC), until)

    query = "SELECT channel, alert_id, message_id, sent_at FROM deliveries WHERE state = 'sent'"
    sent = {(row["channel"], row["alert_id"]): (row["message_id"], row["sent_at"]) for row in told.rows(query)}
    assert {channel for channel, _ in sent} == {"desk", "newsroom", "editors"}
    assert {(one.channel, one.alert.alert_id): (one.message_id, one.sent_at) for one in outcomes if one.sent_at} == sent
    messages = {message for (channel, _), (message, _) in sent.items() if channel == "newsroom"}
    assert {message: len(copies) for message, copies in told.slack.messages.items()} == dict.fromkeys(messages, 1)
