"""The lexicons of a configuration, each read and compiled when the first document of its language asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config.checks import file_mistakes, lexicon_mistakes
from pipeline.config.yaml_files import ConfigFile, config_text, parsed
from pipeline.errors import ConfigurationError
from pipeline.model import content_id

if TYPE_CHECKING:
    from pipeline.extract.lexicon import Lexicon

MISSING = "lexicon/: no .yaml file in it; copy the lexicons that ship with Qwen Watch"


class Lexicons(Mapping[str, "Lexicon"]):
    """Lexicons by language. Compiling them takes longer than a cycle that finds nothing, so it waits for a use.

    Using one that is broken raises ConfigurationError with every mistake; `check` finds them beforehand.
    """

    def __init__(self, texts: Mapping[str, ConfigFile]) -> None:
        self._texts = dict(sorted(texts.items()))
        self._compiled: dict[str, Lexicon] = {}
        self._lock = threading.Lock()
        self.fingerprint = content_id("lexicons", *(f"{name}\n{file.text}" for name, file in self._texts.items()))

    def __getitem__(self, language: str) -> Lexicon:
        with self._lock:
            if language not in self._compiled:
                self._compiled[language] = _compiled(language, self._texts[language])
            return self._compiled[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, language: object) -> bool:
        return language in self._texts

    def mistakes(self) -> list[str]:
        """Every mistake in the files, each with file, line and the fix."""
        if not self._texts:
            return [MISSING]
        return [line for language, file in self._texts.items() for line in _mistakes(language, parsed(file))]

    def check(self) -> None:
        """Raises ConfigurationError with all mistakes found."""
        if found := self.mistakes():
            raise ConfigurationError(found)


def lexicons_in(config_dir: Path) -> Lexicons:
    """The lexicons in `config_dir`, as text."""
    found = sorted((config_dir / "lexicon").glob("*.yaml"))
    return Lexicons({path.stem: config_text(path, f"lexicon/{path.name}") for path in found})


def _mistakes(language: str, file: ConfigFile) -> list[str]:
    from pipeline.extract.lexicon import LexiconFile

    return file_mistakes(file, LexiconFile, partial(lexicon_mistakes, language))


def _compiled(language: str, text: ConfigFile) -> Lexicon:
    from pipeline.extract.lexicon import LexiconFile, compile_lexicon

    file = parsed(text)
    try:
        return compile_lexicon(language, LexiconFile.model_validate(file.data))
    except ValueError:
        raise ConfigurationError(_mistakes(language, file)) from None
