"""Secrets are named and never written down; one that is written is refused, and no message repeats it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import load_settings, missing_secrets
from pipeline.config.secrets import looks_secret
from pipeline.errors import ConfigurationError

Spoil = Callable[..., list[str]]
# Made for the tests, in pieces so that no scanner takes them for real ones.
HOOK = "https://hooks.slack" + ".com/services/T000/B000/madeforthetest"
TOKEN = "xox" + "b-made-for-the-test"


@pytest.mark.parametrize("written", [HOOK, "hunter2", "mail password", "https://desk.example/hook/1"])
def test_a_secret_in_the_place_of_its_name_is_refused_and_not_repeated(spoil: Spoil, written: str) -> None:
    (told,) = spoil("alerts.yaml", "TEAM_HOOK", written)
    assert told.startswith("alerts.yaml:7: channels[1].options.webhook_url_secret: ")
    assert "QWEN_WATCH_" in told
    assert written not in told


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("alerts.yaml", "webhook_url_secret: TEAM_HOOK", f"webhook_url: {HOOK}", "channels[1].options.webhook_url"),
        ("alerts.yaml", "host: mail.desk.example", "password: hunter2", "channels[2].options.password"),
        ("alerts.yaml", "host: mail.desk.example", "password: 12345678", "channels[2].options.password"),
        ("alerts.yaml", "name: desk", f"name: {TOKEN}", "channels[2].name"),
        ("sources.yaml", "https://team.example/news", "https://me:pw123@team.example/news", "sources[1].url"),
        ("sources.yaml", "example/news", "example/news?access_token=abcdefgh12", "sources[1].url"),
        ("watchlist.yaml", "wr_models", TOKEN, "people[0].handles[1]"),
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused_wherever_it_stands(
    spoil: Spoil, name: str, old: str, new: str, where: str
) -> None:
    found = spoil(name, old, new)
    (told,) = [line for line in found if "secret" in line and f" {where}: " in line]
    assert "must not stand in a file" in told
    for line in found:
        assert not any(secret in line for secret in (HOOK, TOKEN, "hunter2", "12345678", "pw123", "abcdefgh12"))


def test_the_fix_names_the_option_that_takes_the_name(spoil: Spoil) -> None:
    found = spoil("alerts.yaml", "host: mail.desk.example", "password: hunter2")
    assert any("write only the name: `password_secret: QWEN_WATCH_PASSWORD`" in line for line in found)


def test_ordinary_text_is_no_secret() -> None:
    for text in ("https://a.example/feed?author=Qwen&key=x", "sk-learn", "Risk-averse", "TEAM_HOOK", "通义千问"):
        assert not looks_secret(text)


def test_a_missing_secret_is_no_mistake_of_the_files_but_is_told_when_asked(directory: Path) -> None:
    settings = load_settings(directory)
    (problem,) = missing_secrets(settings, {"OTHER": "x"}.get)
    assert problem.item == "channel 'team'"
    assert problem.message.startswith("the secret TEAM_HOOK is not set; set it in the environment")
    assert missing_secrets(settings, {"TEAM_HOOK": HOOK}.get) == ()
    assert len(missing_secrets(settings, {"TEAM_HOOK": ""}.get)) == 1


def test_channels_that_are_switched_off_need_no_secret(spoil: Spoil, directory: Path) -> None:
    spoil("alerts.yaml", "kind: slack\n", "kind: slack\n    enabled: false\n")
    assert missing_secrets(load_settings(directory), lambda _: None) == ()


def with_token(directory: Path, value: str) -> None:
    entry = 'name: Hub, kind: huggingface, url: "https://hub.example/api", publisher: Hub, tier: press, every: 1h'
    path = directory / "sources.yaml"
    path.write_text(f"{path.read_text('utf-8')}  - {{ {entry}, options: {{ token_secret: {value} }} }}\n", "utf-8")


def test_the_missing_token_of_a_source_is_told_by_its_name(directory: Path) -> None:
    with_token(directory, "HUB_TOKEN")
    settings = load_settings(directory)
    problem, _ = missing_secrets(settings, lambda _: None)
    assert problem.item == "source 'Hub'"
    assert problem.message.startswith("the secret HUB_TOKEN is not set")
    assert missing_secrets(settings, {"TEAM_HOOK": HOOK, "HUB_TOKEN": TOKEN}.get) == ()


def test_a_token_that_stands_in_the_file_in_place_of_its_name_is_refused_and_not_repeated(directory: Path) -> None:
    with_token(directory, "abc-def-123")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(directory)
    (mistake,) = caught.value.mistakes
    assert "sources[2].options.token_secret: this takes the name of a secret" in mistake
    assert "abc-def-123" not in mistake
