"""Who said it first, who repeats it, how sure it is and who has been right, as the command line tells it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from flows.voices import MOST_REPEATS, tell_steps, tell_voices
from tests.flows.command import qwen_watch
from tests.reconcile.month import lines, month
from tests.reconcile.telling import hours
from tests.warehouse.records import turn
from tests.warehouse.test_voices import stored
from warehouse.voices import Step, Telling, Voice


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("month") / "data"
    turn(directory, stored(month(), lines(month())))
    return directory


def test_why_shows_the_tree_the_ladder_and_how_sure_it_is(data: Path) -> None:
    told = qwen_watch("why", "Ai Lan", "--data", data).out.splitlines()
    assert told[2:20] == [
        "  reported since 2026-05-04 08:00 UTC, on the word of The Ledger: https://ledger-staff0.example/",
        "  corroborated since 2026-05-04 14:00 UTC, on the word of Whisper: https://whisper-staff0.example/",
        "  confirmed since 2026-05-05 08:00 UTC, on the word of Qwen: https://team-staff0.example/",
        "  told by 3 independent voices",
        "    The Ledger (press), 2026-05-04 08:00 UTC, first",
        "      “ledger-staff0, event, true”",
        "        https://ledger-staff0.example/",
        "      rewritten by Mirror (aggregator), 2026-05-04 09:00 UTC",
        "        “mirror-staff0, event, true”",
        "          https://mirror-staff0.example/",
        "      cited by Echo (press), 2026-05-04 10:00 UTC, citing Ledger",
        "        “echo-staff0, event, true”",
        "          https://echo-staff0.example/",
        "    Whisper (community), 2026-05-04 14:00 UTC",
        "      “whisper-staff0, announced, 2026-05-28”",
        "        https://whisper-staff0.example/",
        "    Qwen (official), 2026-05-05 08:00 UTC",
        "      “team-staff0, event, true”",
    ]
    assert (
        "    0.98: The Ledger (press, right in 14 of 14), Qwen (official, no record yet), "
        "Whisper (community, right in 2 of 7)" in told
    )


def test_why_shows_who_denies_it(data: Path) -> None:
    told = qwen_watch("why", "An Shu", "--data", data).out
    assert "  denied by 1 independent voice\n    Qwen (official)" in told


def test_sources_shows_the_scorecard(data: Path) -> None:
    out = qwen_watch("sources", "--scorecard", "--format", "csv", "--data", data).out
    rows = {row["publisher"]: row for row in csv.DictReader(io.StringIO(out))}
    assert next(iter(rows)) == "The Ledger"
    assert (rows["The Ledger"]["right"], rows["The Ledger"]["settled"]) == ("16", "16")
    assert (rows["Whisper"]["wrong"], rows["Mirror"]["repeated"]) == ("6", "12")


def test_of_many_copies_some_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    own = Telling("first", "Ledger", "press", hours(0), "https://l.example/", "He left.", None, "asserted")
    copies = [
        Telling("copy", f"M{n}", "press", hours(1), "https://m.example/", "“", None, "asserted") for n in range(9)
    ]
    tell_voices([Voice("Ledger", against=False, tellings=(own, *copies))])
    told = capsys.readouterr().out
    assert told.count("copied by") == MOST_REPEATS
    assert "and repeated 4 times more" in told


def test_what_a_page_says_of_itself_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "L\x1b[31mdger"
    told = Telling("cites", hostile, "press", hours(0), "https://l.example/\x1b", "He\x1bleft.", hostile, "reported")
    tell_voices([Voice(hostile, against=False, tellings=(told,))])
    tell_steps([Step("reported", hours(0), "said", hostile, "https://l.example/\x1b")])
    assert "\x1b" not in capsys.readouterr().out
