"""People decide at the command line, and what they decided holds: against copies, in a rebuild, in any order."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows.cli import exit_code
from flows.decisions import Request
from flows.ingest import ingest
from flows.judging import Judged, judge
from flows.rebuilding import rebuild
from pipeline.config import Settings, load_settings
from pipeline.errors import JudgementError
from tests.flows.command import PAGES, SHIPPED_CONFIG, Done, Page, qwen_watch, write_warc
from warehouse import Changes, Published, writing

LATER = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
FILLER = "It gave no further word on what comes next, and those who know the laboratory kept to themselves that week."


def page(name: str, publisher: str, published: str, *paragraphs: str) -> Page:
    return Page(f"https://{name}.example/{name}", publisher, published, f"News of {name}", (*paragraphs, FILLER))


AUTUMN = page(
    "echo", "Echo", "2026-11-12T09:00:00+00:00", "Zhou Mingyuan left Alibaba's Qwen team on November 10, 2026."
)
COPY = replace(
    PAGES[1], url="https://mirror.example/qwen-staff", publisher="Mirror", published="2026-03-25T08:00:00+00:00"
)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED_CONFIG)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A departure that two outlets date to two days, and one that is told of in autumn."""
    place = tmp_path_factory.mktemp("judging")
    ingest([write_warc(place, *PAGES, AUTUMN)], settings, place / "data", lambda: LATER)
    return place / "data"


@pytest.fixture
def data(told: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(told, tmp_path / "data"))


def add(data: Path, settings: Settings, *pages: Page) -> None:
    place = data.parent / f"more-{random.random()}"
    place.mkdir()
    ingest([write_warc(place, *pages)], settings, data, lambda: LATER)


def decide(data: Path, settings: Settings, decision: str, *targets: str, day: int = 20, **more: object) -> Judged:
    at = dt.datetime(2026, 12, day, tzinfo=dt.UTC)
    return judge(data, settings, Request(decision, targets, "asked him", "Ada", at, **more))  # type: ignore[arg-type]


def one(data: Path, sql: str) -> str:
    [(value,)] = Published(data).query(sql).rows
    return str(value)


def conflict_of(data: Path) -> str:
    return one(data, "SELECT conflict_id FROM conflicts")


def events_of(data: Path) -> list[str]:
    sql = "SELECT event_id FROM events WHERE type = 'departure' ORDER BY first_known_at"
    return [str(event_id) for (event_id,) in Published(data).query(sql).rows]


def resigned(data: Path) -> list[tuple[str, str]]:
    """The day that is held, and whether it is disputed."""
    return [
        (row["value"], row["status"])
        for row in Published(data).query(
            """
            SELECT facts.value_text AS value, conflicts.status FROM facts
            JOIN conflicts USING (event_id, attribute) WHERE facts.known_to IS NULL
            """
        ).records()
    ]  # fmt: skip


def unchanged_by_rebuild(data: Path, settings: Settings) -> bool:
    return rebuild(data, settings, lambda: LATER, apply=False, extract=True).changes == []


def test_resolve_tells_what_changed_and_raises_one_alert(data: Path) -> None:
    conflict = conflict_of(data)
    done = at_the_command_line(data, "resolve", conflict[:7], "--value", "2026-03-06", "--because", "his own post")
    assert (done.code, done.err) == (0, "")
    assert "conflict resolved" in done.out
    assert "alert: No longer disputed: when Zhou Mingyuan resigned from Qwen; it is 6 March 2026." in done.out
    assert resigned(data) == [("2026-03-06", "resolved")]
    row = Published(data).query("SELECT title, body, state FROM alerts JOIN deliveries USING (alert_id) "
                                "WHERE kind = 'conflict_resolved'").records()  # fmt: skip
    assert [one["state"] for one in row] == ["pending"]
    assert "Decided by Ada: his own post." in row[0]["body"]
    decided = Published(data).query("SELECT decision, value, reason, who, made_at FROM judgements").rows
    assert decided == (("resolve", "2026-03-06", "his own post", "Ada", dt.datetime(2026, 12, 20, tzinfo=dt.UTC)),)


