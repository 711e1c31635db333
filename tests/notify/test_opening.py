"""Channels open with their secrets, and a channel that cannot says why without showing one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.config.settings import ChannelSettings
from pipeline.model import Problem
from pipeline.notify import open_channels
from pipeline.notify.console import ConsoleChannel
from pipeline.notify.slack import SlackChannel
from pipeline.notify.smtp import EmailChannel
from tests.notify.examples import DISPUTE

SLACK = ChannelSettings("team", "slack", {"webhook_url_secret": "TEAM_HOOK"})
MAIL = ChannelSettings(
    "desk",
    "email",
    {
        "host": "mail.desk.example",
        "username": "watch",
        "password_secret": "MAIL_PASSWORD",
        "sender": "watch@desk.example",
        "recipients": "ada@desk.example, Bo <bo@desk.example>",
    },
)
SECRETS = {"TEAM_HOOK": "https://hooks.desk.example/x", "MAIL_PASSWORD": "made for the test"}


def test_each_channel_opens_under_its_name() -> None:
    opened = open_channels([ChannelSettings("here", "console"), SLACK, MAIL], SECRETS.get, io.StringIO())
    assert [type(opened[name]) for name in ("here", "team", "desk")] == [
        ConsoleChannel,
        SlackChannel,
        EmailChannel,
    ]


def test_the_console_writes_to_the_stream_in_the_width_asked_for() -> None:
    stream = io.StringIO()
    opened = open_channels([ChannelSettings("here", "console", {"width": "60"})], SECRETS.get, stream)
    channel = opened["here"]
    assert isinstance(channel, ConsoleChannel)
    channel.send(DISPUTE)
    assert stream.getvalue().startswith("─" * 60 + "\n")


@pytest.mark.parametrize(
    ("channel", "name", "block"),
    [(SLACK, "TEAM_HOOK", "team-hook"), (MAIL, "MAIL_PASSWORD", "mail-password")],
)
def test_a_missing_secret_is_named_with_both_places_to_put_it(channel: ChannelSettings, name: str, block: str) -> None:
    problem = open_channels([channel], lambda _: None)[channel.name]
    assert isinstance(problem, Problem)
    assert problem.item == f"channel {channel.name!r}"
    fix = f"set it in the environment, or save a Prefect Secret block named {block}"
    assert problem.message == f"the secret {name} is not set; {fix}"


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "http://hooks.elsewhere.example/x",
        "ftp://127.0.0.1/x",
        "https://",
        "https://a.example:x/",
        "https://a.example/a b",
    ],
)
def test_a_secret_that_is_no_https_address_is_refused_and_not_shown(value: str) -> None:
    problem = open_channels([SLACK], {"TEAM_HOOK": value}.get)["team"]
    assert isinstance(problem, Problem)
    assert value not in problem.message
    assert "TEAM_HOOK" in problem.message


def test_an_authoritys_certificate_that_cannot_be_read_shuts_only_that_channel(tmp_path: Path) -> None:
    odd = ChannelSettings("desk", "email", {**MAIL.options, "ca_file": str(tmp_path / "none.pem")})
    opened = open_channels([odd, SLACK], SECRETS.get)
    assert isinstance(opened["desk"], Problem)
    assert isinstance(opened["team"], SlackChannel)


def test_settings_made_by_hand_with_wrong_options_are_a_problem_and_no_crash() -> None:
    opened = open_channels([ChannelSettings("a", "slack"), ChannelSettings("b", "pigeon")], SECRETS.get)
    assert [isinstance(each, Problem) for each in opened.values()] == [True, True]
    assert "webhook_url_secret" in str(opened["a"])
