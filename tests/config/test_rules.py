"""The rules of alerts.yaml: names become those who are meant, and every slip is named with its line and the fix."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.categories import ConflictKind, DeliveryMode, EntityKind, EventStatus, EventType, Severity
from pipeline.config import load_settings
from pipeline.model import Mention
from pipeline.reconcile.entities import Registry
from tests.config.conftest import mistakes

RULES = """\
channels:
  - name: here
    kind: console
routes:
  - channel: here
    events: [departure, hire]
    entities: [Model team, Lantern]
    statuses: [confirmed]
    conflicts: [date]
    mode: instant
    language: zh
    quiet_hours: {start: "22:00", until: "07:00", zone: Asia/Shanghai, passes: medium}
  - channel: here
    digest: true
mutes:
  - entity: 魏然
    until: 2026-12-31
    because: known
  - source: Harbour Wire
    until: 2026-12-31T18:00+08:00
    because: moves house
"""


def rules(directory: Path, text: str = RULES) -> Path:
    (directory / "alerts.yaml").write_text(text, "utf-8")
    return directory


def test_a_rule_is_read_whole(directory: Path) -> None:
    settings = load_settings(rules(directory))
    first, second = settings.routes
    registry = Registry(settings.watchlist)
    wanted = [Mention(EntityKind.ORGANISATION, "Model team"), Mention(EntityKind.MODEL, "Lantern")]
    assert first.entities == {registry.resolve(mention).entity_id for mention in wanted}
    assert (first.events, first.statuses) == ({EventType.DEPARTURE, EventType.HIRE}, {EventStatus.CONFIRMED})
    assert (first.conflicts, first.mode, first.language) == ({ConflictKind.DATE}, DeliveryMode.INSTANT, "zh")
    assert first.quiet_hours is not None
    assert first.quiet_hours.passes is Severity.MEDIUM
    assert second.mode is DeliveryMode.DIGEST


def test_a_rule_that_says_little_takes_all_and_groups_it(directory: Path) -> None:
    (route,) = load_settings(
        rules(directory, "channels: [{name: here, kind: console}]\nroutes: [{channel: here}]\n")
    ).routes
    assert (route.mode, route.quiet_hours, route.entities, route.events) == (
        DeliveryMode.GROUPED,
        None,
        frozenset(),
        frozenset(),
    )


def test_mutes_mean_whom_they_name_and_end(directory: Path) -> None:
    settings = load_settings(rules(directory))
    person, source = settings.mutes
    assert person.about == Registry(settings.watchlist).resolve(Mention(EntityKind.PERSON, "Wei Ran")).entity_id
    assert source.about == settings.sources[0].source_id
    assert person.until == dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    assert source.until == dt.datetime(2026, 12, 31, 10, tzinfo=dt.UTC)
    assert person.holds(dt.datetime(2026, 12, 30, tzinfo=dt.UTC))
    assert not person.holds(person.until)
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Lantern]",
            "Lanterm]",
            "alerts.yaml:7: routes[0].entities[1]: unknown name 'Lanterm'; did you mean 'Lantern",
        ),
        ("魏然", "魏冉", "alerts.yaml:16: mutes[0].entity: unknown name '魏冉'"),
        ("source: Harbour Wire", "source: Harbor Wire", "mutes[1].source: unknown source 'Harbor Wire'; did you mean"),
    ],
    ids=["a name in a route", "a name in a mute", "a source"],
)
def test_a_name_that_is_nowhere_else_is_warned_of(directory: Path, old: str, new: str, told: str) -> None:
    (warning,) = load_settings(rules(directory, RULES.replace(old, new))).warnings
    assert told in warning


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "departure, hire",
            "departures",
            "alerts.yaml:6: routes[0].events[0]: unknown value 'departures'; did you",
        ),
        ("Asia/Shanghai", "Asia/Shangai", "'Asia/Shangai' is not a time zone; did you mean Asia/Shanghai?"),
        ('"22:00"', '"25:00"', "'25:00' is not a time of day; write it in quotes"),
        ('"22:00"', '"07:00"', "start and until are one time"),
        ("language: zh", "language: fr", "'fr' is not a language that messages are written in; write en or zh"),
        ("digest: true", "digest: true\n    mode: grouped", "mode says it all; leave out digest"),
        ("until: 2026-12-31\n", "until: soon\n", "'soon' is not a time; write 2026-12-31"),
        ("  - entity: 魏然\n", "  - entity: 魏然\n    event: abc\n", "a mute is of one thing"),
        ("    because: known\n", "", "mutes[0].because"),
    ],
    ids=["event", "zone", "time of day", "no hours", "language", "mode twice", "end", "two things", "no reason"],
)
def test_a_wrong_rule_is_named_with_its_place_and_the_fix(directory: Path, old: str, new: str, told: str) -> None:
    assert old in RULES
    rules(directory, RULES.replace(old, new))
    found = mistakes(directory)
    assert any(told in line for line in found), found
