"""A digest reads as a briefing: one paragraph an event, disagreements in one place, figures last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import AlertKind, EventType, Severity
from pipeline.ledger import Alert
from pipeline.notify.briefing import Section, briefing
from pipeline.notify.digest import digest
from pipeline.notify.render import headline, worded
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE, NOW, numbered

FIGURE = numbered(70, event_type=EventType.METRIC, severity=Severity.HIGH, title="Qwen's downloads: over 600 million.")
RELEASE = numbered(71, event_type=EventType.RELEASE, title="Qwen9 was released.")


def sections(*alerts: Alert, still_open: tuple[Alert, ...] = (), language: str | None = None) -> tuple[Section, ...]:
    day = worded(digest(alerts, NOW, still_open), language)  # type: ignore[arg-type]
    return briefing(day)  # type: ignore[arg-type]


def test_people_come_first_and_figures_last_but_for_housekeeping() -> None:
    found = sections(BROKEN_SOURCE, FIGURE, RELEASE, DISPUTE, DEPARTURE)
    assert [one.heading for one in found] == ["People", "Models", "Where sources disagree", "Figures", "Sources"]


def test_what_became_of_one_event_is_one_paragraph_that_begins_with_how_it_stands_now() -> None:
    later = NOW + dt.timedelta(hours=1)
    raised = replace(
        DEPARTURE, dedupe_key="2", kind=AlertKind.STATUS_RAISED, title="Confirmed: Wei Ran left.", created_at=later
    )
    detail = replace(DEPARTURE, dedupe_key="3", kind=AlertKind.FACT_CHANGED, title="Now known: when.")
    [people] = sections(detail, raised, DEPARTURE)
    [paragraph] = people.paragraphs
    assert (paragraph.headline, paragraph.text) == ("Confirmed: Wei Ran left.", "Now known: when.")
    assert paragraph.publishers == "Harbour Wire"


def test_a_dispute_of_the_day_is_told_once_and_an_older_one_says_since_when() -> None:
    older = replace(DISPUTE, dedupe_key="older", conflict_id="c9", created_at=NOW - dt.timedelta(days=3))
    [disagreements] = sections(DISPUTE, still_open=(DISPUTE, older))
    assert [one.text.partition(". ")[0] for one in disagreements.paragraphs] == [
        "We held 3 March 2026",
        "Still open since 3 March 2026",
    ]


def test_a_figure_that_changed_says_so_and_nothing_else() -> None:
    changed = replace(FIGURE, dedupe_key="x", kind=AlertKind.FACT_CHANGED, title="Now 700 million (was 600 million).")
    [figures] = sections(FIGURE, changed)
    assert [one.headline for one in figures.paragraphs] == ["Now 700 million (was 600 million)."]


def test_a_briefing_in_chinese_has_no_english_words_of_ours() -> None:
    day = worded(digest([DEPARTURE], NOW, [DISPUTE]), "zh")  # type: ignore[arg-type]
    assert headline(day) == "2026年3月6日简报：一项变化、一处未决分歧"
    found = briefing(day)  # type: ignore[arg-type]
    assert [one.heading for one in found] == ["人事", "说法不一之处"]
    assert found[0].paragraphs[0].headline == "魏然从模型团队离职，消息来自一家信源。"
    assert found[1].paragraphs[0].text.startswith("自2026年3月6日起尚无定论。此前我们采信的是")


@given(st.lists(st.sampled_from(list(AlertKind)), min_size=1, max_size=12), st.randoms())
def test_every_event_is_told_in_whatever_order_its_alerts_came(kinds: list[AlertKind], random: object) -> None:
    alerts = [numbered(n, kind=kind, conflict_id=f"c{n}", title=f"Event {n}.") for n, kind in enumerate(kinds)]
    shuffled = list(alerts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    told = [one.headline for section in sections(*shuffled) for one in section.paragraphs]
    assert sorted(told) == sorted(alert.title for alert in alerts)
    assert sections(*shuffled) == sections(*alerts)
