"""Voices, scorecards, confidence and the ladder in SQL: a month of tellings, stored and asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.categories import StoryRole
from pipeline.ledger import Judgement
from pipeline.model import Document, content_id
from pipeline.reconcile.confidence import PRIORS, confidence
from pipeline.reconcile.lines import Line, LineKey
from pipeline.reconcile.scorecard import reliabilities, scorecards, wilson
from pipeline.reconcile.statements import Stance
from tests.reconcile.month import lines, month
from tests.reconcile.telling import ENTITIES, Told, hours
from tests.warehouse.records import turn
from warehouse import Changes, LineChange, Published
from warehouse.why import why


def stored(told: Told, ledger: dict[LineKey, Line], judgements: Sequence[Judgement] = ()) -> Changes:
    return Changes(
        documents=list({one.voice.document_id: _document(one.voice, told) for one in told}.values()),
        entities=list(ENTITIES.values()),
        testimony=told,
        judgements=judgements,
        lines=[
            LineChange(
                event_type=key.event_type,
                subject_id=key.subject_id,
                metric=key.metric,
                events=line.events,
                facts=line.facts,
                conflicts=line.conflicts,
                claim_events=line.claim_events,
                voices=line.voices,
                fact_voices=line.fact_voices,
                outcomes=line.outcomes,
                status_changes=line.status_changes,
            )
            for key, line in ledger.items()
        ],
    )


def _document(voice, told: Told) -> Document:  # type: ignore[no-untyped-def]
    text = " ".join(one.claim.quote for one in told if one.voice.document_id == voice.document_id)
    roots = [one.voice for one in told if one.voice.story_id == voice.story_id]
    copied = min(roots, key=lambda one: one.known_at).document_id != voice.document_id
    return Document(
        document_id=voice.document_id,
        url=voice.url,
        source_id=content_id("source", voice.publisher),
        publisher=voice.publisher,
        tier=voice.tier,
        title="",
        author=None,
        published_at=voice.published_at,
        published_from="feed",
        modified_at=None,
        fetched_at=voice.known_at,
        language="en",
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        story_id=voice.story_id,
        story_role=StoryRole.REWRITE if copied else StoryRole.ORIGIN,
    )


@pytest.fixture(scope="module")
def ledger() -> dict[LineKey, Line]:
    return lines(month())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, ledger: dict[LineKey, Line]) -> Published:
    directory = tmp_path_factory.mktemp("month") / "data"
    turn(directory, stored(month(), ledger))
    return Published(directory)


def test_the_scorecard_of_the_month(published: Published) -> None:
    table = published.query(
        """
        SELECT
            publisher, events, repeated, first, "right", wrong, settled, right_low, right_high, alone_unconfirmed
        FROM scorecard ORDER BY publisher
        """
    )
    print("\n" + "\n".join("  ".join(map(str, row)) for row in (table.columns, *table.rows)))
    assert {row[0]: row[1:] for row in table.rows} == {
        "The Ledger": (12, 0, 12, 16, 0, 16, 0.8064, 1.0, 0),
        "Courier": (6, 0, 0, 6, 1, 7, 0.4869, 0.9743, 0),
        "Whisper": (9, 0, 0, 3, 6, 9, 0.1206, 0.6458, 6),
        "Mirror": (12, 12, 0, 0, 0, 0, 0.0, 1.0, 0),
        "Echo": (12, 12, 0, 0, 0, 0, 0.0, 1.0, 0),
        "Qwen": (15, 0, 0, 0, 0, 0, 0.0, 1.0, 0),
    }


def test_the_voices_of_an_event_are_a_tree_with_quotes_and_links(published: Published) -> None:
    [event] = why(published, "Ai Lan")
    [ledger, whisper, team] = event.voices
    assert [(one.role, one.publisher, one.tier) for one in ledger.tellings] == [
        ("first", "The Ledger", "press"),
        ("rewrite", "Mirror", "aggregator"),
        ("cites", "Echo", "press"),
    ]
    assert ledger.tellings[2].attributed_to == "Ledger"
    assert (whisper.name, team.name) == ("Whisper", "Qwen")
    assert all(one.quote and one.url.startswith("https://") for voice in event.voices for one in voice.tellings)


@pytest.mark.parametrize("at", [None, -1, 0, 23, 24, 130, 400, 600], ids=lambda at: f"{at} hours")
def test_confidence_and_scorecards_in_sql_are_those_of_the_program(
    published: Published, ledger: dict[LineKey, Line], at: int | None
) -> None:
    moment = None if at is None else hours(at)
    asked = "infinity" if moment is None else moment.isoformat()
    outcomes = [one for line in ledger.values() for one in line.outcomes]
    scores = scorecards(outcomes, moment)
    told = published.query(
        f"""SELECT origin, "right", wrong, corrected, first, lead_hours, alone_confirmed, alone_unconfirmed
        FROM scorecard_as_of('{asked}')"""
    ).rows
    assert {row[0]: row[1:] for row in told} == {
        one.origin: (
            one.right, one.wrong, one.corrected, one.first, one.lead_hours, one.alone_confirmed, one.alone_unconfirmed
        )
        for one in scores.values()
    }  # fmt: skip
    expected = {}
    for line in ledger.values():
        for fact in line.facts:
            voices = [
                one for one in line.fact_voices if (one.event_id, one.attribute) == (fact.event_id, fact.attribute)
            ]
            if not _holds(fact, moment):
                continue
            own = scorecards(outcomes, moment, without=fact.event_id)
            sides = [
                {one.origin: PRIORS[one.tier] for one in voices if _holds(one, moment) and one.against is against}
                for against in (False, True)
            ]
            stance = Stance.SPECULATES if any(one.guess for one in voices if _holds(one, moment)) else Stance.SUPPORTS
            backing, against = (dict(reliabilities(side, own)) for side in sides)
            expected[fact.fact_id] = confidence(backing, against, stance)
    found = dict(published.query(f"SELECT fact_id, confidence FROM confidence_as_of('{asked}')").rows)
    assert found == pytest.approx(expected, abs=1e-4)


def _holds(one, moment) -> bool:  # type: ignore[no-untyped-def]
    if moment is None:
        return one.known_to is None
    return bool(one.known_from <= moment and (one.known_to is None or one.known_to > moment))


@pytest.mark.parametrize("at", [0, 23, 130, 400], ids=lambda at: f"{at} hours")
def test_how_sure_we_were_is_what_a_replay_to_that_moment_says(published: Published, tmp_path: Path, at: int) -> None:
    known = [one for one in month() if one.claim.known_at <= hours(at)]
    turn(tmp_path / "data", stored(known, lines(known)))
    now = "SELECT fact_id, value_text, confidence, because FROM confidence_of ORDER BY fact_id"
    then = (
        f"SELECT fact_id, value_text, confidence, because FROM confidence_as_of('{hours(at).isoformat()}') ORDER BY 1"
    )
    assert published.query(then).rows == Published(tmp_path / "data").query(now).rows


def test_confidence_comes_with_its_reasons(published: Published) -> None:
    reasons = dict(published.query("SELECT value_text, because FROM confidence_of WHERE attribute = 'announced'").rows)
    assert "The Ledger (press, right in " in reasons["2026-05-04"]
    assert "Qwen (official, no record yet)" in reasons["2026-05-04"]


def test_what_a_person_decided_is_sure_and_says_who(tmp_path: Path) -> None:
    told = [one for one in month() if one.subject_id == "outsider3"]
    [line] = lines(told).values()
    judgement = Judgement("j", None, line.events[0].event.event_id, "confirm", None, "seen", "Ada", hours(999))
    turn(tmp_path / "data", stored(told, lines(told), [judgement]))
    (found,) = Published(tmp_path / "data").query("SELECT confidence, because FROM confidence_of").rows
    assert found == (0.98, "confirmed by Ada; Whisper (community, no record yet)")


def test_the_steps_of_an_event_name_document_and_words(published: Published) -> None:
    steps = published.query(
        """
        SELECT status_before, status, moved_by, publisher, quote FROM status_history
        WHERE subject = 'Bo Lan' ORDER BY changed_at
        """
    ).rows
    assert steps == (
        (None, "reported", "said", "The Ledger", "ledger-staff1, event, true"),
        ("reported", "corroborated", "said", "Courier", "courier-staff1, event, true"),
        ("corroborated", "confirmed", "said", "Qwen", "team-staff1, event, true"),
    )


def test_a_line_that_is_written_again_replaces_its_voices(tmp_path: Path) -> None:
    told = [one for one in month() if one.subject_id == "staff1"]
    tables = ("event_voices", "fact_voices", "outcomes", "status_changes")
    count = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    turn(tmp_path / "data", stored(told, lines(told)))
    before = Published(tmp_path / "data").query(count).rows
    turn(tmp_path / "data", stored(told, lines(told)))
    assert Published(tmp_path / "data").query(count).rows == before
    assert all(before[0])


@pytest.mark.parametrize(("right", "settled"), [(0, 0), (1, 1), (0, 1), (9, 10), (14, 15)])
def test_the_interval_in_sql_is_that_of_the_program(published: Published, right: int, settled: int) -> None:
    (found,) = published.query(f"SELECT wilson_low({right}, {settled}), wilson_high({right}, {settled})").rows
    assert found == pytest.approx(wilson(right, settled))
