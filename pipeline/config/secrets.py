"""Secrets are named in the configuration and live elsewhere: this finds those that were written into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from pipeline.model import Problem

if TYPE_CHECKING:
    from pipeline.config.mistakes import KeyPath
    from pipeline.config.settings import Settings

SECRET_LIKE = r"""
    https?://[^/\s@]+:[^/\s@]+@                                   # log-in inside an address
    | hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/
    | discord(?:app)?\.com/api/webhooks/
    | webhook\.office\.com/ | open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/
    | oapi\.dingtalk\.com/robot/send | qyapi\.weixin\.qq\.com/cgi-bin/webhook/
    | [?&](?:access_token|api_?key|auth|key|secret|sig|token)=[^&\s]{8,}
    | \bxox[abeoprs]-[A-Za-z0-9-]{8,} | \bxapp-[A-Za-z0-9-]{8,}
    | \bgh[opsur]_[A-Za-z0-9]{16,} | \bgithub_pat_[A-Za-z0-9_]{16,} | \bglpat-[A-Za-z0-9_-]{16,}
    | \bhf_[A-Za-z0-9]{16,} | \bsk-[A-Za-z0-9_-]{20,} | \bAKIA[A-Z0-9]{12,} | \bAIza[A-Za-z0-9_-]{30,}
    | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY
    """
SECRET_KEY = re.compile(r"(?:^|_)(?:password|passwd|token|secret|api_?key|webhook|webhook_url)$", re.IGNORECASE)
NAMES_A_SECRET = re.compile(r"_secret$")


def looks_secret(text: str) -> bool:
    """Whether a text has the shape of a password in an address, a webhook or a known kind of token."""
    return _secret_like().search(text) is not None


@cache
def _secret_like() -> re.Pattern[str]:
    # Compiled at its first use: most runs read no text that could hold one.
    return re.compile(SECRET_LIKE, re.VERBOSE | re.IGNORECASE)


def written_secrets(data: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Paths of values that look like secrets, each with the fix; the values themselves are not given."""
    if isinstance(data, dict):
        for key, value in data.items():
            where = (*path, str(key))
            if _is_secret_key(str(key)) and isinstance(value, (str, int)):
                yield where, f"a secret must not stand in a file; {_fix(str(key))}"
            else:
                yield from written_secrets(value, where)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from written_secrets(value, (*path, place))
    elif isinstance(data, str) and looks_secret(data):
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        yield path, f"this looks like a secret, which must not stand in a file; {_fix(key)}"


def missing_secrets(settings: Settings, secret: Callable[[str], str | None]) -> tuple[Problem, ...]:
    """One problem a secret that a source, a channel or the language model names and `secret` does not find."""
    channels = tuple(
        missing_secret(channel.name, name)
        for channel in settings.channels
        for name in named_secrets(channel.options)
        if not secret(name)
    )
    sources = tuple(
        Problem("secrets", f"source {source.name!r}", not_set(name))
        for source in settings.sources
        for name in named_secrets(source.options)
        if source.enabled and not secret(name)
    )
    key = settings.llm.key_secret if settings.llm else None
    return (*sources, *channels, missing_key(key)) if key and not secret(key) else (*sources, *channels)


def named_secrets(options: Mapping[str, str]) -> list[str]:
    """The names of secrets among options, which stand in those that end in `_secret`."""
    return [name for option, name in sorted(options.items()) if NAMES_A_SECRET.search(option) and name]


def missing_secret(channel: str, name: str) -> Problem:
    """What to tell when the secret `name` of a channel is nowhere."""
    return Problem("secrets", f"channel {channel!r}", not_set(name))


def missing_key(name: str) -> Problem:
    """What to tell when the secret `name` of the language model is nowhere."""
    return Problem("secrets", "language model", not_set(name))


def not_set(name: str) -> str:
    """What to do about the secret `name` that is nowhere."""
    block = name.lower().replace("_", "-")
    return f"the secret {name} is not set; set it in the environment, or save a Prefect Secret block named {block}"


def _is_secret_key(key: str) -> bool:
    return SECRET_KEY.search(key) is not None and not NAMES_A_SECRET.search(key)


def _fix(key: str) -> str:
    if NAMES_A_SECRET.search(key):
        option = key
    elif _is_secret_key(key):
        option = f"{key}_secret"
    else:
        return "take it out, and revoke it if others can read this file"
    name = "QWEN_WATCH_" + NAMES_A_SECRET.sub("", option).upper()
    return f"put it into the environment under a name and write only the name: `{option}: {name}`"
