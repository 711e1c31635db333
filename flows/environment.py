"""Secrets from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable

Secret = Callable[[str], str | None]


def environment_secret(name: str) -> str | None:
    """The secret of that name in the environment."""
    return os.environ.get(name)
