"""The options of each kind of channel. Secrets are named here and never held."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from pipeline.config.files import Strict
from pipeline.config.values import Duration, MailAddress, MailAddresses, SecretName, Text, WebAddress, parse_duration
from pipeline.wording import LANGUAGES


class Security(StrEnum):
    """How the connection to a mail server is kept from listeners."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


DEFAULT_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.PLAIN: 25}


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"{code!r} is no language that alerts are written in; write {' or '.join(LANGUAGES)}")
    return code


Language = Annotated[str, AfterValidator(_language)]


class Options(Strict):
    """What every kind of channel takes."""

    language: Language | None = None
    """The readers' language, en or zh; left out: English, unless the route names one."""


class ConsoleOptions(Options):
    """Plain text on standard output."""

    width: Annotated[int, Field(ge=40, le=240)] = 96
    """Columns of a line."""


class SlackOptions(Options):
    """Slack: an app's bot token and a channel (threads, edits), or an incoming webhook (neither)."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["webhook_url_secret"]}, {"required": ["token_secret", "channel"]}]}
    )

    webhook_url_secret: SecretName | None = None
    """The name of the secret that holds the webhook's address."""
    token_secret: SecretName | None = None
    """The name of the secret that holds the bot token (xoxb-…); the app needs chat:write and channels:history."""
    channel: Text | None = None
    """With a token: the id of the channel, such as C0123456789."""
    api_url: WebAddress = "https://slack.com/api/"
    """Where Slack's methods are; for a receiver that answers as Slack does."""
    timeout: Duration = parse_duration("20s")
    """How long to wait for an answer."""

    @model_validator(mode="after")
    def _one_way_in(self) -> SlackOptions:
        if (self.webhook_url_secret is None) == (self.token_secret is None):
            raise ValueError(
                "a Slack channel takes webhook_url_secret, or token_secret and channel; write one of the two"
            )
        if (self.channel is None) != (self.token_secret is None):
            missing = "channel" if self.channel is None else "token_secret"
            raise ValueError(f"token_secret and channel go together; add {missing}")
        return self


class WebhookOptions(Options):
    """A receiver of one's own that takes signed JSON (Standard Webhooks)."""

    url_secret: SecretName
    """The name of the secret that holds the address."""
    key_secret: SecretName
    """The name of the secret that holds the key of the signatures: whsec_ and base64, or any text."""
    timeout: Duration = parse_duration("20s")
    """How long to wait for an answer."""


class AppriseOptions(Options):
    """Any service that Apprise knows: Teams, Discord, Telegram, Feishu, DingTalk, ntfy and many more."""

    url_secret: SecretName
    """The name of the secret that holds the Apprise URL."""


class FeedOptions(Options):
    """An Atom feed in a file."""

    path: Text
    """Where the file is written, such as data/alerts.atom."""


class EmailOptions(Options):
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
    "webhook": WebhookOptions,
    "apprise": AppriseOptions,
    "feed": FeedOptions,
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
