"""The console's text fits its width, shows both sides beside each other and can always be written."""

import io
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ledger import Alert, Side
from pipeline.notify.channel import ReceiptState
from pipeline.notify.columns import beside, width_of, wrap
from pipeline.notify.console import ConsoleChannel, text
from pipeline.notify.digest import digest
from tests.notify.examples import BROKEN_SOURCE, DEPARTURE, DISPUTE, EARLY, LATE, NOW, hostile, hostile_alerts


def test_both_sides_of_a_dispute_stand_beside_each_other() -> None:
    lines = text(DISPUTE, 96).splitlines()
    row = next(line for line in lines if line.startswith("3 March 2026 "))
    assert row.index("│") == next(line.index("│") for line in lines if "独" in line or "independent" in line)
    assert row.endswith("│ 4 March 2026")


def test_each_quote_has_its_publisher_its_time_and_its_address() -> None:
    shown = text(DISPUTE, 96)
    assert "[1] Harbour Wire, 3 March 2026, 21:30 UTC  https://harbour.example/wei-ran-leaves" in shown
    assert "[2] Model Notes, 4 March 2026  https://notes.example/2026/03/goodbye" in shown
    assert "[3] 江城科技, 4 March 2026, 09:15 UTC+8" in shown


def test_a_message_names_its_alert_and_the_command_that_shows_more() -> None:
    assert f"alert {DISPUTE.alert_id}" in text(DISPUTE)
    assert "More: qwen-watch why 4f2a9c01d7e3b856" in text(DISPUTE)
    assert "More: qwen-watch sources" in text(BROKEN_SOURCE)


def test_at_most_three_quotes_a_side_are_shown() -> None:
    crowd = replace(DISPUTE, sides=(Side("a", 9, (EARLY,) * 5), Side("b", 1, (LATE,))))
    assert text(crowd).count("Harbour Wire, 3 March") == 3
    assert "[4] 江城科技" in text(crowd)


def test_a_mail_reader_gets_the_sides_below_each_other_and_links_to_the_words() -> None:
    shown = text(DISPUTE, 76, mail=True)
    assert "│" not in shown
    assert "https://notes.example/2026/03/goodbye#:~:text=She%20said%20goodbye" in shown


@given(hostile_alerts, st.sampled_from([40, 80, 96, 100]))
@settings(max_examples=60)
def test_no_line_is_wider_than_asked_but_for_addresses(alert: Alert, width: int) -> None:
    for line in text(alert, width).splitlines():
        assert width_of(line) <= width or "https://" in line


@given(hostile_alerts)
@settings(max_examples=60)
def test_nothing_from_outside_can_steer_a_terminal(alert: Alert) -> None:
    assert not set(text(alert)) & set("\x1b\x07\x00\r\u202e\u2066\u200b")


@given(hostile, st.integers(4, 60))
def test_wrapping_loses_no_character_but_spaces(words: str, width: int) -> None:
    shown = words.replace("\n", " ").replace("\ud800", "")
    lines = wrap(shown, width)
    assert "".join("".join(lines).split()) == "".join(shown.split())


def test_chinese_lines_do_not_begin_with_punctuation() -> None:
    lines = wrap("团队负责人宣布离职，没有说明去向。", 18)
    assert lines == ["团队负责人宣布离", "职，没有说明去向。"]


def test_columns_line_up_whatever_their_script() -> None:
    lines = beside(["一二", "ab"], ["x", "y", "z"], 23)
    assert {width_of(line.split("│")[0]) for line in lines} == {11}


def test_a_stream_that_cannot_write_chinese_still_gets_the_message() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert ConsoleChannel(stream).send(DISPUTE).state is ReceiptState.SENT


def test_a_closed_stream_is_tried_again_later() -> None:
    stream = io.StringIO()
    stream.close()
    receipt = ConsoleChannel(stream).send(DISPUTE)
    assert receipt.state is ReceiptState.RETRY
    assert receipt.error is not None


def test_a_digest_is_written_under_headings() -> None:
    day = digest([DEPARTURE], NOW, [DISPUTE])
    assert day is not None
    lines = text(day, 80).splitlines()
    assert lines[0] == "Briefing for 6 March 2026: one change and one open disagreement"
    assert lines.index("PEOPLE") < lines.index("WHERE SOURCES DISAGREE")
    assert lines[lines.index("PEOPLE") + 2 :][:2] == [DEPARTURE.title, "Sources: Harbour Wire."]
