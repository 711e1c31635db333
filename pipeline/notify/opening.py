"""Opens the channels of the configuration, with their secrets."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from pipeline.config.secrets import missing_secret
from pipeline.config.settings import ChannelSettings
from pipeline.model import Problem
from pipeline.notify.channel import Channel

if TYPE_CHECKING:
    from pipeline.config.channels import AppriseOptions, EmailOptions, SlackOptions, WebhookOptions

Secret = Callable[[str], str | None]
Clock = Callable[[], dt.datetime]


def open_channels(
    channels: Sequence[ChannelSettings], secret: Secret, stream: TextIO | None = None, clock: Clock | None = None
) -> Mapping[str, Channel | Problem]:
    """Every channel by its name, or the problem that keeps it shut.

    The console writes to `stream`; `clock` dates the signatures of webhooks, which cannot be opened without one.
    """
    return {channel.name: _open(channel, secret, stream or sys.stdout, clock) for channel in channels}


def _open(channel: ChannelSettings, secret: Secret, stream: TextIO, clock: Clock | None) -> Channel | Problem:
    # Imported here: what checks the options takes longer to load than a run that has nothing to send.
    from pydantic import ValidationError

    from pipeline.config.channels import (
        AppriseOptions,
        ConsoleOptions,
        EmailOptions,
        FeedOptions,
        SlackOptions,
        WebhookOptions,
    )
    from pipeline.notify.console import ConsoleChannel
    from pipeline.notify.feed import FeedChannel

    try:
        match channel.kind:
            case "console":
                console = ConsoleOptions.model_validate(dict(channel.options))
                return ConsoleChannel(stream, console.width, console.language)
            case "webhook":
                return _webhook(channel, WebhookOptions.model_validate(dict(channel.options)), secret, clock)
            case "apprise":
                return _apprise(channel, AppriseOptions.model_validate(dict(channel.options)), secret)
            case "feed":
                feed = FeedOptions.model_validate(dict(channel.options))
                return FeedChannel(Path(feed.path), channel.name, feed.language)
            case "slack":
                return _slack(channel, SlackOptions.model_validate(dict(channel.options)), secret)
            case "email":
                return _email(channel, EmailOptions.model_validate(dict(channel.options)), secret)
            case _:
                return _problem(channel, f"unknown kind {channel.kind!r}")
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) or each["msg"] for each in error.errors())
        return _problem(channel, f"wrong options: {wrong}; run `qwen-watch check`")


def _slack(channel: ChannelSettings, options: SlackOptions, secret: Secret) -> Channel | Problem:
    # Imported where it is needed: its library takes longer to load than most commands run.
    from pipeline.notify.slack import SlackChannel
    from pipeline.notify.slack_bot import SlackBotChannel

    if options.token_secret and options.channel:
        token = (secret(options.token_secret) or "").strip()
        if not token:
            return missing_secret(channel.name, options.token_secret)
        return SlackBotChannel(token, options.channel, options.timeout, options.language, options.api_url)
    address = _address(channel, options.webhook_url_secret or "", secret)
    if isinstance(address, Problem):
        return address
    return SlackChannel(address, options.timeout, options.language)


def _webhook(
    channel: ChannelSettings, options: WebhookOptions, secret: Secret, clock: Clock | None
) -> Channel | Problem:
    from pipeline.notify.webhook import WebhookChannel, secret_bytes

    address, key = _address(channel, options.url_secret, secret), (secret(options.key_secret) or "").strip()
    if isinstance(address, Problem):
        return address
    if not key:
        return missing_secret(channel.name, options.key_secret)
    try:
        secret_bytes(key)
    except ValueError:
        return _problem(channel, f"the secret {options.key_secret} begins with whsec_ and goes on with no base64")
    if clock is None:
        return _problem(channel, "a webhook's signatures need the time, and this command gives none")
    return WebhookChannel(address, key, clock, options.timeout, options.language)


def _apprise(channel: ChannelSettings, options: AppriseOptions, secret: Secret) -> Channel | Problem:
    from pipeline.notify.services import AppriseChannel

    address = (secret(options.url_secret) or "").strip()
    if not address:
        return missing_secret(channel.name, options.url_secret)
    try:
        return AppriseChannel(address, options.language)
    except ValueError:
        return _problem(channel, f"the secret {options.url_secret} does not hold an Apprise URL, such as ntfy://topic")


def _address(channel: ChannelSettings, name: str, secret: Secret) -> str | Problem:
    """The webhook's address that a secret holds."""
    address = (secret(name) or "").strip()
    if not address:
        return missing_secret(channel.name, name)
    # The value is not shown: it is a secret, or was meant to be one.
    wrong = f"the secret {name} does not hold an https address of a webhook"
    return address if _is_webhook(address) else _problem(channel, wrong)


def _email(channel: ChannelSettings, options: EmailOptions, secret: Secret) -> Channel | Problem:
    from pipeline.notify.smtp import EmailChannel, MailServer

    password = secret(options.password_secret) if options.password_secret else None
    if options.password_secret and not password:
        return missing_secret(channel.name, options.password_secret)
    server = MailServer(
        host=options.host,
        port=options.port_number(),
        security=options.security,
        username=options.username,
        password=password,
        ca_file=options.ca_file,
        timeout=options.timeout,
    )
    try:
        return EmailChannel(server, options.sender, options.recipients, options.language)
    except OSError as error:
        return _problem(channel, f"ca_file {options.ca_file} cannot be read: {error.strerror or error}")


def _is_webhook(address: str) -> bool:
    from pipeline.config.channels import is_loopback

    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if host is None or not address.isascii() or any(char.isspace() or not char.isprintable() for char in address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _problem(channel: ChannelSettings, message: str) -> Problem:
    return Problem("channels", f"channel {channel.name!r}", message)
