"""A simulation says of each alert what the rules would have made of it: when, where, with which, or why not."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from pipeline.categories import DeliveryMode, Severity
from pipeline.config.settings import QuietHours, Route
from pipeline.ledger import Alert, Mute
from pipeline.notify.simulation import Simulated, simulate
from tests.notify.examples import numbered

EVENING = dt.datetime(2026, 3, 3, 21, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
LATER = EVENING + 48 * HOUR


def raised(number: int, event: str, after: dt.timedelta = dt.timedelta(), severity: Severity = Severity.LOW) -> Alert:
    return numbered(
        number, event_id=event, thread_id=event, created_at=EVENING + after, severity=severity, entities=(event,)
    )


def only(found: list[Simulated], alert: Alert) -> Simulated:
    (one,) = [each for each in found if each.alert == alert]
    return one


def test_alerts_of_one_event_go_together_and_the_next_after_five_minutes() -> None:
    first, second, third = raised(1, "a"), raised(2, "a"), raised(3, "a", MINUTE)
    found = simulate([third, second, first], [Route("desk")], [], LATER)
    assert only(found, first).message_id == only(found, second).message_id
    assert {only(found, one).sent_at for one in (first, second)} == {EVENING}
    assert only(found, third).sent_at == EVENING + 5 * MINUTE


def test_quiet_hours_hold_until_morning_and_the_digest_until_its_time() -> None:
    night = QuietHours(dt.time(22), dt.time(7), ZoneInfo("UTC"))
    minor, grave, listed = raised(1, "a", HOUR), raised(2, "b", HOUR, Severity.HIGH), raised(3, "c", HOUR)
    routes = [Route("desk", quiet_hours=night), Route("mail", mode=DeliveryMode.DIGEST)]
    found = simulate([minor, grave, listed], routes, [], LATER)
    sent = {(one.channel, one.alert): one.sent_at for one in found}
    morning = dt.datetime(2026, 3, 4, 7, tzinfo=dt.UTC)
    assert sent["desk", minor] == sent["desk", listed] == morning
    assert sent["desk", grave] == EVENING + HOUR
    assert {sent["mail", one] for one in (minor, grave, listed)} == {morning + HOUR}
    assert len({one.message_id for one in found if one.channel == "mail"}) == 1


def test_what_is_muted_or_on_no_route_is_told_with_the_reason() -> None:
    muted, other = raised(1, "a"), raised(2, "b")
    mute = Mute("m", "a", "Somebody", "we know", "Ada", EVENING, LATER)
    found = simulate([muted, other], [Route("desk"), Route("pager", min_severity=Severity.HIGH)], [mute], LATER)
    outcomes = {(one.alert, one.channel): one.outcome for one in found}
    assert (outcomes[muted, "desk"], outcomes[muted, "pager"]) == ("muted", "no route")
    assert (outcomes[other, "desk"], outcomes[other, "pager"]) == ("sent", "no route")


def test_what_waits_at_the_end_is_held() -> None:
    (one,) = simulate([raised(1, "a")], [Route("desk", mode=DeliveryMode.DIGEST)], [], EVENING + HOUR)
    assert (one.outcome, one.sent_at, one.because) == ("held", None, "for the digest")
