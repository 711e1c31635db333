"""What a change is as an event of Prefect: a stable resource, labels to match on, and what changed."""

from __future__ import annotations

import re
from dataclasses import replace

from prefect.events import AutomationCore
from prefect.events.schemas.events import Event, Resource
from ruamel.yaml import YAML

from flows.prefect_events import fact_events
from tests.flows.command import ROOT
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE

STANDS = {
    "event_id": DEPARTURE.event_id,
    "type": "departure",
    "status": "reported",
    "disputed": True,
    "subject": "Wei Ran",
    "organisation": None,
    "confidence": 0.65,
}


def test_every_change_of_one_event_is_of_one_resource_with_labels_that_a_trigger_can_match() -> None:
    first, second = fact_events([DEPARTURE, DISPUTE], {str(DEPARTURE.event_id): STANDS})
    assert (first.name, second.name) == ("qwen-watch.new_event", "qwen-watch.conflict_opened")
    assert first.resource == {
        "prefect.resource.id": f"qwen-watch.event.{DEPARTURE.event_id}",
        "prefect.resource.name": "departure · Wei Ran",
        "qwen-watch.type": "departure",
        "qwen-watch.subject": "Wei Ran",
        "qwen-watch.status": "reported",
        "qwen-watch.severity": "high",
    }
    assert second.resource["prefect.resource.id"] == first.resource["prefect.resource.id"]


def test_the_payload_says_what_changed_how_sure_it_is_and_where_to_check() -> None:
    [event] = fact_events([DEPARTURE], {str(DEPARTURE.event_id): STANDS})
    told = {key: event.payload[key] for key in ("changed", "status", "confidence", "disputed", "alert_id")}
    assert told == {
        "changed": DEPARTURE.title,
        "status": "reported",
        "confidence": 0.65,
        "disputed": True,
        "alert_id": DEPARTURE.alert_id,
    }
    assert event.payload["link"].startswith("https://harbour.example/wei-ran-leaves#:~:text=Wei")


def test_one_change_has_one_id_and_another_change_another() -> None:
    first, again, other = fact_events([DEPARTURE, replace(DEPARTURE, severity=DISPUTE.severity), DISPUTE], {})
    assert first.id == again.id != other.id


def test_a_source_that_fails_is_a_resource_of_its_own() -> None:
    [event] = fact_events([BROKEN_SOURCE], {})
    assert event.name == "qwen-watch.source_failing"
    assert event.resource["prefect.resource.id"] == "qwen-watch.source.s1"
    assert event.payload["status"] is None


def test_the_automation_of_the_page_is_one_and_is_set_off_by_a_confirmed_departure_only() -> None:
    page = (ROOT / "docs" / "alerts.md").read_text("utf-8").partition("## Events for Prefect")[2]
    written = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert written is not None
    trigger = AutomationCore.model_validate(YAML(typ="safe", pure=True).load(written[1])).trigger
    for status, sets_off in (("confirmed", True), ("reported", False)):
        [event] = fact_events([DEPARTURE], {str(DEPARTURE.event_id): STANDS | {"status": status}})
        emitted = Event(event=event.name, resource=Resource(dict(event.resource)), occurred=event.occurred, id=event.id)
        assert event.name in trigger.expect
        assert trigger.match.matches(emitted.resource) is sets_off
