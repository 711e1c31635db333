"""`alerts test` sends one labelled message through a channel, and says what to do where it does not arrive."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.cli import exit_code
from tests.flows.command import SHIPPED_CONFIG, Done, qwen_watch
from tests.notify.mail_server import mail_server, make_certificate
from tests.notify.receiver import Answer, receiver
from tests.notify.slack_server import slack

BOT = {"token_secret": "BOT_TOKEN", "channel": "C01"}
MAIL = {"host": "127.0.0.1", "sender": "watch@desk.example", "recipients": "ada@desk.example"}


class Desk:
    """Runs the command on a configuration with one channel, in this process, as each takes seconds to start."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._directory = directory
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def tries(self, kind: str, options: Mapping[str, Any], *more: str, **secrets: str) -> Done:
        config = configured(self._directory / "config", kind, options)
        for name, value in secrets.items():
            self._monkeypatch.setenv(name, value)
        code = exit_code(["alerts", "test", "desk", "--config", str(config), *more])
        out, err = self._capsys.readouterr()
        return Done(code, out, err)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return Desk(tmp_path, capsys, monkeypatch)


def configured(config: Path, kind: str, options: Mapping[str, Any]) -> Path:
    shutil.copytree(SHIPPED_CONFIG, config)
    channel = {"name": "desk", "kind": kind, "options": dict(options)}
    (config / "alerts.yaml").write_text(json.dumps({"channels": [channel], "routes": []}), "utf-8")
    return config


def said(error: str, **more: object) -> Answer:
    return 200, json.dumps({"ok": False, "error": error, **more}), {"Content-Type": "application/json"}


def test_a_message_labelled_as_a_test_arrives_and_its_receiver_is_quoted(desk: Desk) -> None:
    with mail_server() as mailbox:
        done = desk.tries("email", {**MAIL, "security": "plain", "port": mailbox.port})
    [mail] = mailbox.mails
    assert mail["Subject"].startswith("Test message from Qwen Watch")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"desk (email): sent; its receiver knows it as {mail['Message-ID']}\n"


def test_a_program_reads_the_answer_as_json(desk: Desk) -> None:
    with slack() as webhook:
        done = desk.tries("slack", {"webhook_url_secret": "HOOK", "language": "zh"}, "--json", HOOK=webhook.url)
    told = json.loads(done.out)
    assert (told["state"], told["error"]) == ("sent", None)
    [payload] = webhook.kept.values()
    assert told["alert_id"] in json.dumps(payload)
    assert "测试消息" in payload["text"]


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (said("invalid_auth"), "check the bot token (xoxb-…)"),
        (said("missing_scope", needed="chat:write"), "give the app the scope chat:write"),
        (said("not_in_channel"), "/invite @its-name"),
        (said("channel_not_found"), "write the channel's id"),
        ((429, "{}", {"Retry-After": "30"}), "it asks to wait 30 s"),
    ],
    ids=["token", "scope", "not-in-channel", "channel", "too-many"],
)
def test_what_slack_refuses_is_told_with_what_to_do(desk: Desk, answer: Answer, advice: str) -> None:
    with receiver() as running:
        running.answer = lambda _: answer
        done = desk.tries("slack", {**BOT, "api_url": running.url}, BOT_TOKEN="xoxb-made-for-the-test")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("desk (slack): not sent: ")
    assert advice in done.err
    assert "made-for-the-test" not in done.err


def test_a_certificate_that_nobody_vouches_for_is_told_with_the_option_that_names_one(
    desk: Desk, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path / "server.pem")
    with mail_server(certificate) as mailbox:
        done = desk.tries("email", {**MAIL, "security": "tls", "port": mailbox.port})
    assert done.code == 1
    assert "`ca_file`" in done.err


def test_a_refused_log_in_names_the_secret_to_check(desk: Desk, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "server.pem")
    options = {"username": "watch", "password_secret": "MAIL_PASSWORD", "ca_file": str(certificate)}
    with mail_server(certificate, starttls=True, log_in=True) as mailbox:
        done = desk.tries("email", {**MAIL, **options, "port": mailbox.port}, MAIL_PASSWORD="wrong")
    assert done.code == 1
    assert "the log-in was refused" in done.err
    assert "check username and the password's secret" in done.err


def test_where_nobody_listens_the_place_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = desk.tries("email", {**MAIL, "security": "plain", "port": port})
    assert done.code == 1
    assert "nothing listens there: check `host` and `port`" in done.err


def test_a_secret_that_is_nowhere_is_named(desk: Desk) -> None:
    done = desk.tries("slack", BOT)
    assert done.code == 1
    assert "the secret BOT_TOKEN is not set" in done.err


def test_an_unknown_channel_is_a_usage_error_that_names_the_others() -> None:
    done = qwen_watch("alerts", "test", "nowhere", "--config", SHIPPED_CONFIG)
    assert done.code == 2
    assert "no channel 'nowhere' is switched on in alerts.yaml; those that are: console" in done.err
