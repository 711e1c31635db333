"""An unchanged configuration is taken as it was read last, and is then exactly what a fresh load gives."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Severity
from pipeline.config import ChannelSettings, FetchSettings, LlmSettings, Route, Settings, load_settings
from pipeline.config.compiled import key_of
from pipeline.config.plain_data import NOT_PLAIN, plain, reader
from pipeline.config.secrets import written_secrets
from pipeline.config.settings import QuietHours
from pipeline.config.texts import config_texts
from pipeline.errors import ConfigurationError
from pipeline.ledger import Mute
from pipeline.model import Source
from pipeline.watchlist import Watchlist
from tests.config.conftest import SHIPPED
from tests.newsroom.configuration import write_config

ALERTS = """\
channels:
  - {name: here, kind: console, options: {width: 80}}
  - {name: team, kind: slack, options: {webhook_url_secret: TEAM_HOOK, timeout: 5s}}
  - {name: desk, kind: email, options: {host: mail.desk.example, sender: w@desk.example, recipients: [a@desk.example]}}
  - {name: off, kind: console, enabled: false}
routes:
  - channel: here
    events: [hire, departure]
    entities: [Lantern, Wei Rann, 魏然]
    statuses: [confirmed]
    conflicts: [date]
    language: zh
    quiet_hours: {start: "22:00", until: "07:00", zone: Asia/Shanghai, passes: medium}
  - {channel: team, digest: true, kinds: [conflict_opened]}
mutes:
  - {entity: 魏然, until: 2026-12-31, because: known}
  - {source: Harbour Wire, until: "2026-12-31T18:00+08:00", because: moves house}
  - {source: Harbor Wire, until: 2026-12-31, because: a slip}
"""
EXTRACTION = """\
extractor: both
llm: {base_url: "https://model.example/v1", model: m, key_secret: MODEL_KEY, timeout: 90s}
"""
FETCH = 'fetch: {user_agent: "ours 🦊", allow_networks: [10.1.0.0/16, "fd00::/16"], spacing: 0s, max_bytes: 2 MiB}\n'
MAIL = """
  - {name: Mail, kind: imap, url: "imaps://mail.desk.example/News", enabled: false,
     options: {username: ada, password_secret: MAILBOX}}
