"""Mail is handed to a real server over a socket, and every answer of it becomes the right receipt."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config.channels import Security
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.smtp import EmailChannel, MailServer
from tests.notify.examples import DEPARTURE, DISPUTE
from tests.notify.mail_server import PASSWORD, Mailbox, mail_server, make_certificate

SENDER = "Qwen Watch <watch@desk.example>"
TO = ("ada@desk.example", "Bo <bo@desk.example>")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


def plain(mailbox: Mailbox) -> EmailChannel:
    return EmailChannel(MailServer("127.0.0.1", mailbox.port, Security.PLAIN), SENDER, TO)


def test_a_mail_arrives_for_everyone_and_is_read_back_whole(mailbox: Mailbox) -> None:
    receipt = plain(mailbox).send(DISPUTE)
    assert receipt == Receipt(ReceiptState.SENT, f"<alert.{DISPUTE.alert_id}@desk.example>")
    (mail,) = mailbox.mails
    assert mailbox.recipients == [["ada@desk.example", "bo@desk.example"]]
    assert mail["Subject"] == DISPUTE.title
    assert mail["X-Qwen-Watch-Alert"] == DISPUTE.alert_id
    text = mail.get_body(("plain",))
    assert text is not None
    assert "团队负责人魏然在社交平台上宣布离职" in text.get_content()


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_mail_is_sent_encrypted_after_a_log_in(security: Security, certificate: Path) -> None:
    with mail_server(certificate, starttls=security is Security.STARTTLS, log_in=True) as mailbox:
        server = MailServer("127.0.0.1", mailbox.port, security, "watch", PASSWORD, str(certificate))
        receipt = EmailChannel(server, SENDER, TO).send(DISPUTE)
    assert (receipt.state, receipt.error) == (ReceiptState.SENT, None)
    assert mailbox.encrypted == [True]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(
    security: Security, certificate: Path
) -> None:
    with mail_server(certificate, starttls=security is Security.STARTTLS) as mailbox:
        server = MailServer("127.0.0.1", mailbox.port, security, timeout=dt.timedelta(seconds=5))
        receipt = EmailChannel(server, SENDER, TO).send(DISPUTE)
    assert receipt.state is ReceiptState.RETRY
    assert "certificate" in (receipt.error or "").lower()
    assert mailbox.mails == []


def test_a_wrong_password_is_named_and_waits_for_the_operator(certificate: Path) -> None:
    with mail_server(certificate, starttls=True, log_in=True) as mailbox:
        server = MailServer("127.0.0.1", mailbox.port, Security.STARTTLS, "watch", "wrong", str(certificate))
        receipt = EmailChannel(server, SENDER, TO).send(DISPUTE)
    assert (receipt.state, receipt.channel_down) == (ReceiptState.RETRY, True)
    assert "log-in was refused" in (receipt.error or "")
    assert "wrong" not in (receipt.error or "")


def test_a_server_without_starttls_is_not_sent_to_in_the_clear(mailbox: Mailbox) -> None:
    server = MailServer("127.0.0.1", mailbox.port, Security.STARTTLS)
    receipt = EmailChannel(server, SENDER, TO).send(DISPUTE)
    assert (receipt.state, receipt.channel_down) == (ReceiptState.RETRY, True)
    assert "check `security`" in (receipt.error or "")
    assert mailbox.mails == []


def test_a_message_refused_for_now_is_tried_again_and_one_refused_for_good_is_not(mailbox: Mailbox) -> None:
    mailbox.data_answer = "451 try later"
    assert plain(mailbox).send(DISPUTE).state is ReceiptState.RETRY
    mailbox.data_answer = "554 looks like spam"
    receipt = plain(mailbox).send(DISPUTE)
    assert receipt.state is ReceiptState.FAILED
    assert "looks like spam" in (receipt.error or "")


def test_one_refused_recipient_does_not_keep_the_mail_from_the_others(mailbox: Mailbox) -> None:
    mailbox.recipient_answers = {"bo@desk.example": "550 no such user"}
    receipt = plain(mailbox).send(DISPUTE)
    assert receipt.state is ReceiptState.SENT
    assert receipt.error == "not taken for bo@desk.example (550 no such user)"
    assert mailbox.recipients == [["ada@desk.example"]]


@pytest.mark.parametrize(("code", "state"), [("450", ReceiptState.RETRY), ("550", ReceiptState.FAILED)])
def test_no_recipient_at_all_is_by_the_servers_code(mailbox: Mailbox, code: str, state: ReceiptState) -> None:
    mailbox.recipient_answers = {f"{who}@desk.example": f"{code} not now" for who in ("ada", "bo")}
    assert plain(mailbox).send(DISPUTE).state is state
    assert mailbox.mails == []


def test_a_refused_sender_is_the_operators_to_put_right(mailbox: Mailbox) -> None:
    mailbox.sender_answer = "553 not yours"
    receipt = plain(mailbox).send(DISPUTE)
    assert (receipt.state, receipt.channel_down) == (ReceiptState.RETRY, True)
    assert "check `sender`" in (receipt.error or "")


def test_nobody_listening_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    receipt = EmailChannel(MailServer("127.0.0.1", port, Security.PLAIN), SENDER, TO).send(DEPARTURE)
    assert (receipt.state, receipt.channel_down) == (ReceiptState.RETRY, True)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        server = MailServer("127.0.0.1", port, Security.PLAIN, timeout=dt.timedelta(seconds=1))
        receipt = EmailChannel(server, SENDER, TO).send(DEPARTURE)
    assert receipt.state is ReceiptState.RETRY
