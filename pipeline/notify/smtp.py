"""Sends mail over SMTP (RFC 5321): plain, with STARTTLS, or over TLS from the start."""

from __future__ import annotations

import contextlib
import datetime as dt
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from pipeline.config.channels import Security
from pipeline.notify import email
from pipeline.notify.answers import down, unanswered
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.inert import one_line, shorten
from pipeline.notify.render import Message, worded

Refusals = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `ca_file` names a private authority's certificate."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None
    timeout: dt.timedelta = dt.timedelta(seconds=30)

    def tls(self) -> ssl.SSLContext:
        """Certificates are checked; OSError where `ca_file` cannot be read."""
        return ssl.create_default_context(cafile=self.ca_file)


class _Connection(smtplib.SMTP):
    """Remembers that the message itself went out: whatever breaks from then on, it may have been taken."""

    handed_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        return super().data(msg)


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same, over TLS from the start."""


class EmailChannel:
    """Mails every message to the same recipients; the same message has the same Message-ID on every try."""

    idempotent = False

    def __init__(self, server: MailServer, sender: str, recipients: Sequence[str], language: str | None = None) -> None:
        self._language = language
        self._server = server
        self._sender = sender
        self._recipients = tuple(recipients)
        self._tls = server.tls() if server.security is not Security.PLAIN else None

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Hands the mail in; a recipient that is refused for good does not keep it from the others."""
        mail = email.message(worded(message, self._language), self._sender, self._recipients)
        smtp: _Connection | None = None
        try:
            smtp = self._connect()
            refused = self._hand_in(smtp, mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients)
        except smtplib.SMTPAuthenticationError as error:
            return down(f"the log-in was refused ({_said(error)}); check username and the password's secret")
        except smtplib.SMTPSenderRefused as error:
            return down(f"the sender {error.sender} was refused ({_said(error)}); check `sender`")
        except smtplib.SMTPNotSupportedError as error:
            return down(f"{one_line(str(error))}; check `security` and `username`")
        except smtplib.SMTPDataError as error:
            told = f"the mail server refused the message: {_said(error)}"
            later = 400 <= error.smtp_code < 500
            return Receipt(ReceiptState.RETRY if later else ReceiptState.FAILED, error=told)
        except smtplib.SMTPResponseException as error:
            return down(f"the mail server answered {_said(error)}")
        except (OSError, smtplib.SMTPException) as error:
            told = shorten(one_line(str(error)), 200)
            if smtp is not None and smtp.handed_over:
                return unanswered(f"no answer from {self._server.host} to the message: {told}")
            return down(f"cannot reach {self._server.host}: {told}; {_hint(error)}")
        note = f"not taken for {_listed(refused)}" if refused else None
        return Receipt(ReceiptState.SENT, provider_id=mail["Message-ID"], error=note)

    def _hand_in(self, smtp: _Connection, mail: EmailMessage) -> Refusals:
        try:
            if self._server.security is Security.STARTTLS:
                smtp.starttls(context=self._tls)
            if self._server.username is not None and self._server.password is not None:
                smtp.login(self._server.username, self._server.password)
            to = [email.address(recipient).addr_spec for recipient in self._recipients]
            return smtp.send_message(mail, email.address(self._sender).addr_spec, to)
        finally:
            # The mail is taken or not by now; how the server says goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _connect(self) -> _Connection:
        server, seconds = self._server, self._server.timeout.total_seconds()
        # Greets with the sender's domain: looking up this machine's own name may hang.
        ours = email.address(self._sender).domain
        if self._tls is not None and server.security is Security.TLS:
            return _TlsConnection(server.host, server.port, ours, timeout=seconds, context=self._tls)
        return _Connection(server.host, server.port, ours, timeout=seconds)


def _hint(error: Exception) -> str:
    """What to look at when no conversation with the server came about."""
    match error:
        case ssl.SSLCertVerificationError():
            return "nobody vouches for its certificate: check `host`, or name the authority's certificate in `ca_file`"
        case ssl.SSLError():
            return "it speaks no TLS there, or another: check `security` and `port`"
        case ConnectionRefusedError():
            return "nothing listens there: check `host` and `port`"
        case _:
            return "check `host`, `port` and `security`"


def _refused(refusals: Refusals) -> Receipt:
    later = any(400 <= code < 500 for code, _ in refusals.values())
    told = f"no recipient was accepted: {_listed(refusals)}"
    return Receipt(ReceiptState.RETRY if later else ReceiptState.FAILED, error=told)


def _listed(refusals: Refusals) -> str:
    said = (f"{who} ({code} {_text(why)})" for who, (code, why) in sorted(refusals.items()))
    return shorten(", ".join(said), 400)


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(answer: bytes | str) -> str:
    decoded = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return shorten(one_line(decoded), 200)
