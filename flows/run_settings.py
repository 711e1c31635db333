"""The settings of a run: what was found right once is kept in the data directory while it stays as it was."""

from __future__ import annotations

from pathlib import Path

from flows.places import COMPILED_SETTINGS
from pipeline.config import Settings, load_settings


def run_settings(data_dir: Path, config_dir: Path, *, check_lexicons: bool = False) -> Settings:
    """The settings in `config_dir`; raises ConfigurationError with all mistakes found.

    Lexicons that are not checked here are when a document first asks for one.
    """
    return load_settings(config_dir, check_lexicons=check_lexicons, compiled=data_dir / COMPILED_SETTINGS)
