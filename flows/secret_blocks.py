"""Secrets of sources, channels and model under Prefect: from the environment, else from Prefect Secret blocks."""

from __future__ import annotations

from prefect.blocks.system import Secret as SecretBlock

from flows.environment import Secret, environment_secret
from pipeline.config import Settings
from pipeline.config.secrets import named_secrets


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
    holders = (*settings.channels, *(source for source in settings.sources if source.enabled))
    return ({key} - {None}) | {name for holder in holders for name in named_secrets(holder.options)}
