"""A configuration without a mistake becomes settings that say what the files say."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_network
from pathlib import Path

import pytest

from pipeline.categories import AlertKind, DeliveryMode, EntityKind, Severity, Tier
from pipeline.config import READER_KINDS, FetchSettings, load_settings
from pipeline.errors import ConfigurationError
from pipeline.model import content_id
from pipeline.watchlist import Watched
from tests.config.conftest import SHIPPED


def test_a_source_is_read_with_its_interval_tier_and_options(directory: Path) -> None:
    wire, team = load_settings(directory).sources
    assert wire.source_id == content_id("source", "https://harbour.example/feed.xml")
    assert (wire.name, wire.kind, wire.tier, wire.language) == ("Harbour Wire", "feed", Tier.PRESS, "en")
    assert wire.every == dt.timedelta(minutes=30)
    assert (team.every, team.language, dict(team.options)) == (dt.timedelta(hours=6), None, {"selector": "a.news"})


def test_fetch_settings_are_those_given_and_else_the_defaults(directory: Path) -> None:
    assert load_settings(directory).fetch == FetchSettings(user_agent="test/1 (ada@desk.example)")


def test_every_fetch_setting_can_be_given(directory: Path) -> None:
    text = (directory / "sources.yaml").read_text("utf-8")
    given = (
        "fetch:\n  gateway: http://127.0.0.1:8099/\n  max_bytes: 512 KiB\n  deadline: 5s\n"
        "  allow_networks: [10.1.0.0/16, 192.168.7.9]\n"
        "  recheck_articles: 2d\n  max_articles_per_check: 7\n  workers: 3\n"
    )
    (directory / "sources.yaml").write_text(given + text[text.index("sources:") :], "utf-8")
    assert load_settings(directory).fetch == FetchSettings(
        gateway="http://127.0.0.1:8099",
        allow_networks=(ip_network("10.1.0.0/16"), ip_network("192.168.7.9/32")),
        max_bytes=512 * 1024,
        deadline=dt.timedelta(seconds=5),
        recheck_articles=dt.timedelta(days=2),
        max_articles_per_check=7,
        workers=3,
    )


def test_the_watchlist_keeps_names_aliases_handles_and_parents(directory: Path) -> None:
    watchlist = load_settings(directory).watchlist
    assert watchlist.of_kind(EntityKind.PERSON) == (
        Watched(EntityKind.PERSON, "Wei Ran", ("魏然",), ("weiran", "wr_models")),
    )
    assert [entry.parent for entry in watchlist.of_kind(EntityKind.MODEL)] == [None, "Lantern"]
    assert watchlist.of_kind(EntityKind.ORGANISATION)[1].parent == "Harbour Group"


def test_a_channel_that_is_switched_off_is_left_out_with_its_routes(directory: Path) -> None:
    settings = load_settings(directory)
    assert [channel.name for channel in settings.channels] == ["here", "team"]
    assert [route.channel for route in settings.routes] == ["here", "team"]


def test_a_route_takes_all_readers_alerts_unless_it_says_which(directory: Path) -> None:
    everything, conflicts = load_settings(directory).routes
    assert everything.kinds == READER_KINDS
    assert AlertKind.SOURCE_FAILING not in everything.kinds
    assert conflicts.kinds == {AlertKind.CONFLICT_OPENED, AlertKind.CONFLICT_RESOLVED}
    assert (conflicts.min_severity, conflicts.mode) == (Severity.MEDIUM, DeliveryMode.GROUPED)


def test_options_of_a_channel_are_texts_and_name_secrets(directory: Path) -> None:
    path = directory / "alerts.yaml"
    path.write_text(path.read_text("utf-8").replace("enabled: false", "enabled: true"), "utf-8")
    _, team, desk = load_settings(directory).channels
    assert dict(team.options) == {"webhook_url_secret": "TEAM_HOOK"}
    assert desk.options["recipients"] == "ada@desk.example, bo@desk.example"


def test_lexicons_are_compiled_by_language(directory: Path) -> None:
    assert load_settings(directory).lexicons["en"].language == "en"


def test_the_configuration_that_ships_is_without_a_mistake() -> None:
    settings = load_settings(SHIPPED)
    assert {"en", "zh"} <= set(settings.lexicons)
    assert {source.language for source in settings.sources} >= {"en", "zh"}
    assert [channel.kind for channel in settings.channels] == ["console"]
    assert {watched.name for watched in settings.watchlist.entries} >= {"Alibaba", "Qwen", "Lin Junyang", "QwQ"}


def test_a_directory_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such directory; name the configuration with --config"):
        load_settings(tmp_path / "nowhere")
