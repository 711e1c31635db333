"""Opens the channels of the configuration, with their secrets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO
from urllib.parse import urlsplit

from pydantic import ValidationError

from pipeline.config.channels import ConsoleOptions, EmailOptions, SlackOptions, is_loopback
from pipeline.config.secrets import missing_secret
from pipeline.config.settings import ChannelSettings
from pipeline.model import Problem
from pipeline.notify.channel import Channel
from pipeline.notify.console import ConsoleChannel

Secret = Callable[[str], str | None]


def open_channels(
    channels: Sequence[ChannelSettings], secret: Secret, stream: TextIO | None = None
) -> Mapping[str, Channel | Problem]:
    """Every channel by its name, or the problem that keeps it shut; the console writes to `stream`."""
    return {channel.name: _open(channel, secret, stream or sys.stdout) for channel in channels}


def _open(channel: ChannelSettings, secret: Secret, stream: TextIO) -> Channel | Problem:
    try:
        match channel.kind:
            case "console":
                return ConsoleChannel(stream, ConsoleOptions.model_validate(dict(channel.options)).width)
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

    address = (secret(options.webhook_url_secret) or "").strip()
    if not address:
        return missing_secret(channel.name, options.webhook_url_secret)
    if not _is_webhook(address):
        # The value is not shown: it is a secret, or was meant to be one.
        told = f"the secret {options.webhook_url_secret} does not hold an https address of a webhook"
        return _problem(channel, told)
    return SlackChannel(address, options.timeout)


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
        return EmailChannel(server, options.sender, options.recipients)
    except OSError as error:
        return _problem(channel, f"ca_file {options.ca_file} cannot be read: {error.strerror or error}")


def _is_webhook(address: str) -> bool:
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
