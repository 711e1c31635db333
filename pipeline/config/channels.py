"""The options of each kind of channel. Secrets are named here and never held."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from pipeline.config.files import Strict
from pipeline.config.values import Duration, MailAddress, MailAddresses, SecretName, Text, parse_duration


class Security(StrEnum):
    """How the connection to a mail server is kept from listeners."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


DEFAULT_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.PLAIN: 25}


class ConsoleOptions(Strict):
    """Plain text on standard output."""

    width: Annotated[int, Field(ge=40, le=240)] = 96
    """Columns of a line."""


class SlackOptions(Strict):
    """A Slack incoming webhook, or a receiver that takes the same messages."""

    webhook_url_secret: SecretName
    """The name of the secret that holds the webhook's address."""
    timeout: Duration = parse_duration("20s")
    """How long to wait for an answer."""


class EmailOptions(Strict):
    """Mail over SMTP: a text and an HTML part."""

    host: Text
    """The mail server."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Left out: 587 for starttls, 465 for tls, 25 for plain."""
    security: Security = Security.STARTTLS
    """starttls, tls, or plain (a relay on the same machine or network)."""
    username: Text | None = None
    """Left out: no log-in."""
    password_secret: SecretName | None = None
    """The name of the secret that holds the password."""
    sender: MailAddress
    """The From address."""
    recipients: Annotated[MailAddresses, Field(min_length=1)]
    """Whom to write to: a list, or addresses with commas between them."""
    ca_file: Text | None = None
    """A file with the certificate of a private authority, where the server's is from one."""
    timeout: Duration = parse_duration("30s")
    """How long to wait for the server at each step."""

    @model_validator(mode="after")
    def _log_in_is_whole(self) -> EmailOptions:
        if (self.username is None) != (self.password_secret is None):
            missing = "username" if self.username is None else "password_secret"
            raise ValueError(f"username and password_secret go together; add {missing} or leave out both")
        if self.username and self.security is Security.PLAIN and not is_loopback(self.host):
            raise ValueError("security plain would send the password readable over the network; write starttls or tls")
        return self

    def port_number(self) -> int:
        return self.port or DEFAULT_PORTS[self.security]


OPTIONS: Mapping[str, type[Strict]] = {
    "console": ConsoleOptions,
    "slack": SlackOptions,
    "email": EmailOptions,
}


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by name or address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def as_settings(options: Mapping[str, Any]) -> dict[str, str]:
    """Checked options as texts, which is how settings carry them; lists are joined with commas."""

    def text(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(text, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {key: text(value) for key, value in options.items() if value is not None}