def test_a_decision_survives_new_copies_and_a_rebuild(data: Path, settings: Settings) -> None:
    decide(data, settings, "resolve", conflict_of(data), value="2026-03-03")
    before = Published(data).query("SELECT count(*) FROM alerts").rows
    add(data, settings, COPY)
    assert resigned(data) == [("2026-03-03", "resolved")]
    assert unchanged_by_rebuild(data, settings)
    assert Published(data).query("SELECT count(*) FROM alerts").rows == before


def test_what_was_held_before_a_decision_stays_what_it_was(data: Path, settings: Settings) -> None:
    held = "SELECT value_text FROM facts_as_of('2026-12-01 00:00:00+00') WHERE attribute = 'resigned'"
    decide(data, settings, "resolve", conflict_of(data), value="2026-03-06")
    assert one(data, held) == "2026-03-03"


def test_reopen_disputes_it_again_with_an_alert_of_its_own(data: Path, settings: Settings) -> None:
    conflict = conflict_of(data)
    decide(data, settings, "resolve", conflict, value="2026-03-03")
    done = at_the_command_line(data, "reopen", conflict, "--because", "the post was not his", at="2026-12-21")
    assert "alert: Sources disagree on when Zhou Mingyuan resigned" in done.out
    assert resigned(data) == [("2026-03-03", "open")]
    assert unchanged_by_rebuild(data, settings)


def test_a_value_that_neither_side_says_is_held_and_remarked(data: Path) -> None:
    done = at_the_command_line(data, "resolve", conflict_of(data), "--value", "2026-03-05", "--because", "in between")
    assert "note: neither side says 2026-03-05: it is held on the word of Ada" in done.out
    assert resigned(data) == [("2026-03-05", "resolved")]


def test_confirm_retract_and_reopen_an_event(data: Path, settings: Settings) -> None:
    event, _ = events_of(data)
    status = f"SELECT status FROM events WHERE event_id = '{event}'"
    for day, (decision, wanted) in enumerate(
        [("confirm", "confirmed"), ("retract", "retracted"), ("reopen", "corroborated"), ("confirm", "confirmed")], 20
    ):
        assert len(decide(data, settings, decision, event[:6], day=day).alerts) == 1
        assert one(data, status) == wanted
    add(data, settings, COPY)
    assert one(data, status) == "confirmed"
    assert unchanged_by_rebuild(data, settings)


def test_merge_makes_one_event_of_two_with_one_alert(data: Path, settings: Settings) -> None:
    spring, autumn = events_of(data)
    judged = decide(data, settings, "merge", spring, autumn)
    assert events_of(data) == [spring]
    assert judged.alerts[0].title.startswith("Correction on the departure of Zhou Mingyuan")
    assert {alert.kind for alert in judged.alerts[1:]} <= {"conflict_opened"}
    assert "part of another event" in [change.change for change in judged.changes]
    assert unchanged_by_rebuild(data, settings)


def test_split_makes_two_events_of_one_with_one_alert(data: Path, settings: Settings) -> None:
    spring, _ = events_of(data)
    claim = one(data, "SELECT min(claim_id) FROM claims JOIN documents USING (document_id) WHERE publisher = 'Tidings'")
    done = at_the_command_line(
        data, "split", spring, "--claims", claim[:8], "--because", "she left twice", "-f", "json"
    )
    assert "new event" in [row["change"] for row in json.loads(done.out)]
    assert len(events_of(data)) == 3
    assert one(data, "SELECT count(*) FROM conflicts WHERE status = 'open'") == "0"
    assert one(data, "SELECT count(*) FROM alerts WHERE created_at > '2026-12-01'") == "2"  # and the conflict is closed
    add(data, settings, COPY)
    ours = "SELECT event_id FROM claims JOIN documents USING (document_id) WHERE publisher = '{}' LIMIT 1"
    assert one(data, ours.format("Mirror")) == one(data, ours.format("Tidings"))
    assert unchanged_by_rebuild(data, settings)


