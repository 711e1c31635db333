"""The command `alerts test`: does a channel take messages, and if not, what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli_options import ConfigOption, config_directory

if TYPE_CHECKING:
    from flows.environment import Secret
    from pipeline.config import Settings
    from pipeline.model import Problem
    from pipeline.notify import Receipt

EXAMPLES = """\b
Examples:
  qwen-watch alerts test analysts          one message, labelled as a test, to the channel `analysts`
  qwen-watch alerts test analysts --json   the receiver's answer for a program
"""


def register(group: typer.Typer) -> None:
    group.command("test", epilog=EXAMPLES)(try_channel)


def try_channel(
    channel: Annotated[str, typer.Argument(help="The channel's name in alerts.yaml.", show_default=False)],
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The receiver's answer as JSON.")] = False,
) -> int:
    """Send one message, labelled as a test, through a channel, and say what its receiver answered.

    Nothing is stored. The exit code is 1 where the message did not arrive, or nobody can tell.
    """
    from flows.clock import utc_now
    from flows.output import print_json
    from pipeline.config import load_settings
    from pipeline.model import Problem
    from pipeline.notify import open_channels
    from pipeline.notify.trial import trial

    settings = load_settings(config_directory(config))
    chosen = [one for one in settings.channels if one.name == channel]
    if not chosen:
        known = ", ".join(one.name for one in settings.channels) or "none"
        raise typer.BadParameter(
            f"no channel {channel!r} is switched on in alerts.yaml; those that are: {known}", param_hint="CHANNEL"
        )
    message = trial(channel, utc_now())
    # What a channel prints is the message itself, and standard output is the answer's where a program reads it.
    stream = sys.stderr if as_json else sys.stdout
    opened = open_channels(chosen, _secret(settings), stream, utc_now)[channel]
    receipt = _shut(opened) if isinstance(opened, Problem) else opened.send(message)
    arrived = receipt.state == "sent"
    if as_json:
        print_json(_answer(channel, chosen[0].kind, message.alert_id, receipt))
    else:
        print(f"{channel} ({chosen[0].kind}): {told(receipt)}", file=sys.stdout if arrived else sys.stderr)
    return 0 if arrived else 1


def told(receipt: Receipt) -> str:
    """What became of a test message, on one line."""
    match receipt.state:
        case "sent":
            known_as = f"; its receiver knows it as {receipt.provider_id}" if receipt.provider_id else ""
            return f"sent{known_as}{f'; but {receipt.error}' if receipt.error else ''}"
        case "unknown":
            return f"perhaps sent: {receipt.error}; look there for the message"
        case "retry" if receipt.retry_after:
            return f"not sent: {receipt.error}; it asks to wait {receipt.retry_after.total_seconds():.0f} s"
        case _:
            return f"not sent: {receipt.error}"


def _shut(problem: Problem) -> Receipt:
    from pipeline.notify import Receipt, ReceiptState

    return Receipt(ReceiptState.RETRY, error=problem.message)


def _answer(channel: str, kind: str, alert_id: str, receipt: Receipt) -> dict[str, object]:
    wait = receipt.retry_after
    return {
        "channel": channel,
        "kind": kind,
        "alert_id": alert_id,
        "state": str(receipt.state),
        "provider_id": receipt.provider_id,
        "error": receipt.error,
        "retry_after_seconds": wait.total_seconds() if wait else None,
    }


def _secret(settings: Settings) -> Secret:
    """From the environment; from Prefect's blocks, too, where a server is named that can be asked."""
    from flows.environment import environment_secret

    if not os.environ.get("PREFECT_API_URL"):
        return environment_secret
    from flows.secret_blocks import secrets_of

    return asyncio.run(secrets_of(settings))
