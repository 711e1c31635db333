"""expected.yaml as test cases, and the questions that tell whether a warehouse holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.reports import CycleReport
from tests.newsroom.receivers import MailServer, SlackReceiver
from warehouse import Published

Row = Mapping[str, Any]

EXPECTED: Row = YAML(typ="safe", pure=True).load((Path(__file__).parent / "expected.yaml").read_text("utf-8"))
PEOPLE: Mapping[str, list[str]] = EXPECTED["people"]
GAPS: Mapping[str, str] = {gap["id"]: gap["why"] for gap in EXPECTED["known_gaps"]["tests"]}
NEWS_BEFORE: dt.date = EXPECTED["never"]["news_before"]

# The events of the story's time with their names; what ended long before is background.
EVENTS = """
    SELECT events.*, subject.name AS subject, object.name AS organisation
    FROM events LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN entities AS object ON object.entity_id = events.object_id
    WHERE coalesce(date_to >= ?, true)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A told story: the warehouse after its last day, the report of every day, and what arrived where."""

    data_dir: Path
    days: Mapping[dt.date, CycleReport]
    printed: str
    slack: SlackReceiver
    mail: MailServer

    def rows(self, query: str, *parameters: object) -> list[Row]:
        return list(Published(self.data_dir).query(query, parameters).records())

    def all_events(self) -> list[Row]:
        """Every event of the story's time, with its names."""
        return self.rows(EVENTS, NEWS_BEFORE)

    def events(self, expected: Row) -> list[Row]:
        """The events of that type and subject."""
        return [row for row in self.all_events() if is_of(row, {**expected, "organisation": None})]

    def event(self, expected: Row) -> Row:
        found = self.events(expected)
        assert len(found) == 1, f"{name_of(expected)}: {len(found)} events"
        return found[0]

    def conflicts(self, expected: Row) -> list[Row]:
        """The conflicts, open or settled, about an attribute of the event."""
        events = {row["event_id"] for row in self.events(expected)}
        attribute = expected.get("attribute", expected.get("metric"))
        rows = self.rows("SELECT * FROM conflicts WHERE attribute = ?", attribute)
        return [row for row in rows if row["event_id"] in events]


def is_of(event: Row, expected: Row) -> bool:
    """Whether an event is of the type, subject, metric and one of the organisations."""
    places, metric = expected.get("organisation"), expected.get("metric")
    return (
        event["type"] == expected["type"]
        and event["subject"] in names_of(expected["subject"])
        and (metric is None or event["metric"] == metric)
        and (places is None or event["organisation"] in (None, *places))
    )


def holds(fact: Row, value: object) -> bool:
    """Whether a fact has the value, in the form in which expected.yaml writes it."""
    match value:
        case dt.date():
            return (fact["value_from"], fact["value_to"]) == (value, value)
        case str() if "/" in value:
            return f"{fact['value_from']}/{fact['value_to']}" == value
        case int() | float():
            return fact["value_number"] == pytest.approx(value)
        case list():
            return {part.strip() for part in fact["value_text"].split(",")} == set(value)
        case _:
            return str(value).casefold() in fact["value_text"].casefold()


def names_of(subject: str) -> Sequence[str]:
    """All names of a person of the story, or the name itself."""
    return PEOPLE.get(subject, [subject])


def name_of(expected: Row) -> str:
    """What a case is called, in test ids and in known_gaps."""
    parts = (expected.get(key) for key in ("type", "subject", "metric", "attribute", "day"))
    return " ".join(str(part) for part in dict.fromkeys(parts) if part)


def cases(rows: Iterable[Row], kind: str) -> list[Any]:
    """The rows as test cases; a known gap has to fail, so that the list of gaps stays true."""
    named = [(f"{kind} {name_of(row)}", row) for row in rows]
    return [pytest.param(row, id=name, marks=_gap(name)) for name, row in named]


def fact_rows() -> list[Row]:
    """Every expected fact, with its event."""
    return [
        {**event, "attribute": attribute, "value": value}
        for event in EXPECTED["events"]
        for attribute, value in event["facts"].items()
    ]


def _gap(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=GAPS[name], strict=True)] if name in GAPS else []
