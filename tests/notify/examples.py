"""Alerts for the tests, made for them: a dispute, a departure, and whatever a hostile source may say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from pipeline.categories import AlertKind, EventType, Severity
from pipeline.ledger import Alert, Quote, Side, Wording

BEIJING = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 3, 6, 2, 5, tzinfo=dt.UTC)

EARLY = Quote(
    "Wei Ran, who led the model team, wrote on Tuesday that she had handed in her notice.",
    "2026-03-03",
    "Harbour Wire",
    "https://harbour.example/wei-ran-leaves",
    dt.datetime(2026, 3, 3, 21, 30, tzinfo=dt.UTC),
)
ECHO = Quote(
    "She said goodbye to the team on 3 March.",
    "2026-03-03",
    "Model Notes",
    "https://notes.example/2026/03/goodbye",
    dt.datetime(2026, 3, 4, tzinfo=dt.UTC),
)
LATE = Quote(
    "3月4日清晨，团队负责人魏然在社交平台上宣布离职，没有说明下一步的去向。",
    "2026-03-04",
    "江城科技",
    "https://jiangcheng.example/a?id=7&from=home",
    dt.datetime(2026, 3, 4, 9, 15, tzinfo=BEIJING),
)

DISPUTE = Alert(
    dedupe_key="conflict_opened:e1:announced:open",
    kind=AlertKind.CONFLICT_OPENED,
    severity=Severity.LOW,
    event_id="4f2a9c01d7e3b856",
    conflict_id="c1",
    source_id=None,
    title="Sources disagree on when Wei Ran announced her departure: 3 March 2026 or 4 March 2026.",
    body="We held 3 March 2026.\nThe dates are one day apart, and the sources sit in different time zones.",
    sides=(Side("3 March 2026", 2, (EARLY, ECHO)), Side("4 March 2026", 1, (LATE,))),
    created_at=NOW,
    event_type=EventType.DEPARTURE,
    translations=(
        Wording(
            "zh",
            "魏然宣布离职的时间，各方说法不一：2026年3月3日，或2026年3月4日。",
            "此前我们采信的是2026年3月3日。\n两个日期只差一天，而信源身处不同时区。",
            ("2026年3月3日", "2026年3月4日"),
        ),
    ),
)
DEPARTURE = Alert(
    dedupe_key="new_event:e1::reported",
    kind=AlertKind.NEW_EVENT,
    severity=Severity.HIGH,
    event_id="4f2a9c01d7e3b856",
    conflict_id=None,
    source_id=None,
    title="Wei Ran leaves the model team, one source says.",
    body="",
    sides=(Side("", 1, (EARLY,)),),
    created_at=NOW,
    event_type=EventType.DEPARTURE,
    translations=(Wording("zh", "魏然从模型团队离职，消息来自一家信源。", "", ("",)),),
)
BROKEN_SOURCE = Alert(
    dedupe_key="source_failing:s1:x",
    kind=AlertKind.SOURCE_FAILING,
    severity=Severity.MEDIUM,
    event_id=None,
    conflict_id=None,
    source_id="s1",
    title="Harbour Wire has failed 3 times in a row",
    body="https://harbour.example/feed: answered 503.",
    sides=(),
    created_at=NOW,
)


def numbered(number: int, **changes: object) -> Alert:
    """One of many alerts that differ, each of an event of its own."""
    about = {"dedupe_key": f"new_event:e{number}::reported", "event_id": f"{number:016x}"}
    return replace(DEPARTURE, **(about | changes))  # type: ignore[arg-type]


TRICKS = (
    # Slack's mentions, formatting and links
    *("<!channel>", "<!here|x>", "<@U0123>", "<#C0123>", "@here", "@everyone", "*bold*", "_it_", "~no~"),
    *("`code`", "```", ":tada:", "<https://evil.example|your bank>", "https://evil.example/x", "|", ">"),
    # HTML and templates
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table>", '" onmouseover="x'),
    *("{{ 7*7 }}", "{% raw %}", "&lt;b&gt;", "&amp;", "javascript:alert(1)", "[a](https://evil.example)"),
    # Headers of mail, and what terminals and eyes are misled by
    *("\r\nBcc: spy@evil.example", "\nSubject: forged", "=?utf-8?b?DQpCY2M6IGE=?="),
    *("=?utf-8?q?a=0D=0ABcc:_spy=40evil.example?=", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\x85"),
    *("\x1b[31m", "\x07", "\x00", "\ud800", "\U000e0041", "\\", "林", "é", "e\u0301"),
)
hostile = st.lists(
    st.sampled_from(TRICKS) | st.text(st.characters(), max_size=12) | st.text("&<>\"'|*_`", max_size=40),
    max_size=8,
).map("".join)
addresses = (
    hostile.map(lambda text: "https://a.example/" + text)
    | st.sampled_from(
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.example/?q=" + "&" * 800,
            "https://u:p@a.example/",
            "",
        ]
    )
    | hostile
)
moments = st.integers(0, 4_000_000_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, BEIJING))
quotes = st.builds(Quote, text=hostile, value=hostile, publisher=hostile, url=addresses, published_at=moments)
hostile_sides = st.builds(
    Side, label=hostile, origins=st.integers(0, 9), quotes=st.lists(quotes, max_size=4).map(tuple)
)
hostile_alerts = st.builds(
    Alert,
    dedupe_key=st.uuids().map(str),
    kind=st.sampled_from(AlertKind),
    severity=st.sampled_from(Severity),
    event_id=st.none() | st.just("4f2a9c01d7e3b856"),
    conflict_id=st.none(),
    source_id=st.none() | st.just("0b1c2d3e4f5a6b7c"),
    title=hostile.filter(lambda text: text.strip() != ""),
    body=hostile,
    sides=st.lists(hostile_sides, max_size=2).map(tuple),
    created_at=st.just(NOW),
)
