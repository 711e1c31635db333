"""The lexicons of a configuration, each read and compiled when the first document of its language asks for it.

Neither the reader of YAML nor pydantic is imported before that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from pipeline.config.texts import ConfigText
from pipeline.errors import ConfigurationError
from pipeline.model import content_id

if TYPE_CHECKING:
    from pipeline.config.yaml_files import ConfigFile
    from pipeline.extract.lexicon import Lexicon

MISSING = "lexicon/: no .yaml file in it; copy the lexicons that ship with Qwen Watch"


class Lexicons(Mapping[str, "Lexicon"]):
    """Lexicons by language. Compiling them takes longer than a cycle that finds nothing, so it waits for a use.

    Using one that is broken raises ConfigurationError with every mistake; `check` finds them beforehand.
    """

    def __init__(self, texts: Mapping[str, ConfigText]) -> None:
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

    def __eq__(self, other: object) -> bool:
        # By their words: those of a mapping would compile every lexicon.
        return self.fingerprint == other.fingerprint if isinstance(other, Lexicons) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def mistakes(self) -> list[str]:
        """Every mistake in the files, each with file, line and the fix."""
        if not self._texts:
            return [MISSING]
        from pipeline.config.yaml_files import parsed

        return [line for language, file in self._texts.items() for line in _mistakes(language, parsed(file))]

    def check(self) -> None:
        """Raises ConfigurationError with all mistakes found."""
        if found := self.mistakes():
            raise ConfigurationError(found)


def _mistakes(language: str, file: ConfigFile) -> list[str]:
    from pipeline.config.checks import file_mistakes, lexicon_mistakes
    from pipeline.extract.lexicon import LexiconFile

    return file_mistakes(file, LexiconFile, partial(lexicon_mistakes, language))


def _compiled(language: str, text: ConfigText) -> Lexicon:
    from pipeline.config.yaml_files import parsed
    from pipeline.extract.lexicon import LexiconFile, compile_lexicon

    file = parsed(text)
    try:
        return compile_lexicon(language, LexiconFile.model_validate(file.data))
    except ValueError:
        raise ConfigurationError(_mistakes(language, file)) from None
