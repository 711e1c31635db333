"""Reads and validates the files in config/; every mistake is named at once, with file, line and the fix."""

from pipeline.config.loading import load_settings
from pipeline.config.schemas import schemas, write_schemas
from pipeline.config.secrets import missing_key, missing_secrets
from pipeline.config.settings import (
    READER_KINDS,
    SOURCE_HEALTH,
    ChannelSettings,
    FetchSettings,
    LlmSettings,
    Route,
    Settings,
)

__all__ = [
    "READER_KINDS",
    "SOURCE_HEALTH",
    "ChannelSettings",
    "FetchSettings",
    "LlmSettings",
    "Route",
    "Settings",
    "load_settings",
    "missing_key",
    "missing_secrets",
    "schemas",
    "write_schemas",
]