def test_merges_and_splits_stick_whatever_the_order_of_arrival(tmp_path: Path, data: Path, settings: Settings) -> None:
    """What was decided on one data directory holds for the same claims that came in another order."""
    spring, autumn = events_of(data)
    decide(data, settings, "merge", spring, autumn)
    claim = one(data, "SELECT min(claim_id) FROM claims JOIN documents USING (document_id) WHERE publisher = 'Tidings'")
    decide(data, settings, "split", spring, day=21, claims=(claim,))
    wanted = ledger(data)
    for seed in range(2):
        pages = [*PAGES, AUTUMN]
        random.Random(seed).shuffle(pages)
        other = tmp_path / f"order-{seed}" / "data"
        other.parent.mkdir()
        for each in pages[:2]:
            add(other, settings, each)
        copy_judgements(data, other)
        add(other, settings, pages[2])
        assert rebuild(other, settings, lambda: LATER, apply=True).applied
        assert ledger(other) == wanted


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("resolve", "zz", "-b", "x"), "no conflict has an id that begins with 'zz'"),
        (("confirm", "zz", "-b", "x"), "no event has an id that begins with 'zz'"),
        (("resolve", "CONFLICT", "-v", "next week", "-b", "x"), "'next week' is not a date"),
        (("resolve", "CONFLICT", "-b", " "), "say why"),
        (("reopen", "CONFLICT", "-b", "x"), "is open: there is nothing to reopen"),
        (("reopen", "EVENT", "-b", "x"), "was not settled by a person"),
        (("merge", "EVENT", "EVENT", "-b", "x"), "give two events"),
        (("split", "EVENT", "--claims", "zz", "-b", "x"), "has no claim whose id begins with 'zz'"),
        (("confirm", "EVENT", "-b", "x", "--at", "2026-01-01"), "date it later with --at"),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_decided_is_told_and_writes_nothing(
    told: Path, command: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"CONFLICT": conflict_of(told), "EVENT": events_of(told)[0]}
    dated = () if "--at" in command else ("--at", "2026-12-20")
    arguments = [*(places.get(word, word) for word in command), *dated, "--by", "Ada", "--data", str(told)]
    assert exit_code([*arguments, "--config", str(SHIPPED_CONFIG)]) == 2
    assert message in capsys.readouterr().err
    assert one(told, "SELECT count(*) FROM judgements") == "0"


def test_an_ambiguous_beginning_lists_what_it_could_be(data: Path, settings: Settings) -> None:
    with pytest.raises(JudgementError, match="no event has an id that begins with ''"):
        decide(data, settings, "confirm", "")
    ids = events_of(data)
    common = next((prefix for prefix in "0123456789abcdef" if sum(id.startswith(prefix) for id in ids) > 1), None)
    if common is not None:
        with pytest.raises(JudgementError, match="give more of it"):
            decide(data, settings, "confirm", common)


def test_what_is_resolved_or_decided_already_is_not_decided_again(data: Path, settings: Settings) -> None:
    conflict, (event, _) = conflict_of(data), events_of(data)
    decide(data, settings, "resolve", conflict, value="2026-03-03")
    with pytest.raises(JudgementError, match="resolved already, for 2026-03-03, by Ada"):
        decide(data, settings, "resolve", conflict, day=21, value="2026-03-06")
    decide(data, settings, "confirm", event, day=22)
    with pytest.raises(JudgementError, match="Ada decided to confirm it already"):
        decide(data, settings, "confirm", event, day=23)


def test_without_a_data_directory_nothing_is_made(tmp_path: Path) -> None:
    done = at_the_command_line(tmp_path / "none", "confirm", "12", "--because", "x")
    assert done.code == 2
    assert not (tmp_path / "none").exists()


def at_the_command_line(data: Path, command: str, *arguments: str, at: str = "2026-12-20") -> Done:
    return qwen_watch(command, *arguments, "--at", at, "--by", "Ada", "--data", data, "--config", SHIPPED_CONFIG)


def ledger(data: Path) -> list[object]:
    tables = ("event_versions", "facts", "conflicts")
    claims = "SELECT claim_id, event_id FROM claims ORDER BY ALL"
    return [*(Published(data).query(f"FROM {table} ORDER BY ALL").rows for table in tables),
            Published(data).query(claims).rows]  # fmt: skip


def copy_judgements(source: Path, target: Path) -> None:
    with writing(source, dt.timedelta(seconds=9), LATER) as writer:
        made = writer.judgements()
    with writing(target, dt.timedelta(seconds=9), LATER) as writer:
        writer.commit(Changes(judgements=made))
