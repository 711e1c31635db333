"""Packagings: what packs a model's weights in another format, apart from what tunes it for a use."""

from __future__ import annotations

from pipeline.naming.models import ModelName

_TUNINGS = frozenset({"instruct", "chat", "base", "it", "hf", "latest"})


def formats(model: ModelName) -> tuple[str, ...]:
    """The formats in a model's name: `GPTQ` and `Int4` of `Name-7B-Chat-GPTQ-Int4`, nothing of `Name-7B-Chat`."""
    return tuple(packaging for packaging in model.packaging if packaging.lower() not in _TUNINGS)
