"""A day's digest tells each thing once, the weightiest first, and nothing on a day without news."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import AlertKind, Severity
from pipeline.ledger import Alert
from pipeline.notify.digest import digest
from tests.notify.examples import DEPARTURE, DISPUTE, NOW, numbered


def test_a_day_without_news_has_no_digest() -> None:
    assert digest([], NOW) is None


def test_the_weightiest_comes_first() -> None:
    low = numbered(1, severity=Severity.LOW, created_at=NOW - dt.timedelta(hours=3))
    day = digest([low, numbered(2, severity=Severity.HIGH)], NOW)
    assert day is not None
    assert [alert.severity for alert in day.alerts] == [Severity.HIGH, Severity.LOW]


def test_a_day_is_a_day_in_utc() -> None:
    day = digest([DISPUTE], NOW.astimezone(dt.timezone(dt.timedelta(hours=8))).replace(hour=4))
    assert day is not None
    assert day.day == dt.date(2026, 3, 5)


def test_the_same_alerts_make_the_same_digest_and_others_another() -> None:
    once, again, later = (digest(told, NOW) for told in ([DISPUTE, DEPARTURE], [DEPARTURE, DISPUTE], [DEPARTURE]))
    assert once is not None
    assert again is not None
    assert later is not None
    assert once.alert_id == again.alert_id != later.alert_id


@given(st.permutations([numbered(n, kind=kind) for n, kind in enumerate(AlertKind)]))
def test_the_order_in_which_alerts_came_changes_nothing(alerts: list[Alert]) -> None:
    assert digest([*alerts, *alerts], NOW) == digest(sorted(alerts, key=lambda alert: alert.alert_id), NOW)
