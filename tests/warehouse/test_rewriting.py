"""A rebuild's side of the warehouse: lines read back as they were written, and many steps kept or undone together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ledger import Judgement
from pipeline.model import content_id
from tests.warehouse.records import NOW, WAIT, alert, departure, document, metric_line, rows_of, turn
from warehouse import Changes, Writer, writing
from warehouse.reading_rules import MIXED


def test_a_line_is_read_back_as_it_was_written(data_dir: Path) -> None:
    changes = departure()
    [line] = changes.lines
    turn(data_dir, changes)
    with writing(data_dir, WAIT, NOW) as writer:
        key = (str(line.event_type), line.subject_id, line.metric)
        read = writer.stored_lines([key])[key]
        assert (read.events, read.facts, read.conflicts, read.claim_events) == (
            tuple(line.events),
            tuple(sorted(line.facts, key=lambda fact: fact.attribute)),
            tuple(line.conflicts),
            dict(line.claim_events),
        )
        assert key in [held for held, _ in writer.all_lines()]
        assert writer.all_lines(NOW.replace(year=2030)) == []


def test_a_line_without_an_event_reads_as_empty(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        key = ("release", "nobody", None)
        assert writer.stored_lines([key])[key].events == ()


def test_steps_that_are_not_kept_are_undone(data_dir: Path) -> None:
    turn(data_dir, departure())
    with writing(data_dir, WAIT, NOW) as writer:
        before = rows_of(writer, "FROM event_versions")
        with writer.rewriting() as rewrite:
            rewrite.replace_claims([claim for (claim,) in rows_of(writer, "SELECT claim_id FROM claims")], (), (), ())  # type: ignore[misc]
            rewrite.put_lines([metric_line("model-1", 5)])
            assert rows_of(writer, "SELECT count(*) FROM claims") == [(0,)]
        assert rows_of(writer, "FROM event_versions") == before
        assert rows_of(writer, "SELECT count(*) > 0 FROM claims") == [(True,)]


def test_an_interrupt_undoes_what_was_to_be_kept(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        with pytest.raises(KeyboardInterrupt):
            interrupted(writer)
        assert rows_of(writer, "SELECT count(*) FROM events") == [(0,)]
        assert writer.rules() is None


def test_what_one_alert_sums_up_is_never_raised_on_its_own(data_dir: Path) -> None:
    told, later = alert("correction:rebuild"), alert("new_event:event-9::new")
    with writing(data_dir, WAIT, NOW) as writer:
        with writer.rewriting() as rewrite:
            rewrite.keep(told, (), [later.dedupe_key], "rules", None)
        assert writer.commit(Changes(alerts=[later])).alerts == ()
        other = alert("new_event:event-8::new")
        summed = Changes(alerts=[told, other], summed_up={"x": content_id("alert", "x")})
        assert writer.commit(summed).alerts == (other,)
        assert writer.commit(Changes(alerts=[alert("x")])).alerts == ()


def test_the_warehouse_knows_whether_one_set_of_rules_made_all_claims(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        assert writer.rules() is None
        writer.commit(Changes(documents=[document("https://one.example/")], rules="first"))
        writer.commit(Changes(documents=[document("https://two.example/")], rules="first"))
        assert writer.rules() == "first"
        writer.commit(Changes(documents=[document("https://three.example/")], rules="second"))
        assert writer.rules() == MIXED
        writer.commit(Changes(documents=[document("https://four.example/")], rules="first"))
        assert writer.rules() == MIXED


def test_documents_of_before_rules_were_noted_leave_them_unknown(data_dir: Path) -> None:
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(Changes(documents=[document("https://one.example/")]))
        writer.commit(Changes(documents=[document("https://two.example/")], rules="first"))
        assert writer.rules() is None


def test_the_claims_of_a_merge_are_kept_with_it(data_dir: Path) -> None:
    made = Judgement("j", None, "event-1", "merge", None, "one and the same", "Ada", NOW, ("a", "b"), ("c",))
    turn(data_dir, replace(departure(), judgements=[made]))
    with writing(data_dir, WAIT, NOW) as writer:
        assert writer.judgements() == [made]


def interrupted(writer: Writer) -> None:
    with writer.rewriting() as rewrite:
        rewrite.put_lines([metric_line("model-1", 5)])
        rewrite.keep(alert(), (), ["a"], "rules", None)
        raise KeyboardInterrupt