"""


def everything(directory: Path) -> Path:
    """A configuration that uses every kind of value there is, slips that are only warned of included."""
    sources = (directory / "sources.yaml").read_text("utf-8")
    listed = sources.partition("sources:")[2]
    (directory / "sources.yaml").write_text(f"{FETCH}sources:{listed}{MAIL}", "utf-8")
    (directory / "alerts.yaml").write_text(ALERTS, "utf-8")
    (directory / "extraction.yaml").write_text(EXTRACTION, "utf-8")
    return directory


def many(directory: Path) -> Path:
    entries = "".join(
        f"  - {{name: Feed {number}, kind: feed, url: 'https://feed{number}.example/', every: {number + 1}m}}\n"
        for number in range(200)
    )
    (directory / "sources.yaml").write_text(f"sources:\n{entries}", "utf-8")
    return directory


CONFIGURATIONS: dict[str, Callable[[Path], Path]] = {
    "as shipped": lambda _: SHIPPED,
    "of the demo": lambda directory: write_config(directory / "demo", 8099, smtp_port=2525),
    "with every kind of value": everything,
    "with 200 feeds": many,
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_was_kept_is_what_a_fresh_load_gives(name: str, directory: Path) -> None:
    config, kept = CONFIGURATIONS[name](directory), directory / "settings.compiled"
    first = load_settings(config, compiled=kept)
    assert kept.is_file()
    again, fresh = load_settings(config, compiled=kept), load_settings(config)
    assert again == first == fresh
    assert again.rules == fresh.rules
    assert [list(source.options.items()) for source in again.sources] == [
        list(source.options.items()) for source in fresh.sources
    ]


def test_the_configuration_with_every_kind_of_value_has_them_all(directory: Path) -> None:
    settings = load_settings(everything(directory))
    assert settings.llm is not None
    assert len(settings.fetch.allow_networks) == 2
    assert (len(settings.mutes), len(settings.routes), len(settings.warnings)) == (3, 2, 2)


def test_an_unchanged_configuration_is_neither_parsed_nor_checked(directory: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.config import load_settings; "
        f"given = load_settings(Path({str(everything(directory))!r}), compiled=Path({str(directory / 'kept')!r})); "
        "print(len(given.sources), sorted(name for name in sys.modules if name in ('pydantic', 'ruamel.yaml')))"
    )

    def said() -> str:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=SHIPPED.parent, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert said() == "3 ['pydantic', 'ruamel.yaml']"
    assert said() == "3 []"


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source": lambda at: edit(at / "sources.yaml", "every: 30m", "every: 31m"),
    "the watchlist": lambda at: edit(at / "watchlist.yaml", "Harbour Group", "Harbor Group"),
    "the alerts": lambda at: edit(at / "alerts.yaml", "min_severity: medium", "min_severity: high"),
    "a lexicon": lambda at: edit(at / "lexicon" / "en.yaml", "date_patterns:\n", "date_patterns:\n  - 'of late'\n"),
    "a lexicon more": lambda at: (at / "lexicon" / "zh.yaml").write_text(
        (SHIPPED / "lexicon" / "zh.yaml").read_text("utf-8"), "utf-8"
    ),
    "a lexicon less": lambda at: (at / "lexicon" / "en.yaml").unlink(),
    "extraction.yaml, which was not there": lambda at: (at / "extraction.yaml").write_text(EXTRACTION, "utf-8"),
}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_file_is_seen(change: str, directory: Path) -> None:
    kept = directory / "kept"
    before = load_settings(directory, check_lexicons=False, compiled=kept)
    CHANGES[change](directory)
    after = load_settings(directory, check_lexicons=False, compiled=kept)
    assert after == load_settings(directory, check_lexicons=False)
    assert after != before


def test_another_program_or_another_library_reads_for_itself(directory: Path, tmp_path_factory: Any) -> None:
    place, texts = tmp_path_factory.mktemp("program"), config_texts(directory)
    (program := place / "program").mkdir()
    (libraries := place / "libraries").mkdir()
    (program / "checks.py").write_text("LIMIT = 1\n")
    (libraries / "pydantic-2.0.dist-info").mkdir()

    def key() -> str | None:
        return key_of(texts, program, [str(libraries), str(place / "nowhere")])

    keys = [key(), key()]
    (program / "checks.py").write_text("LIMIT = 12\n")
    keys.append(key())
    os.utime(program / "checks.py", ns=(1, 1))
    keys.append(key())
    (libraries / "pydantic-2.0.dist-info").rename(libraries / "pydantic-2.1.dist-info")
    keys.append(key())
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert key_of(texts, place / "nowhere") is None


def test_mistakes_are_told_anew_each_time_and_never_kept(directory: Path) -> None:
    kept = directory / "kept"
    edit(directory / "sources.yaml", "kind: feed", "kind: feeed")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="feeed"):
            load_settings(directory, compiled=kept)
    assert not kept.exists()
    edit(directory / "sources.yaml", "kind: feeed", "kind: feed")
    load_settings(directory, compiled=kept)
    edit(directory / "sources.yaml", "kind: feed", "kind: feeed")
    with pytest.raises(ConfigurationError, match="feeed"):
        load_settings(directory, compiled=kept)


def test_lexicons_that_were_not_checked_are_when_somebody_asks_for_it(directory: Path) -> None:
    kept = directory / "kept"
    edit(directory / "lexicon" / "en.yaml", "date_patterns:\n", "date_patterns:\n  - '(unclosed'\n")
    load_settings(directory, check_lexicons=False, compiled=kept)
    with pytest.raises(ConfigurationError, match="unclosed"):
        load_settings(directory, compiled=kept)
    unchecked = load_settings(directory, check_lexicons=False, compiled=kept)
    with pytest.raises(ConfigurationError, match="unclosed"):
        unchecked.lexicons["en"]


def test_a_lexicon_that_was_checked_and_then_broken_is_found(directory: Path) -> None:
    kept = directory / "kept"
    load_settings(directory, compiled=kept)
    edit(directory / "lexicon" / "en.yaml", "date_patterns:\n", "date_patterns:\n  - '(unclosed'\n")
    with pytest.raises(ConfigurationError, match="unclosed"):
        load_settings(directory, compiled=kept)


class _Trap:
    """Pickled, it leaves a mark when somebody reads it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def _flipped(content: bytes) -> bytes:
    """A letter within a name changed, so that it still is JSON of the right form."""
    assert b"Harbour Wire" in content
    return content.replace(b"Harbour Wire", b"Harbour Wise")


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "without its last byte": lambda content: content[:-1],
    "a letter changed": _flipped,
    "of another key": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "not text": lambda _: b"\xff\x00" * 500,
    "deeply nested": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_left_aside_and_written_anew(damage: str, directory: Path) -> None:
    kept = directory / "kept"
    fresh = load_settings(directory, compiled=kept)
    whole = kept.read_bytes()
    kept.write_bytes(DAMAGES[damage](whole))
    assert load_settings(directory, compiled=kept) == fresh
    assert kept.read_bytes() == whole


