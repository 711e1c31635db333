"""Secrets of channels and model under Prefect: from the environment, else from Prefect Secret blocks."""

from __future__ import annotations

from prefect.blocks.system import Secret as SecretBlock

from flows.delivery import Secret, environment_secret
from pipeline.config import Settings


async def secrets_of(settings: Settings) -> Secret:
    """What finds the secrets that are named; a block's name is the secret's with hyphens, lower case."""
    found: dict[str, str] = {}
    for name in _names(settings):
        if environment_secret(name):
            continue
        try:
            block = await SecretBlock.aload(name.lower().replace("_", "-"))
        except ValueError:  # how Prefect says that there is no such block
            continue
        found[name] = str(block.get())
    return lambda name: environment_secret(name) or found.get(name)


def _names(settings: Settings) -> set[str]:
    key = settings.llm.key_secret if settings.llm else None
    return {key} - {None} | {
        value
        for channel in settings.channels
        for option, value in channel.options.items()
        if option.endswith("_secret") and value
    }
