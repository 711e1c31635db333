"""The files of a configuration directory as text: read once, so that what is checked is what was looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ConfigurationError

EXTRACTION_FILE = "extraction.yaml"
FILE_NAMES = ("sources.yaml", "watchlist.yaml", "alerts.yaml", EXTRACTION_FILE)
OPTIONAL = frozenset({EXTRACTION_FILE})


@dataclass(frozen=True, slots=True)
class ConfigText:
    """A file not yet read as YAML. `broken` says why where it could not be read at all."""

    name: str
    text: str = field(default="", repr=False)
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigTexts:
    """All files of a configuration: those of `FILE_NAMES` that are or must be there, and lexicons by language."""

    files: Mapping[str, ConfigText]
    lexicons: Mapping[str, ConfigText]


def config_texts(config_dir: Path) -> ConfigTexts:
    """The files in `config_dir`; raises ConfigurationError where there is no such directory."""
    if not config_dir.is_dir():
        raise ConfigurationError([f"{config_dir}: no such directory; name the configuration with --config DIR"])
    wanted = [name for name in FILE_NAMES if name not in OPTIONAL or (config_dir / name).exists()]
    lexicons = sorted((config_dir / "lexicon").glob("*.yaml"))
    return ConfigTexts(
        {name: config_text(config_dir / name, name) for name in wanted},
        {path.stem: config_text(path, f"lexicon/{path.name}") for path in lexicons},
    )


def config_text(path: Path, name: str) -> ConfigText:
    """One file as text; a missing or unreadable one comes back with `broken` saying so."""
    try:
        return ConfigText(name, path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return ConfigText(name, broken=f"{name}: the file is missing; copy the one that ships with Qwen Watch")
    except UnicodeDecodeError as error:
        return ConfigText(name, broken=f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8")
    except OSError as error:
        return ConfigText(name, broken=f"{name}: cannot be read: {error.strerror or error}")