def test_a_foreign_file_runs_nothing(directory: Path) -> None:
    kept, mark = directory / "kept", directory / "mark"
    kept.write_bytes(pickle.dumps(_Trap(mark)))
    assert load_settings(directory, compiled=kept) == load_settings(directory)
    assert not mark.exists()


@pytest.mark.parametrize("place", ["nowhere/kept", "sources.yaml/kept", "lexicon"])
def test_where_nothing_can_be_kept_the_configuration_is_read(place: str, directory: Path) -> None:
    before = {path.name for path in directory.iterdir()}
    assert load_settings(directory, compiled=directory / place) == load_settings(directory)
    assert {path.name for path in directory.iterdir()} == before


def test_many_at_once_read_and_write_one_file(directory: Path) -> None:
    kept, fresh = directory / "kept", load_settings(directory)

    def load(number: int) -> Settings:
        if number % 3 == 0:
            kept.unlink(missing_ok=True)
        return load_settings(directory, check_lexicons=False, compiled=kept)

    with ThreadPoolExecutor(4) as pool:
        assert all(found == fresh for found in pool.map(load, range(24)))
    assert [path.name for path in directory.iterdir() if "kept" in path.name] in ([], ["kept"])


def test_names_of_secrets_are_kept_and_no_secret(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = directory / "kept"
    for name in ("TEAM_HOOK", "MODEL_KEY", "MAILBOX"):
        monkeypatch.setenv(name, f"value-of-{name}-7f3a")
    load_settings(everything(directory), compiled=kept)
    content = kept.read_text()
    assert "TEAM_HOOK" in content
    assert "7f3a" not in content
    assert list(written_secrets(json.loads(content.partition("\n")[2]))) == []
    assert kept.stat().st_mode & 0o077 == 0


ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]).map(ZoneInfo)
MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
HOURS = st.builds(QuietHours, st.times(), st.times(), ZONES, st.sampled_from(Severity))
RECORDS = st.one_of(
    st.builds(Source),
    st.builds(FetchSettings),
    st.builds(ChannelSettings),
    st.builds(LlmSettings),
    st.builds(Watchlist),
    st.builds(Route, quiet_hours=st.none() | HOURS),
    st.builds(Mute, made_at=MOMENTS, until=MOMENTS),
)


@given(RECORDS)
def test_every_record_comes_back_from_its_plain_form(record: Any) -> None:
    assert reader(type(record))(json.loads(json.dumps(plain(record)))) == record


WRONG: dict[str, tuple[Any, Any]] = {
    "a number for a text": (str, 1),
    "true for a number": (int, True),
    "a text for a list": (tuple[str, ...], "ab"),
    "no such category": (Severity, "dire"),
    "a field less": (ChannelSettings, ["here", "console"]),
    "a field more": (ChannelSettings, ["here", "console", {}, 1]),
    "a number among texts by name": (ChannelSettings, ["here", "console", {"width": 80}]),
    "a span too long": (dt.timedelta, 10**30),
    "no such zone": (ZoneInfo, "Asia/Nowhere"),
}


@pytest.mark.parametrize("name", WRONG)
def test_plain_data_of_another_form_makes_no_record(name: str) -> None:
    kind, data = WRONG[name]
    with pytest.raises(NOT_PLAIN):
        reader(kind)(data)


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no plain form for bytes"):
        plain(b"")
    with pytest.raises(TypeError, match="no plain form"):
        reader(bytes)
